// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_PRODUCT_HPP
#define GATEWIRE_JSON_PRODUCT_HPP

#include <cstdint>

namespace rpc::inline v1::codec {

/// A number of 128 bits.
struct wide_product {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
};

constexpr wide_product multiply_portably(std::uint64_t left, std::uint64_t right) noexcept {
    constexpr std::uint64_t half = 0xFFFF'FFFFU;
    const std::uint64_t low = (left & half) * (right & half);
    const std::uint64_t first = (left >> 32U) * (right & half) + (low >> 32U);
    const std::uint64_t second = (left & half) * (right >> 32U) + (first & half);
    return {(left >> 32U) * (right >> 32U) + (first >> 32U) + (second >> 32U),
            second << 32U | (low & half)};
}

#if defined(__SIZEOF_INT128__)

__extension__ using wide_integer = unsigned __int128;

constexpr wide_product multiply(std::uint64_t left, std::uint64_t right) noexcept {
    const wide_integer product = wide_integer{left} * right;
    return {static_cast<std::uint64_t>(product >> 64U), static_cast<std::uint64_t>(product)};
}

#else

constexpr wide_product multiply(std::uint64_t left, std::uint64_t right) noexcept {
    return multiply_portably(left, right);
}

#endif

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_PRODUCT_HPP
