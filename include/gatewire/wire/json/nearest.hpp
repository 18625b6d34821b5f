// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_NEAREST_HPP
#define GATEWIRE_WIRE_JSON_NEAREST_HPP

#include <gatewire/wire/json/digits.hpp>
#include <gatewire/wire/json/product.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace rpc::inline v1::wire::json {

/// How many places `find_nearest` takes.
inline constexpr std::size_t nearest_places_max = 22;

/// The first 64 bits of 1/5, 1/25 and so on.
inline constexpr std::array<std::uint64_t, nearest_places_max> inverse_powers_of_five = {
    0xCCCCCCCCCCCCCCCCU, 0xA3D70A3D70A3D70AU, 0x83126E978D4FDF3BU, 0xD1B71758E219652BU,
    0xA7C5AC471B478423U, 0x8637BD05AF6C69B5U, 0xD6BF94D5E57A42BCU, 0xABCC77118461CEFCU,
    0x89705F4136B4A597U, 0xDBE6FECEBDEDD5BEU, 0xAFEBFF0BCB24AAFEU, 0x8CBCCC096F5088CBU,
    0xE12E13424BB40E13U, 0xB424DC35095CD80FU, 0x901D7CF73AB0ACD9U, 0xE69594BEC44DE15BU,
    0xB877AA3236A4B449U, 0x9392EE8E921D5D07U, 0xEC1E4A7DB69561A5U, 0xBCE5086492111AEAU,
    0x971DA05074DA7BEEU, 0xF1C90080BAF72CB1U};

/// The double that is nearest to `digits` times ten to minus `places` (at least one), by Daniel
/// Lemire's "Number Parsing at a Gigabyte per Second". `digits` is not zero.
/// @return false, for about one in 500, when 64 bits of the power of five do not tell.
inline bool find_nearest(std::uint64_t digits, std::size_t places, double& value) noexcept {
    const auto power = -static_cast<int>(places);
    const int zeros = std::countl_zero(digits);
    const wide_product product = multiply(digits << zeros, inverse_powers_of_five[places - 1]);
    if ((product.high & 0x1FFU) == 0x1FFU) {
        return false;
    }
    const auto upper = static_cast<int>(product.high >> 63U);
    std::uint64_t mantissa = product.high >> (upper + 9);  // 53 bits, and one to round by
    // Halfway between two doubles? With more places, no decimal of 64 bits is.
    if (product.low <= 1 && places <= 4 && (mantissa & 3U) == 1 &&
        mantissa << (upper + 9) == product.high) {
        --mantissa;
    }
    mantissa = (mantissa + (mantissa & 1U)) >> 1U;
    // floor(log2(10^power)), and where the mantissa stands. Rounding up to the next power of two
    // carries into the exponent, as it should.
    const int exponent = ((power * 217'706) >> 16) + 63 + upper - zeros + 1022;
    value = std::bit_cast<double>((static_cast<std::uint64_t>(exponent) << 52U) + mantissa);
    return true;
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_NEAREST_HPP
