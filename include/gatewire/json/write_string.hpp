// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_STRING_HPP
#define GATEWIRE_JSON_WRITE_STRING_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/json/sink.hpp>
#include <gatewire/json/utf8.hpp>
#include <gatewire/json/write_error.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rpc::inline v1::codec {

/// Copies a text of at least a block; says whether all of it is plain.
inline bool copy_blocks(char* at, const char* from, std::size_t size) noexcept {
    std::uint32_t special = 0;
    for (std::size_t done = 0; done < size - block_size; done += block_size) {
        std::memcpy(at + done, from + done, block_size);
        special |= special_in_block(from + done);
    }
    // May overlap the one before.
    std::memcpy(at + size - block_size, from + size - block_size, block_size);
    return (special | special_in_block(from + size - block_size)) == 0;
}

/// Copies a text; says whether all of it is plain. There is room, also for the slack.
inline bool copy_plain(char* at, const char* from, std::size_t size) noexcept {
    if (size < 8) {
        const std::uint64_t word = load_few(from, size);
        store_word(at, word);
        return special_bytes(word | (every_byte * 'x') << (size * 8)) == 0;
    }
    if (size < block_size) {
        const std::uint64_t front = load_word(from);
        const std::uint64_t back = load_word(from + size - 8);
        store_word(at, front);
        store_word(at + size - 8, back);
        return !are_special(front, back);
    }
    return copy_blocks(at, from, size);
}

/// Writes a string; false, with a part of it written, when it is not UTF-8.
bool write_string(wire::buffer& out, std::string_view text);

char* put_unusual_string(char* at, std::string_view text, std::size_t room, sink& to);

/// Writes a string and makes room for `room` more bytes behind it.
inline char* put_string(char* at, std::string_view text, std::size_t room, sink& to) {
    at = to.make_room(at, text.size() + 2 + room);
    *at = '"';
    if (!copy_plain(at + 1, text.data(), text.size())) {
        return put_unusual_string(at, text, room, to);
    }
    at[text.size() + 1] = '"';
    return at + text.size() + 2;
}

inline bool write_string(wire::buffer& out, std::string_view text, write_error& error) {
    return write_string(out, text) || error.fail("a string is not valid UTF-8");
}

/// Writes a string whatever its bytes are: each that is not UTF-8 becomes U+FFFD. For texts that
/// nobody promised to be UTF-8, such as those of exceptions.
void write_text_lossy(wire::buffer& out, std::string_view text);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/write_string_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_WRITE_STRING_HPP
