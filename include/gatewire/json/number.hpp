// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_NUMBER_HPP
#define GATEWIRE_JSON_NUMBER_HPP

#include <gatewire/json/digits.hpp>
#include <gatewire/json/nearest.hpp>
#include <gatewire/json/product.hpp>
#include <gatewire/json/real.hpp>
#include <gatewire/json/utf8.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace rpc::inline v1::codec {

/// One number of the text, split but not yet converted.
struct number_token {
    const char* first = nullptr;  // the sign or the first digit
    const char* last = nullptr;   // behind the number; where it went wrong if it is malformed
    std::uint64_t mantissa = 0;   // all digits before the exponent, when `complete`
    std::int64_t exponent = 0;    // of ten, belonging to `mantissa`
    bool negative = false;        // has a minus sign
    bool fraction = false;        // has a decimal point
    bool power = false;           // has an exponent part
    bool complete = true;         // at most 19 digits, so `mantissa` holds them all

    std::string_view view() const noexcept {
        return {first, static_cast<std::size_t>(last - first)};
    }
    bool integral() const noexcept { return !fraction && !power; }
};

/// Splits the number at `at`; false when it is not one by JSON's grammar.
bool scan_number(const char* at, const char* end, number_token& token) noexcept;

/// The magnitude of an integral token; false when it is over 64 bits.
bool to_magnitude(const number_token& token, std::uint64_t& magnitude) noexcept;

enum class number_fit : unsigned char {
    exact,         // or the nearest value, where the text has a fraction or an exponent
    out_of_range,  // would be infinity, or zero without being zero
    inexact        // an integer that the type can only hold rounded
};

/// The general conversion, correctly rounded.
number_fit to_float_slowly(const number_token& token, float& value) noexcept;
number_fit to_float_slowly(const number_token& token, double& value) noexcept;

/// Converts a token to the nearest value of a floating-point type.
template <class Float>
number_fit to_float(const number_token& token, Float& value) noexcept {
    constexpr std::uint64_t whole_max = std::uint64_t{1} << std::numeric_limits<Float>::digits;
    constexpr auto places_max = static_cast<std::int64_t>(nearest_places_max);
    constexpr auto powers = static_cast<std::int64_t>(powers_of_ten.size());
    real_bits<Float> bits = 0;
    if (!token.complete || token.exponent < -places_max || token.exponent >= powers) {
        return to_float_slowly(token, value);
    }
    if (token.exponent >= 0) {
        const wide_product whole =
            multiply(token.mantissa, powers_of_ten[static_cast<std::size_t>(token.exponent)]);
        if (whole.high != 0 || whole.low > whole_max) {
            return to_float_slowly(token, value);
        }
        bits = bits_of(static_cast<Float>(static_cast<std::int64_t>(whole.low)));
    } else if (token.mantissa != 0) {
        bits = nearest_bits<Float>(token.mantissa, static_cast<std::size_t>(-token.exponent));
    }
    value = std::bit_cast<Float>(token.negative ? bits | sign_bit<Float> : bits);
    return number_fit::exact;
}

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/number_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_NUMBER_HPP
