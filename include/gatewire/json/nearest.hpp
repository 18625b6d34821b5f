// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_NEAREST_HPP
#define GATEWIRE_JSON_NEAREST_HPP

#include <gatewire/json/digits.hpp>
#include <gatewire/json/product.hpp>
#include <gatewire/json/real.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace rpc::inline v1::codec {

/// How many places `nearest_bits` takes.
inline constexpr std::size_t nearest_places_max = 27;

/// The first 64 bits of 1/5, 1/25 and so on, rounded up.
inline constexpr std::array<std::uint64_t, nearest_places_max> inverse_powers_of_five = {
    0xCCCCCCCCCCCCCCCDU, 0xA3D70A3D70A3D70BU, 0x83126E978D4FDF3CU, 0xD1B71758E219652CU,
    0xA7C5AC471B478424U, 0x8637BD05AF6C69B6U, 0xD6BF94D5E57A42BDU, 0xABCC77118461CEFDU,
    0x89705F4136B4A598U, 0xDBE6FECEBDEDD5BFU, 0xAFEBFF0BCB24AAFFU, 0x8CBCCC096F5088CCU,
    0xE12E13424BB40E14U, 0xB424DC35095CD810U, 0x901D7CF73AB0ACDAU, 0xE69594BEC44DE15CU,
    0xB877AA3236A4B44AU, 0x9392EE8E921D5D08U, 0xEC1E4A7DB69561A6U, 0xBCE5086492111AEBU,
    0x971DA05074DA7BEFU, 0xF1C90080BAF72CB2U, 0xC16D9A0095928A28U, 0x9ABE14CD44753B53U,
    0xF79687AED3EEC552U, 0xC612062576589DDBU, 0x9E74D1B791E07E49U};

inline constexpr std::array<std::uint64_t, nearest_places_max> powers_of_five = [] {
    std::array<std::uint64_t, nearest_places_max> powers{5};
    for (std::size_t power = 1; power != powers.size(); ++power) {
        powers[power] = powers[power - 1] * 5;
    }
    return powers;
}();

/// The number that is nearest to `digits` times ten to minus `places` (at least one), as its bits;
/// of two that are equally near, the even one. `digits` is not zero. After Daniel Lemire's "Number
/// Parsing at a Gigabyte per Second".
template <class Float>
inline real_bits<Float> nearest_bits(std::uint64_t digits, std::size_t places) noexcept {
    using format = real_format<Float>;
    constexpr int below = 61 - format::fraction_size;  // the fewest bits behind the one to round by
    const int zeros = std::countl_zero(digits);
    const std::uint64_t dividend = digits << zeros;
    std::uint64_t quotient = multiply(dividend, inverse_powers_of_five[places - 1]).high;
    bool is_exact = false;
    if ((quotient & ((std::uint64_t{1} << below) - 1)) == 0) {
        // The power was rounded up, so the quotient may be one too large, which matters here. What
        // is left when it is multiplied back is less than the power of five, so a word holds it.
        const std::uint64_t power = powers_of_five[places - 1];
        const std::uint64_t rest = (dividend << (std::bit_width(power) - 1)) - quotient * power;
        quotient -= rest >> 63U;
        is_exact = rest == 0;
    }
    const auto upper = static_cast<int>(quotient >> 63U);
    std::uint64_t bits = quotient >> (upper + below);  // the significand, and one to round by
    if (is_exact && (bits & 3U) == 1 && bits << (upper + below) == quotient) {
        --bits;  // halfway, and even below
    }
    const std::uint64_t significand = (bits + (bits & 1U)) >> 1U;
    // floor(log2(10^places)) counts the places in bits. Rounding up to the next power of two
    // carries into the exponent, as it should.
    const auto places_in_bits = static_cast<int>(places * 217'706 >> 16U);
    const int exponent = format::bias + 61 + upper - zeros - places_in_bits;
    return static_cast<real_bits<Float>>(
        (static_cast<std::uint64_t>(exponent) << format::fraction_size) + significand);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_NEAREST_HPP
