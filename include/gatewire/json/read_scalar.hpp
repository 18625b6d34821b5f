// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_SCALAR_HPP
#define GATEWIRE_JSON_READ_SCALAR_HPP

#include <gatewire/json/number.hpp>
#include <gatewire/json/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::codec {

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

bool fail_range(reader& in, const number_token& token, const integer_range& range);

/// Reads an integer literal within the range; gives its two's complement.
bool read_bits(reader& in, const integer_range& range, std::uint64_t& bits);

template <class Int>
bool read_integer(reader& in, Int& value) {
    std::uint64_t bits = 0;
    if (!read_bits(in, range_of<Int>, bits)) {
        return false;
    }
    value = static_cast<Int>(bits);
    return true;
}

bool fail_fit(reader& in, const number_token& token, number_fit fit, unsigned bits);

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

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/read_scalar_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_READ_SCALAR_HPP
