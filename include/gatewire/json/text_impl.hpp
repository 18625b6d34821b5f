// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_TEXT_IMPL_HPP
#define GATEWIRE_JSON_TEXT_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/string.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace rpc::inline v1::codec {

GATEWIRE_INLINE void append_utf8(std::string& out, std::uint32_t code) {
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

GATEWIRE_INLINE std::string printable(std::string_view name, std::size_t size_max) {
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

/// Names what stopped `skip_verbatim` where neither a quote nor an escape did.
inline const char* string_failure(const char* at, const char* end) noexcept {
    if (at == end) {
        return "the text ends inside a string";
    }
    return static_cast<unsigned char>(*at) < 0x20 ? "a control character inside a string"
                                                  : "invalid UTF-8 inside a string";
}

/// Four hexadecimal digits, or -1.
inline std::int32_t hex_unit(const char* at, const char* end) noexcept {
    if (end - at < 4) {
        return -1;
    }
    std::int32_t unit = 0;
    for (const char* const last = at + 4; at != last; ++at) {
        const char lower = static_cast<char>(*at | 0x20);
        if (is_digit(*at)) {
            unit = unit * 16 + (*at - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            unit = unit * 16 + (lower - 'a' + 10);
        } else {
            return -1;
        }
    }
    return unit;
}

/// Decodes `\uXXXX`, with its second half where it has one; `at` is behind the `u`.
inline string_end unescape_unicode(const char* at, const char* end, std::string& out) {
    const std::int32_t unit = hex_unit(at, end);
    if (unit < 0) {
        return {at, "an escape needs four hexadecimal digits"};
    }
    if (unit < 0xD800 || unit > 0xDFFF) {
        append_utf8(out, static_cast<std::uint32_t>(unit));
        return {at + 4, nullptr};
    }
    if (unit < 0xDC00 && end - at >= 6 && at[4] == '\\' && at[5] == 'u') {
        const std::int32_t second = hex_unit(at + 6, end);
        if (second >= 0xDC00 && second <= 0xDFFF) {
            const auto high = static_cast<std::uint32_t>(unit - 0xD800);
            const auto low = static_cast<std::uint32_t>(second - 0xDC00);
            append_utf8(out, 0x10000U + (high << 10U) + low);
            return {at + 10, nullptr};
        }
    }
    return {at, "half of a surrogate pair"};
}

/// Decodes one escape; `at` is behind the backslash.
inline string_end unescape_one(const char* at, const char* end, std::string& out) {
    if (at == end) {
        return {at, "the text ends inside a string"};
    }
    switch (*at) {
        case '"':
        case '\\':
        case '/': out.push_back(*at); break;
        case 'b': out.push_back('\b'); break;
        case 'f': out.push_back('\f'); break;
        case 'n': out.push_back('\n'); break;
        case 'r': out.push_back('\r'); break;
        case 't': out.push_back('\t'); break;
        case 'u': return unescape_unicode(at + 1, end, out);
        default: return {at, "an unknown escape"};
    }
    return {at + 1, nullptr};
}

GATEWIRE_INLINE string_end unescape(const char* at, const char* end, std::string& out) {
    for (;;) {
        const char* const stop = skip_verbatim(at, end);
        out.append(at, stop);
        if (stop != end && *stop == '"') {
            return {stop, nullptr};
        }
        if (stop == end || *stop != '\\') {
            return {stop, string_failure(stop, end)};
        }
        const string_end escape = unescape_one(stop + 1, end, out);
        if (escape.failure != nullptr) {
            return escape;
        }
        at = escape.at;
    }
}

inline const char* scan_digits(const char* at, const char* end, std::uint64_t& value) noexcept {
    std::uint64_t sum = value;
    while (at != end && is_digit(*at)) {
        sum = sum * 10 + static_cast<std::uint64_t>(*at - '0');
        ++at;
    }
    value = sum;
    return at;
}

/// Splits the exponent part, `at` being behind the `e`.
inline bool scan_power(const char* at, const char* end, number_token& token) noexcept {
    const bool negative = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+')) {
        ++at;
    }
    const char* const digits = at;
    std::int64_t power = 0;
    while (at != end && is_digit(*at)) {
        // Saturates: a text can hold a billion as well as a power of it, both are out of range.
        power = (std::min)(power * 10 + (*at - '0'), std::int64_t{1'000'000'000});
        ++at;
    }
    token.power = true;
    token.exponent += negative ? -power : power;
    token.last = at;
    return at != digits;
}

GATEWIRE_INLINE bool scan_number(const char* at, const char* end, number_token& token) noexcept {
    token.first = at;
    token.negative = at != end && *at == '-';
    at += token.negative ? 1 : 0;
    const char* const digits = at;
    at = scan_digits(at, end, token.mantissa);
    auto count = at - digits;
    token.last = at;
    if (count == 0 || (*digits == '0' && count != 1)) {
        return false;
    }
    if (at != end && *at == '.') {
        const char* const decimals = at + 1;
        at = scan_digits(decimals, end, token.mantissa);
        token.fraction = true;
        token.exponent = decimals - at;
        token.last = at;
        count += at - decimals;
        if (at == decimals) {
            return false;
        }
    }
    token.complete = count <= 19;
    if (at != end && (*at == 'e' || *at == 'E')) {
        return scan_power(at + 1, end, token);
    }
    return true;
}

GATEWIRE_INLINE bool to_magnitude(const number_token& token, std::uint64_t& magnitude) noexcept {
    if (token.complete) {
        magnitude = token.mantissa;
        return true;
    }
    const char* const digits = token.first + (token.negative ? 1 : 0);
    return token.last - digits <= 20 &&
           std::from_chars(digits, token.last, magnitude).ec == std::errc{};
}

/// Whether an integer literal says `value` and nothing else: it is the exact value, or it is the
/// shortest text of it with zeros behind, which is how JavaScript prints large integers.
template <class Float>
bool says_exactly(const number_token& token, Float value) noexcept {
    constexpr std::size_t room = 400;  // 309 digits is the longest double
    std::array<char, room> text{};
    const std::string_view literal = token.view();
    auto end = std::to_chars(text.data(), text.data() + room, value, std::chars_format::fixed, 0);
    if (literal == std::string_view(text.data(), static_cast<std::size_t>(end.ptr - text.data()))) {
        return true;
    }
    end = std::to_chars(text.data(), text.data() + room, value, std::chars_format::scientific);
    std::string_view digits = literal.substr(token.negative ? 1 : 0);
    const std::size_t power = digits.size() - 1;
    digits = digits.substr(0, digits.find_last_not_of('0') + 1);
    char* const first = text.data() + (token.negative ? 1 : 0);
    char* const e = std::find(first, end.ptr, 'e');
    char* const last = std::remove(first, e, '.');
    std::size_t shortest_power = 0;
    std::from_chars(e + 2, end.ptr, shortest_power);
    return power == shortest_power &&
           digits == std::string_view(first, static_cast<std::size_t>(last - first));
}

template <class Float>
number_fit to_float_by_library(const number_token& token, Float& value) noexcept {
    const default_environment at_rest;
    const auto result = std::from_chars(token.first, token.last, value);
    if (result.ec != std::errc{} || !is_finite(value)) {
        return number_fit::out_of_range;
    }
    if ((bits_of(value) & ~sign_bit<Float>) == 0) {
        const std::string_view digits(token.view().substr(0, token.view().find_first_of("eE")));
        return digits.find_first_of("123456789") == std::string_view::npos
                   ? number_fit::exact
                   : number_fit::out_of_range;
    }
    return token.integral() && !says_exactly(token, value) ? number_fit::inexact
                                                           : number_fit::exact;
}

GATEWIRE_INLINE number_fit to_float_slowly(const number_token& token, float& value) noexcept {
    return to_float_by_library(token, value);
}

GATEWIRE_INLINE number_fit to_float_slowly(const number_token& token, double& value) noexcept {
    return to_float_by_library(token, value);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_TEXT_IMPL_HPP
