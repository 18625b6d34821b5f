// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP
#define GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP

#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/json/digits.hpp>
#include <gatewire/wire/json/sink.hpp>
#include <gatewire/wire/json/write_error.hpp>

#include <bit>
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

/// `put_real` for all that is not quickly known to be a short decimal. Not negative. Never inlined,
/// as what it needs would be paid for by all.
char* put_unusual_real(char* at, double value, sink& to);

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

char* put_real(char* at, float value, sink& to);

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

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/wire/json/write_scalar_impl.hpp>
#endif

#endif  // GATEWIRE_WIRE_JSON_WRITE_SCALAR_HPP
