// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP
#define GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP

#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/json/number.hpp>
#include <gatewire/wire/json/text.hpp>
#include <gatewire/wire/json/write_error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::wire::json {

inline constexpr std::array<char, 201> digit_pairs = [] {
    std::array<char, 201> pairs{};
    for (std::size_t number = 0; number != 100; ++number) {
        pairs[number * 2] = static_cast<char>('0' + number / 10);
        pairs[number * 2 + 1] = static_cast<char>('0' + number % 10);
    }
    return pairs;
}();

/// Writes the digits of a number backwards from `end`; returns the first.
inline char* put_digits_before(char* end, std::uint64_t value) noexcept {
    while (value >= 100) {
        end -= 2;
        std::memcpy(end, digit_pairs.data() + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        std::memcpy(end, digit_pairs.data() + value * 2, 2);
    } else {
        *--end = static_cast<char>('0' + value);
    }
    return end;
}

/// How many digits a number has.
constexpr std::size_t count_digits(std::uint64_t value) noexcept {
    std::size_t count = 1;
    for (; value >= 10000; value /= 10000) {
        count += 4;
    }
    return count + (value >= 10 ? 1 : 0) + (value >= 100 ? 1 : 0) + (value >= 1000 ? 1 : 0);
}

inline char* put_digits(char* out, std::uint64_t value) noexcept {
    char* const end = out + count_digits(value);
    put_digits_before(end, value);
    return end;
}

template <class Int>
void write_integer(buffer& out, Int value) {
    char* const begin = out.prepare(24);
    char* at = begin;
    auto magnitude = static_cast<std::uint64_t>(value);
    if constexpr (std::is_signed_v<Int>) {
        if (value < 0) {
            *at++ = '-';
            magnitude = std::uint64_t{0} - magnitude;
        }
    }
    out.commit(static_cast<std::size_t>(put_digits(at, magnitude) - begin));
}

/// Writes `value` (finite, not negative) if it is a decimal of at most 15 digits, of them at most
/// six behind the point. The fewest that divide back to the value are its shortest text.
inline char* put_short_decimal(char* out, double value) noexcept {
    constexpr double limit = 1e15;
    constexpr std::array<double, 7> scales = {1, 10, 100, 1000, 10000, 100000, 1000000};
    for (std::size_t places = 0; places != scales.size(); ++places) {
        const double scale = scales[places];
        const double scaled = value * scale;
        if (!(scaled < limit)) {
            return nullptr;
        }
        const auto digits = static_cast<std::uint64_t>(scaled + 0.5);
        if (static_cast<double>(digits) / scale != value) {
            continue;
        }
        const std::size_t size = (std::max)(count_digits(digits), places + 1);
        char* const first = put_digits_before(out + size, digits);
        std::fill(out, first, '0');
        char* const point = out + size - places;
        for (char* at = out + size; at != point; --at) {
            *at = at[-1];
        }
        point[0] = '.';
        point[1] = places == 0 ? '0' : point[1];
        return point + 1 + (std::max)(places, std::size_t{1});
    }
    return nullptr;
}

/// Writes the shortest text that reads back as the same value, always with a point or an exponent,
/// so that a reader without types sees a real number. The value must be finite.
template <class Float>
void write_finite(buffer& out, Float value) {
    constexpr std::size_t room = 40;
    char* const begin = out.prepare(room);
    char* at = begin;
    if (std::signbit(value)) {
        *at++ = '-';
        value = -value;
    }
    char* end = nullptr;
    if constexpr (std::is_same_v<Float, double>) {
        end = put_short_decimal(at, value);
    }
    if (end == nullptr) {
        end = std::to_chars(at, begin + room, value).ptr;
        if (std::string_view(at, static_cast<std::size_t>(end - at)).find_first_of(".e") ==
            std::string_view::npos) {
            *end++ = '.';
            *end++ = '0';
        }
    }
    out.commit(static_cast<std::size_t>(end - begin));
}

template <class Float>
bool write_float(buffer& out, Float value, write_error& error) {
    if (!std::isfinite(value)) {
        return error.fail(std::isnan(value) ? "NaN has no JSON form"
                                            : "infinity has no JSON form");
    }
    write_finite(out, value);
    return true;
}

inline void write_bool(buffer& out, bool value) {
    out.append(value ? std::string_view("true") : std::string_view("false"));
}

inline void write_null(buffer& out) {
    out.append("null");
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP
