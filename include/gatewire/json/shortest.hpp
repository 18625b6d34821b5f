// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SHORTEST_HPP
#define GATEWIRE_JSON_SHORTEST_HPP

#include <gatewire/json/digits.hpp>
#include <gatewire/json/product.hpp>
#include <gatewire/json/real.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace rpc::inline v1::codec {

/// A decimal: `digits` times ten to minus `places`.
struct decimal {
    std::uint64_t digits = 0;
    std::size_t places = 0;
};

/// A multiple of a quarter of the last place, rounded down, save that the lowest bit says whether
/// anything was cut off: enough to tell which side of a boundary it is on.
inline std::uint64_t round_to_odd(std::uint64_t power, std::uint64_t quarters) noexcept {
    const wide_product product = multiply(power, quarters);
    return product.high | (product.low != 0 ? 1U : 0U);
}

/// A positive number, which is `significand` times two to `power`.
template <class Float>
struct binary {
    explicit binary(real_bits<Float> bits) noexcept
        : significand((bits & (hidden_bit<Float> - 1)) | hidden_bit<Float>),
          power(static_cast<int>(bits >> real_format<Float>::fraction_size) -
                real_format<Float>::bias - real_format<Float>::fraction_size) {}

    std::uint64_t significand;
    int power;
};

/// The shortest decimal that is nearer to a number than to any other of its type, by Raffaello
/// Giulietti's "The Schubfach way to render doubles". Only from 0.001 on and where the power of two
/// is negative: there every power of ten that is needed fits a word. There may be zeros at the end.
template <class Float>
decimal find_shortest(const binary<Float>& value) noexcept {
    const auto [significand, power] = value;
    const bool is_closer_below = significand == hidden_bit<Float>;
    // floor(log10(2^power)), or of 3/4 of it.
    const int exponent = (power * 1'262'611 - (is_closer_below ? 524'031 : 0)) >> 22;
    const auto places = static_cast<std::size_t>(-exponent);
    const std::uint64_t scale = powers_of_ten[places];
    const int zeros = std::countl_zero(scale);
    const int shift = power + (63 - zeros) + 1;  // of the power of ten: floor(log2(scale))
    const auto scaled = [&](std::uint64_t quarters) {
        return round_to_odd(scale << zeros, quarters << shift);
    };
    const std::uint64_t odd = significand & 1U;
    const std::uint64_t middle = scaled(significand * 4);
    const std::uint64_t lower = scaled(significand * 4 - (is_closer_below ? 1 : 2)) + odd;
    const std::uint64_t upper = scaled(significand * 4 + 2) - odd;
    const std::uint64_t whole = middle / 4;
    const std::uint64_t tens = whole / 10;
    const bool is_tens_inside = lower <= tens * 40;
    if (const bool is_next_inside = tens * 40 + 40 <= upper; is_tens_inside != is_next_inside) {
        return {tens + (is_next_inside ? 1 : 0), places - 1};
    }
    const bool is_whole_inside = lower <= whole * 4;
    if (const bool is_next_inside = whole * 4 + 4 <= upper; is_whole_inside != is_next_inside) {
        return {whole + (is_next_inside ? 1 : 0), places};
    }
    const std::uint64_t half = whole * 4 + 2;
    const bool is_up = middle > half || (middle == half && (whole & 1U) != 0);
    return {whole + (is_up ? 1 : 0), places};
}

/// Writes the shortest text, without an exponent, of a number that `find_shortest` takes.
template <class Float>
char* put_shortest_decimal(char* at, real_bits<Float> bits) noexcept {
    const binary<Float> value(bits);
    const decimal found = find_shortest(value);
    // No whole number is between a value and a decimal that is read as it.
    const std::uint64_t whole = value.significand >> -value.power;
    std::uint64_t rest = found.digits - whole * powers_of_ten[found.places];
    at = put_digits(at, whole);
    *at++ = '.';
    std::uint64_t last = 0;
    if (found.places > 16) {
        const std::size_t places = found.places - 16;
        const std::uint64_t scale = powers_of_ten[places];
        last = rest % scale * powers_of_ten[8 - places];
        rest /= scale;
    } else {
        rest *= powers_of_ten[16 - found.places];
    }
    const std::uint64_t parts[] = {split_digits(rest / ten_to_8), split_digits(rest % ten_to_8),
                                   split_digits(last)};
    std::size_t used = last != 0 ? 2 : parts[1] != 0 ? 1 : 0;
    for (std::size_t index = 0; index <= used; ++index) {
        store_word(at + index * 8, parts[index] | zero_digits);
    }
    return at + used * 8 + 8 - std::countl_zero(parts[used] | 1U) / 8;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_SHORTEST_HPP
