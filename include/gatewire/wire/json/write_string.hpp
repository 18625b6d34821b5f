// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_STRING_HPP
#define GATEWIRE_WIRE_JSON_WRITE_STRING_HPP

#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/json/block.hpp>
#include <gatewire/wire/json/sink.hpp>
#include <gatewire/wire/json/text.hpp>
#include <gatewire/wire/json/write_error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rpc::inline v1::wire::json {

/// Writes a character that must not stand for itself.
inline void write_escape(buffer& out, char character) {
    switch (character) {
        case '"': out.append("\\\""); return;
        case '\\': out.append("\\\\"); return;
        case '\b': out.append("\\b"); return;
        case '\f': out.append("\\f"); return;
        case '\n': out.append("\\n"); return;
        case '\r': out.append("\\r"); return;
        case '\t': out.append("\\t"); return;
        default: break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(character);
    out.append("\\u00");
    out.append(digits[byte >> 4U]);
    out.append(digits[byte & 15U]);
}

/// Writes what is between the quotes. Returns the first byte that is not UTF-8, or null.
inline const char* write_characters(buffer& out, const char* at, const char* end) {
    for (;;) {
        const char* const stop = skip_verbatim(at, end);
        out.append(std::string_view(at, static_cast<std::size_t>(stop - at)));
        if (stop == end) {
            return nullptr;
        }
        if (static_cast<unsigned char>(*stop) >= 0x80) {
            return stop;
        }
        write_escape(out, *stop);
        at = stop + 1;
    }
}

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
inline bool write_string(buffer& out, std::string_view text) {
    out.append('"');
    if (write_characters(out, text.data(), text.data() + text.size()) != nullptr) {
        return false;
    }
    out.append('"');
    return true;
}

[[gnu::noinline]] inline char* put_unusual_string(char* at, std::string_view text, std::size_t room,
                                                sink& to) {
    if (!write_string(to.flush(at), text)) {
        to.error.fail("a string is not valid UTF-8");
        return nullptr;
    }
    return to.make_room(to.resume(), room);
}

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

inline bool write_string(buffer& out, std::string_view text, write_error& error) {
    return write_string(out, text) || error.fail("a string is not valid UTF-8");
}

/// Writes a string whatever its bytes are: each that is not UTF-8 becomes U+FFFD. For texts that
/// nobody promised to be UTF-8, such as those of exceptions.
inline void write_text_lossy(buffer& out, std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    out.append('"');
    while ((at = write_characters(out, at, end)) != nullptr) {
        out.append("\xEF\xBF\xBD");
        ++at;
    }
    out.append('"');
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_WRITE_STRING_HPP
