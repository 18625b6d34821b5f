// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DIGITS_HPP
#define GATEWIRE_JSON_DIGITS_HPP

#include <gatewire/json/block.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

// Whole numbers as digits, eight at a time in a word and without a branch for each: at lengths that
// differ from number to number it would be mispredicted.
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

inline constexpr std::uint64_t zero_digits = every_byte * '0';
inline constexpr std::uint64_t ten_to_8 = 100'000'000;

inline constexpr std::array<std::uint64_t, 20> powers_of_ten = [] {
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t power = 1; power != powers.size(); ++power) {
        powers[power] = powers[power - 1] * 10;
    }
    return powers;
}();

/// The eight digits of a number below 10^8, zeros before it, each the value of one byte; the first
/// in the lowest bits. Divides all parts of the word at once, by multiplying.
constexpr std::uint64_t split_digits(std::uint64_t value) noexcept {
    const std::uint64_t high = value / 10'000;
    const std::uint64_t fours = high | (value - high * 10'000) << 32U;
    const std::uint64_t hundreds = (fours * 10'486 >> 20U) & 0x0000'007F'0000'007FU;
    const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16U;
    const std::uint64_t tens = (twos * 103 >> 10U) & 0x000F'000F'000F'000FU;
    return tens | (twos - tens * 10) << 8U;
}

/// `split_digits` of two numbers.
struct digit_words {
    std::uint64_t front = 0;
    std::uint64_t back = 0;
};

constexpr digit_words split_both_portably(std::uint64_t front, std::uint64_t back) noexcept {
    return {split_digits(front), split_digits(back)};
}

#if defined(__SSE2__) && defined(__x86_64__)

inline digit_words split_both(std::uint64_t front, std::uint64_t back) noexcept {
    const __m128i numbers = _mm_unpacklo_epi64(_mm_cvtsi64_si128(static_cast<long long>(front)),
                                               _mm_cvtsi64_si128(static_cast<long long>(back)));
    const __m128i high =  // n / 10000
        _mm_srli_epi64(_mm_mul_epu32(numbers, _mm_set1_epi64x(3'518'437'209)), 45);
    const __m128i low = _mm_sub_epi64(numbers, _mm_mul_epu32(high, _mm_set1_epi64x(10'000)));
    const __m128i fours = _mm_or_si128(high, _mm_slli_epi64(low, 32));
    const __m128i hundreds = _mm_srli_epi16(_mm_mulhi_epu16(fours, _mm_set1_epi16(5'243)), 3);
    // Of both halves of each 32 bits: the hundreds, and what is left of the four digits by them.
    const __m128i hundreds_twice = _mm_or_si128(hundreds, _mm_slli_epi32(hundreds, 16));
    const __m128i twos =
        _mm_add_epi16(_mm_slli_epi32(fours, 16),
                      _mm_mullo_epi16(hundreds_twice, _mm_set1_epi32(1 - (100 << 16))));
    const __m128i tens = _mm_mulhi_epu16(twos, _mm_set1_epi16(6'554));
    const __m128i digits =
        _mm_sub_epi16(_mm_slli_epi16(twos, 8), _mm_mullo_epi16(tens, _mm_set1_epi16(2'559)));
    return {static_cast<std::uint64_t>(_mm_cvtsi128_si64(digits)),
            static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(digits, digits)))};
}

#else

inline digit_words split_both(std::uint64_t front, std::uint64_t back) noexcept {
    return split_both_portably(front, back);
}

#endif

/// The number whose eight digits are the bytes of the word, the first in the lowest bits.
constexpr std::uint64_t join_digits(std::uint64_t digits) noexcept {
    constexpr std::uint64_t pairs = 0x0000'00FF'0000'00FFU;
    digits = digits * 10 + (digits >> 8U);
    return ((digits & pairs) * (100 + (std::uint64_t{1'000'000} << 32U)) +
            (digits >> 16U & pairs) * (1 + (std::uint64_t{10'000} << 32U))) >>
           32U;
}

/// `join_digits` as a real number, which is exact.
inline double join_real_portably(std::uint64_t digits) noexcept {
    return static_cast<double>(static_cast<std::int64_t>(join_digits(digits)));
}

#if defined(__SSE2__) && defined(__x86_64__)

inline double join_real(std::uint64_t digits) noexcept {
    const __m128i bytes = _mm_cvtsi64_si128(static_cast<long long>(digits));
    const __m128i twos = _mm_srli_epi16(_mm_mullo_epi16(bytes, _mm_set1_epi16(10 * 256 + 1)), 8);
    const __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32(100 + (1 << 16)));
    const __m128i eights =
        _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(10'000 + (1 << 16)));
    return _mm_cvtsd_f64(_mm_cvtepi32_pd(eights));
}

#else

inline double join_real(std::uint64_t digits) noexcept {
    return join_real_portably(digits);
}

#endif

/// High bits of the bytes that are no digits, in a word that was xored with `zero_digits`. The
/// lowest one is exact; so are higher ones where all bytes before them are ASCII.
constexpr std::uint64_t other_than_digits(std::uint64_t word) noexcept {
    return ((word + every_byte * (0x80 - 10)) | word) & high_bits;
}

/// Writes the eight digits of a word but for the zeros before them. Eight bytes are written.
inline char* put_without_zeros(char* at, std::uint64_t digits) noexcept {
    // The last digit stays, even if it is zero.
    const int zeros = std::countr_zero(digits | std::uint64_t{1} << 56U) & ~7;
    store_word(at, (digits | zero_digits) >> zeros);
    return at + 8 - zeros / 8;
}

/// Writes all eight digits of a word.
inline char* put_all(char* at, std::uint64_t digits) noexcept {
    store_word(at, digits | zero_digits);
    return at + 8;
}

/// Writes the digits of any number. There must be room for 32 bytes.
inline char* put_digits(char* at, std::uint64_t value) noexcept {
    if (value < ten_to_8) {
        return put_without_zeros(at, split_digits(value));
    }
    std::uint64_t high = value / ten_to_8;
    const std::uint64_t low = value - high * ten_to_8;
    if (high >= ten_to_8) {
        const std::uint64_t highest = high / ten_to_8;
        high -= highest * ten_to_8;
        at = put_without_zeros(at, split_digits(highest));
        at = put_all(at, split_digits(high));
        return put_all(at, split_digits(low));
    }
    const digit_words digits = split_both(high, low);
    return put_all(put_without_zeros(at, digits.front), digits.back);
}

/// The two digits of each number below 100, the first in the lowest bits.
inline constexpr std::array<std::uint16_t, 100> digit_pairs = [] {
    std::array<std::uint16_t, 100> pairs{};
    for (std::size_t value = 0; value != pairs.size(); ++value) {
        pairs[value] = static_cast<std::uint16_t>(value / 10 | value % 10 << 8U);
    }
    return pairs;
}();

/// The four digits of a number below 10'000, zeros before it, as in `split_digits`.
inline std::uint64_t split_four(std::uint64_t value) noexcept {
    const std::uint64_t high = value * 5'243 >> 19U;  // value / 100
    return digit_pairs[high] | std::uint64_t{digit_pairs[value - high * 100]} << 16U;
}

/// How many of the four digits are zeros before a number, in bits. The last digit is none.
inline unsigned zeros_before(std::uint64_t digits) noexcept {
    return static_cast<unsigned>(std::countr_zero(digits | std::uint64_t{1} << 24U)) & ~7U;
}

/// Writes a number below 10'000 as a decimal of one place.
inline char* put_short_whole(char* at, std::uint64_t value) noexcept {
    constexpr std::uint64_t text = 0x302E'3030'3030U;  // "0000.0"
    const std::uint64_t digits = split_four(value);
    const unsigned zeros = zeros_before(digits);
    store_word(at, (digits | text) >> zeros);
    return at + (6U - zeros / 8);
}

/// Writes a decimal with as few places as it needs, but one. Both parts are below 10'000.
inline char* put_short_decimal(char* at, std::uint64_t whole, std::uint64_t fraction) noexcept {
    constexpr std::uint64_t text = 0x3030'3030U;
    const std::uint64_t before = split_four(whole);
    const std::uint64_t behind = split_four(fraction);
    const unsigned zeros = zeros_before(before);
    store_word(at, (before | text) >> zeros);
    at += 4U - zeros / 8;
    store_word(at, (behind | text) << 8U | '.');
    return at + 9 - static_cast<unsigned>(std::countl_zero(behind | 1U)) / 8;
}

/// Writes a number of 10^-8, below 10^16, as a decimal with as few places as it needs, but one.
inline char* put_decimal(char* at, std::uint64_t value) noexcept {
    const std::uint64_t whole = value / ten_to_8;
    const digit_words digits = split_both(whole, value - whole * ten_to_8);
    at = put_without_zeros(at, digits.front);
    *at = '.';
    store_word(at + 1, digits.back | zero_digits);
    return at + 9 - std::countl_zero(digits.back | 1U) / 8;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DIGITS_HPP
