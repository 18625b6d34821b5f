// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_SCALAR_HPP
#define GATEWIRE_JSON_WRITE_SCALAR_HPP

#include <gatewire/json/digits.hpp>
#include <gatewire/json/product.hpp>
#include <gatewire/json/real.hpp>
#include <gatewire/json/sink.hpp>
#include <gatewire/json/write_error.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::codec {

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

/// `put_real` for all that is not quickly known to be a short decimal, as bits without the sign.
/// Never inlined, as what it needs would be paid for by all.
char* put_unusual_real(char* at, std::uint64_t bits, sink& to);

/// Writes the shortest text that reads back as the same value, always with a point or an exponent,
/// so that a reader without types sees a real number.
inline char* put_real(char* at, const double& value, sink& to) {
    std::uint64_t bits = bits_of(value);
    *at = '-';
    at += bits >> 63U;
    bits &= ~sign_bit<double>;
    const std::uint64_t exponent = bits >> 52U;
    const std::uint64_t significand = bits << 11U | sign_bit<double>;
    constexpr std::uint64_t one = 1023;
    constexpr std::uint64_t lowest = one - 10;
    if (exponent - one < 49 && significand << (exponent - one + 1) == 0) {
        return put_literal(put_digits(at, significand >> (one + 63 - exponent)), ".0");
    }
    if (exponent - lowest < 33) {
        // From 2^-10 to 2^23, the nearest decimal of 8 places: with at most 15 digits, there is no
        // shorter one. Of smaller ones, those with many zeros are shorter with an exponent.
        const std::uint64_t scale = ten_to_8 << (exponent - lowest + 2);
        const auto [digits, rest] = multiply(significand >> 11U, scale);
        // It is the number if it is no further off than half the distance to the next double. Below
        // a power of two that is half of it again, but in this range these have 8 places or are far
        // from a number that has.
        if (rest + scale / 2 <= scale) {
            return put_decimal(at, digits + (rest >> 63U));
        }
    }
    return put_unusual_real(at, bits, to);
}

char* put_real(char* at, const float& value, sink& to);

template <class Int>
void write_integer(wire::buffer& out, Int value) {
    char* const at = out.prepare(integer_size_max + put_slack);
    out.commit_to(put_integer(at, value));
}

inline bool write_real(wire::buffer& out, const double& value, write_error& error) {
    out.prepare(real_size_max + put_slack);
    sink to(out, error);
    const char* const end = put_real(to.cursor(), value, to);
    if (end != nullptr) {
        out.commit_to(end);
    }
    return end != nullptr;
}

inline void write_bool(wire::buffer& out, bool value) {
    out.append(value ? std::string_view("true") : std::string_view("false"));
}

inline void write_null(wire::buffer& out) {
    out.append("null");
}

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/write_scalar_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_WRITE_SCALAR_HPP
