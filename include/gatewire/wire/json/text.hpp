// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_TEXT_HPP
#define GATEWIRE_WIRE_JSON_TEXT_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace rpc::inline v1::wire::json {

inline constexpr std::uint64_t every_byte = 0x0101010101010101U;
inline constexpr std::uint64_t high_bits = 0x8080808080808080U;

inline std::uint64_t load_word(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// `memcmp` for short texts whose size is known when it is compiled in; GCC 12 warns of an overread
/// when it folds `memcmp` with a part of a constexpr array.
inline bool same_bytes(const char* left, const char* right, std::size_t size) noexcept {
    std::size_t at = 0;
    for (; size - at >= 8; at += 8) {
        if (load_word(left + at) != load_word(right + at)) {
            return false;
        }
    }
    if (at != 0) {
        return load_word(left + size - 8) == load_word(right + size - 8);
    }
    for (; at != size; ++at) {
        if (left[at] != right[at]) {
            return false;
        }
    }
    return true;
}

/// High bits of the bytes that cannot stand for themselves in a JSON string, or are not ASCII. The
/// lowest one is exact, higher ones may be false alarms (the subtractions borrow).
constexpr std::uint64_t special_bytes(std::uint64_t word) noexcept {
    const std::uint64_t quote = word ^ (every_byte * '"');
    const std::uint64_t backslash = word ^ (every_byte * '\\');
    return ((quote - every_byte) | (backslash - every_byte) | (word - every_byte * 0x20) | word) &
           high_bits;
}

/// Whether a byte stands for itself in a JSON string and is ASCII.
constexpr bool is_plain(char character) noexcept {
    const auto byte = static_cast<unsigned char>(character);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// The first byte that is not plain ASCII string content, or `end`.
inline const char* skip_plain(const char* at, const char* end) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        while (end - at >= 8) {
            if (const std::uint64_t special = special_bytes(load_word(at)); special != 0) {
                return at + std::countr_zero(special) / 8;
            }
            at += 8;
        }
    }
    while (at != end && is_plain(*at)) {
        ++at;
    }
    return at;
}

constexpr bool is_continuation(char character) noexcept {
    return (static_cast<unsigned char>(character) & 0xC0U) == 0x80U;
}

/// The length of the well-formed UTF-8 sequence of a byte over 0x7F, or 0 when it is not one
/// (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing over U+10FFFF).
constexpr std::size_t utf8_length(const char* at, const char* end) noexcept {
    const auto lead = static_cast<unsigned char>(*at);
    const auto room = end - at;
    if (lead < 0xC2 || lead > 0xF4 || room < 2) {
        return 0;
    }
    const auto second = static_cast<unsigned char>(at[1]);
    if (lead < 0xE0) {
        return is_continuation(at[1]) ? 2 : 0;
    }
    const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most || room < 3 || !is_continuation(at[2])) {
        return 0;
    }
    if (lead < 0xF0) {
        return 3;
    }
    return room >= 4 && is_continuation(at[3]) ? 4 : 0;
}

/// Moves over everything that stands for itself in a JSON string: stops at a quote, a backslash, a
/// control character, invalid UTF-8 or the end.
inline const char* skip_long_verbatim(const char* at, const char* end) noexcept {
    for (;;) {
        at = skip_plain(at, end);
        if (at == end || static_cast<unsigned char>(*at) < 0x80) {
            return at;
        }
        const std::size_t length = utf8_length(at, end);
        if (length == 0) {
            return at;
        }
        at += length;
    }
}

inline const char* skip_verbatim(const char* at, const char* end) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        // Most strings end in their first words; this part is small enough to be inlined.
        for (int words = 0; words != 2 && end - at >= 8; ++words, at += 8) {
            if (const std::uint64_t special = special_bytes(load_word(at)); special != 0) {
                at += std::countr_zero(special) / 8;
                return static_cast<unsigned char>(*at) < 0x80 ? at : skip_long_verbatim(at, end);
            }
        }
    }
    return skip_long_verbatim(at, end);
}

constexpr bool is_space(char character) noexcept {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
}

constexpr bool is_digit(char character) noexcept {
    return static_cast<unsigned char>(character - '0') < 10;
}

inline void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&out](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0U | (code >> 6U));
        byte(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        byte(0xE0U | (code >> 12U));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    } else {
        byte(0xF0U | (code >> 18U));
        byte(0x80U | ((code >> 12U) & 0x3FU));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    }
}

/// A name from the wire as it may stand in a message: bounded, and without control characters, so
/// that it can neither flood nor forge a log line. Expects valid UTF-8.
inline std::string printable(std::string_view name, std::size_t size_max = 48) {
    std::size_t size = name.size();
    if (size > size_max) {
        size = size_max;
        while (size != 0 && is_continuation(name[size])) {
            --size;
        }
    }
    std::string text(name.substr(0, size));
    for (char& character : text) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7F) {
            character = '?';
        }
    }
    return size == name.size() ? text : text + "...";
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_TEXT_HPP
