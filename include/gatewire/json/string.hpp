// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_STRING_HPP
#define GATEWIRE_JSON_STRING_HPP

#include <gatewire/json/block.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

/// The first byte that is not plain ASCII string content, or `end`.
inline const char* skip_plain(const char* at, const char* end) noexcept {
    for (; end - at >= block_size; at += block_size) {
        if (const std::uint32_t special = special_in_block(at); special != 0) {
            return at + std::countr_zero(special);
        }
    }
    if (end - at >= 8) {
        if (const std::uint64_t special = special_bytes(load_word(at)); special != 0) {
            return at + std::countr_zero(special) / 8;
        }
        at += 8;
    }
    const auto rest = static_cast<std::size_t>(end - at);  // the zeros behind it are special
    return at + std::countr_zero(special_bytes(load_few(at, rest))) / 8;
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
inline const char* skip_verbatim(const char* at, const char* end) noexcept {
    for (;;) {
        at = skip_plain(at, end);
        if (at == end || static_cast<unsigned char>(*at) < 0x80) {
            return at;
        }
        do {  // One such sequence is seldom alone.
            const std::size_t length = utf8_length(at, end);
            if (length == 0) {
                return at;
            }
            at += length;
        } while (at != end && static_cast<unsigned char>(*at) >= 0x80);
    }
}

constexpr bool is_space(char character) noexcept {
    constexpr std::uint64_t spaces = std::uint64_t{1} << ' ' | 1U << '\n' | 1U << '\r' | 1U << '\t';
    const auto byte = static_cast<unsigned char>(character);
    return byte <= ' ' && (spaces >> byte & 1U) != 0;
}

constexpr bool is_digit(char character) noexcept {
    return static_cast<unsigned char>(character - '0') < 10;
}

void append_utf8(std::string& out, std::uint32_t code);

/// A name from the wire as it may stand in a message: bounded, and without control characters, so
/// that it can neither flood nor forge a log line. Expects valid UTF-8.
std::string printable(std::string_view name, std::size_t size_max = 48);

/// Why the inside of a string is not JSON; `at` is where.
struct string_end {
    const char* at = nullptr;       // the closing quote, or the offending byte
    const char* failure = nullptr;  // null when it is the closing quote
};

/// Decodes from `at`, which is inside a string, to the closing quote, and appends to `out`.
string_end unescape(const char* at, const char* end, std::string& out);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/text_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_STRING_HPP
