// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_STRING_HPP
#define GATEWIRE_WIRE_JSON_WRITE_STRING_HPP

#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/json/text.hpp>
#include <gatewire/wire/json/write_error.hpp>

#include <bit>
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

/// Copies fewer than 8 bytes, and gives them in a word: some may be in it twice, the rest is plain.
inline std::uint64_t copy_few(char* to, const char* from, std::size_t size) noexcept {
    if (size >= 4) {
        std::uint32_t front = 0;
        std::uint32_t back = 0;
        std::memcpy(&front, from, 4);
        std::memcpy(&back, from + size - 4, 4);
        std::memcpy(to, &front, 4);
        std::memcpy(to + size - 4, &back, 4);
        return front | std::uint64_t{back} << 32U;
    }
    std::uint64_t word = every_byte * 'x';
    for (std::size_t at = 0; at != size; ++at) {
        to[at] = from[at];
        word = word << 8U | static_cast<unsigned char>(from[at]);
    }
    return word;
}

/// Writes a short text that is all plain, quotes around it; false, with nothing written, when some
/// byte is not plain.
inline bool write_short_plain(buffer& out, std::string_view text) {
    const std::size_t size = text.size();
    char* const begin = out.prepare(size + 2);
    const char* const from = text.data();
    char* const to = begin + 1;
    std::uint64_t special = 0;
    if (size < 8) {
        special = special_bytes(copy_few(to, from, size));
    } else {
        const auto copy_word = [&](std::size_t at) {
            const std::uint64_t word = load_word(from + at);
            std::memcpy(to + at, &word, 8);
            special |= special_bytes(word);
        };
        for (std::size_t at = 0; at + 8 < size; at += 8) {
            copy_word(at);
        }
        copy_word(size - 8);  // may overlap the one before
    }
    begin[0] = '"';
    begin[size + 1] = '"';
    out.commit(special == 0 ? size + 2 : 0);
    return special == 0;
}

/// Writes a string; false, with a part of it written, when it is not UTF-8.
inline bool write_string(buffer& out, std::string_view text) {
    constexpr std::size_t short_max = 64;
    if (text.size() <= short_max && write_short_plain(out, text)) {
        return true;
    }
    out.append('"');
    if (write_characters(out, text.data(), text.data() + text.size()) != nullptr) {
        return false;
    }
    out.append('"');
    return true;
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
