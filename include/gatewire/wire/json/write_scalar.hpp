// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP
#define GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP

#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/json/digits.hpp>
#include <gatewire/wire/json/shortest.hpp>
#include <gatewire/wire/json/sink.hpp>
#include <gatewire/wire/json/write_error.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::wire::json {

/// The longest forms of numbers. "-2.2250738585072014e-308" has 24 characters.
inline constexpr std::size_t integer_size_max = 20;
inline constexpr std::size_t real_size_max = 26;

template <class Int>
char* put_integer(char* at, Int value) noexcept {
    auto magnitude = static_cast<std::uint64_t>(value);
    if constexpr (std::is_signed_v<Int>) {
        if (value < 0) {
            *at++ = '-';
            magnitude = std::uint64_t{0} - magnitude;
        }
    }
    return put_digits(at, magnitude);
}

template <std::size_t Size>
char* put_literal(char* at, const char (&text)[Size]) noexcept {
    std::memcpy(at, text, Size - 1);
    return at + Size - 1;
}

inline char* put_bool(char* at, bool value) noexcept {
    store_word(at, value ? 0x65757274U : 0x65736C6166U);  // "true", "false"
    return at + (value ? 4 : 5);
}

/// Writes `value` if it is a decimal of at most 15 digits, of them at most six behind the point.
/// The fewest that divide back to the value are its shortest text.
inline char* put_short_decimal(char* at, double value) noexcept {
    constexpr double limit = 1e15;
    for (std::size_t places = 1; places != 7; ++places) {
        const double scaled = value * powers_of_ten[places];
        if (!(scaled < limit)) {
            return nullptr;
        }
        const auto digits = static_cast<std::uint64_t>(scaled + 0.5);
        if (static_cast<double>(digits) / powers_of_ten[places] == value) {
            const std::uint64_t scale = all_powers_of_ten[places];
            at = put_digits(at, digits / scale);
            *at = '.';
            put_all(at + 1, split_digits(digits % scale * all_powers_of_ten[8 - places]));
            return at + 1 + places;
        }
    }
    return nullptr;
}

/// Lets the library find the shortest text; adds what makes it a real number for every reader.
template <class Float>
char* put_shortest(char* at, Float value) noexcept {
    char* const end = std::to_chars(at, at + real_size_max, value).ptr;
    return std::string_view(at, static_cast<std::size_t>(end - at)).find_first_of(".e") ==
                   std::string_view::npos
               ? put_literal(end, ".0")
               : end;
}

template <class Float>
bool fail_real(Float value, write_error& error) {
    return error.fail(std::isnan(value) ? "NaN has no JSON form" : "infinity has no JSON form");
}

/// `put_real` for all that is not quickly known to be a short decimal. Not negative. Never inlined,
/// as what it needs would be paid for by all.
[[gnu::noinline]] inline char* put_unusual_real(char* at, double value, sink& to) {
    if (!std::isfinite(value)) {
        fail_real(value, to.error);
        return nullptr;
    }
    if (value >= 1e-3 && value < 1e15) {
        return put_shortest_decimal(at, value);
    }
    char* const end = put_short_decimal(at, value);
    return end != nullptr ? end : put_shortest(at, value);
}

/// Writes the shortest text that reads back as the same value, always with a point or an exponent,
/// so that a reader without types sees a real number.
inline char* put_real(char* at, double value, sink& to) {
    *at = '-';
    at += std::bit_cast<std::uint64_t>(value) >> 63U;
    value = std::fabs(value);
    if (value < 1e7) {
        // A decimal of at most 8 places: with at most 15 digits, there is no shorter one. The
        // smallest of those with more than 6 are shorter with an exponent.
        const auto scaled = static_cast<std::int64_t>(value * 1e8 + 0.5);
        const auto digits = static_cast<std::uint64_t>(scaled);
        if (static_cast<double>(scaled) / 1e8 == value && digits - 1 >= 99'999) {
            return put_decimal(at, digits);
        }
    } else if (value < 1e15) {
        const auto whole = static_cast<std::int64_t>(value);
        if (static_cast<double>(whole) == value) {
            return put_literal(put_digits(at, static_cast<std::uint64_t>(whole)), ".0");
        }
    }
    return put_unusual_real(at, value, to);
}

inline char* put_real(char* at, float value, sink& to) {
    if (!std::isfinite(value)) {
        fail_real(value, to.error);
        return nullptr;
    }
    return put_shortest(at, value);
}

template <class Int>
void write_integer(buffer& out, Int value) {
    char* const at = out.prepare(integer_size_max + put_slack);
    out.commit_to(put_integer(at, value));
}

inline bool write_real(buffer& out, double value, write_error& error) {
    out.prepare(real_size_max + put_slack);
    sink to(out, error);
    const char* const end = put_real(to.cursor(), value, to);
    if (end != nullptr) {
        out.commit_to(end);
    }
    return end != nullptr;
}

inline void write_bool(buffer& out, bool value) {
    out.append(value ? std::string_view("true") : std::string_view("false"));
}

inline void write_null(buffer& out) {
    out.append("null");
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP
