// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_NUMBER_IMPL_HPP
#define GATEWIRE_JSON_NUMBER_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/real.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace rpc::inline v1::codec {

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

#endif  // GATEWIRE_JSON_NUMBER_IMPL_HPP
