// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_READ_SCALAR_HPP
#define GATEWIRE_WIRE_JSON_READ_SCALAR_HPP

#include <gatewire/wire/json/number.hpp>
#include <gatewire/wire/json/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::wire::json {

/// What an integer type holds.
struct integer_range {
    std::uint64_t positive_max;
    std::uint64_t negative_max;  // the magnitude of the lowest value
    unsigned bits;
};

template <class Int>
inline constexpr integer_range range_of = {
    static_cast<std::uint64_t>((std::numeric_limits<Int>::max)()),
    std::is_signed_v<Int> ? static_cast<std::uint64_t>((std::numeric_limits<Int>::max)()) + 1 : 0,
    sizeof(Int) * 8};

/// A number as it may stand in a message: bounded.
inline std::string number_text(const number_token& token) {
    constexpr std::size_t size_max = 32;
    const std::string_view text = token.view();
    return text.size() <= size_max
               ? std::string(text)
               : "a number of " + std::to_string(text.size()) + " characters";
}

inline bool fail_range(reader& in, const number_token& token, const integer_range& range) {
    in.move_to(token.first);
    return in.fail_value(number_text(token) + " is out of range for " +
                         (range.bits == 8 ? "an " : "a ") + std::to_string(range.bits) + "-bit " +
                         (range.negative_max == 0 ? "unsigned integer" : "integer"));
}

/// Reads an integer literal within the range; gives its two's complement.
inline bool read_bits(reader& in, const integer_range& range, std::uint64_t& bits) {
    if (const value_kind found = in.peek();
        found != value_kind::number && found != value_kind::none) {
        return in.fail_expected("an integer");
    }
    number_token token;
    if (!in.number(token)) {
        return false;
    }
    if (!token.integral()) {
        in.move_to(token.first);
        return in.fail_value(token.fraction
                                 ? "expected an integer, found a number with a fraction"
                                 : "expected an integer, found a number with an exponent");
    }
    std::uint64_t magnitude = 0;
    if (!to_magnitude(token, magnitude) ||
        magnitude > (token.negative ? range.negative_max : range.positive_max)) {
        return fail_range(in, token, range);
    }
    bits = token.negative ? std::uint64_t{0} - magnitude : magnitude;
    return true;
}

template <class Int>
bool read_integer(reader& in, Int& value) {
    std::uint64_t bits = 0;
    if (!read_bits(in, range_of<Int>, bits)) {
        return false;
    }
    value = static_cast<Int>(bits);
    return true;
}

inline bool fail_fit(reader& in, const number_token& token, number_fit fit, unsigned bits) {
    in.move_to(token.first);
    return in.fail_value(number_text(token) +
                         (fit == number_fit::inexact ? " would be rounded by a "
                                                     : " is out of range for a ") +
                         std::to_string(bits) + "-bit floating-point number");
}

template <class Float>
bool read_float(reader& in, Float& value) {
    number_token token;
    if (!in.number(token)) {
        return false;
    }
    const number_fit fit = to_float(token, value);
    return fit == number_fit::exact || fail_fit(in, token, fit, sizeof(Float) * 8);
}

/// Names as a message lists them: bounded, whatever their number.
template <class Names>
std::string list_names(const Names& names) {
    constexpr std::size_t size_max = 200;
    std::string list;
    for (const auto& [value, name] : names) {
        if (list.size() > size_max) {
            return list + ", ...";
        }
        list += list.empty() ? "'" : ", '";
        list += printable(name);
        list += '\'';
    }
    return list;
}

template <class Enum, class Names>
bool read_enum_name(reader& in, Enum& value, const Names& names) {
    std::string_view found;
    if (in.peek() != value_kind::string) {
        return in.fail_expected("one of " + list_names(names));
    }
    const char* const start = in.at();
    if (!in.string(found)) {
        return false;
    }
    for (const auto& [candidate, name] : names) {
        if (std::string_view(name) == found) {
            value = candidate;
            return true;
        }
    }
    const std::string echo = printable(found);
    in.move_to(start);
    return in.fail_value("expected one of " + list_names(names) + ", found '" + echo + "'");
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_READ_SCALAR_HPP
