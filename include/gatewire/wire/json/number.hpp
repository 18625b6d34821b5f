// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_NUMBER_HPP
#define GATEWIRE_WIRE_JSON_NUMBER_HPP

#include <gatewire/wire/json/digits.hpp>
#include <gatewire/wire/json/text.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::wire::json {

/// One number of the text, split but not yet converted.
struct number_token {
    const char* first = nullptr;     // the sign or the first digit
    const char* last = nullptr;      // behind the number; where it went wrong if it is malformed
    std::uint64_t mantissa = 0;      // all digits before the exponent, when `complete`
    std::int64_t exponent = 0;       // of ten, belonging to `mantissa`
    bool negative = false;           // has a minus sign
    bool fraction = false;           // has a decimal point
    bool power = false;              // has an exponent part
    bool complete = true;            // at most 19 digits, so `mantissa` holds them all

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

template <class Float>
inline constexpr int exact_power_max = std::is_same_v<Float, float> ? 10 : 22;

/// The general conversion, correctly rounded.
number_fit to_float_slowly(const number_token& token, float& value) noexcept;
number_fit to_float_slowly(const number_token& token, double& value) noexcept;

/// Converts a token to the nearest value of a floating-point type.
template <class Float>
number_fit to_float(const number_token& token, Float& value) noexcept {
    constexpr auto digits = std::numeric_limits<Float>::digits;
    constexpr std::int64_t power_max = exact_power_max<Float>;
    // Both operands are exact, so the one rounding of the division or product is the right one.
    if (token.complete && token.mantissa < (std::uint64_t{1} << digits) &&
        token.exponent >= -power_max && token.exponent <= power_max) {
        auto result = static_cast<Float>(token.mantissa);
        if (token.exponent < 0) {
            result /= static_cast<Float>(powers_of_ten[static_cast<std::size_t>(-token.exponent)]);
        } else if (token.exponent > 0) {
            result *= static_cast<Float>(powers_of_ten[static_cast<std::size_t>(token.exponent)]);
        }
        value = token.negative ? -result : result;
        return number_fit::exact;
    }
    return to_float_slowly(token, value);
}

}  // namespace rpc::inline v1::wire::json

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/wire/json/number_impl.hpp>
#endif

#endif  // GATEWIRE_WIRE_JSON_NUMBER_HPP
