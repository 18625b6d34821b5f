// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_TAKE_NUMBER_HPP
#define GATEWIRE_JSON_TAKE_NUMBER_HPP

#include <gatewire/json/digits.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

// The quick way to read scalars. A `take` function gives what follows the value that begins at
// `at`, without white space before it; null when there is none that it understands, which may be
// due to an error or not: whoever asks then reads it with a `reader`, which can explain.
//
// The cursor is an argument and the result, so that it stays in a register.
namespace rpc::inline v1::codec {

/// So many bytes may be looked at without asking for the end.
inline constexpr std::ptrdiff_t take_window = 32;
inline constexpr std::ptrdiff_t short_window = 17;

/// The last bytes of a text with zeros behind them, so that they make a window.
class last_window {
public:
    last_window(const char* at, const char* end) noexcept {
        std::memcpy(bytes_.data(), at, static_cast<std::size_t>(end - at));
    }

    const char* begin() const noexcept { return bytes_.data(); }

    /// The same place in the text.
    const char* place(const char* behind, const char* at) const noexcept {
        return behind == nullptr ? nullptr : at + (behind - bytes_.data());
    }

private:
    std::array<char, 2 * take_window> bytes_{};
};

/// The first byte of which the high bit is set; there is one.
inline std::size_t first_byte(std::uint64_t mask) noexcept {
    return static_cast<unsigned>(std::countr_zero(mask)) / 8U;
}

/// How many bytes of a word come before the first that is no digit.
inline std::size_t count_digits(std::uint64_t word) noexcept {
    const std::uint64_t others = other_than_digits(word);
    return others == 0 ? 8 : first_byte(others);
}

/// The number that the first bytes of the word are, less than 8.
inline std::uint64_t join_first(std::uint64_t word, std::size_t count) noexcept {
    return join_digits(word << (56 - count * 8) << 8U);
}

/// Whether the number goes on behind its digits.
inline bool goes_on(char byte) noexcept {
    return byte == '.' || (byte | 0x20) == 'e';
}

/// A whole number of at most 15 digits. Expects a window.
inline const char* take_magnitude(const char* at, std::uint64_t& magnitude) noexcept {
    const std::uint64_t front = load_word(at) ^ zero_digits;
    std::size_t count = count_digits(front);
    if (count != 8) {
        if (count == 0 || ((front & 0xFFU) == 0 && count != 1)) {
            return nullptr;
        }
        magnitude = join_first(front, count);
    } else {
        const std::uint64_t back = load_word(at + 8) ^ zero_digits;
        count = count_digits(back);
        if (count == 8 || (front & 0xFFU) == 0) {
            return nullptr;
        }
        magnitude = join_digits(front) * powers_of_ten[count] + join_first(back, count);
        at += 8;
    }
    at += count;
    return goes_on(*at) ? nullptr : at;
}

const char* take_unusual_real(const char* at, const char* end, double& value) noexcept;

/// The double that is nearest to `digits` times ten to minus `places`.
double nearest_double(std::uint64_t digits, std::size_t places) noexcept;

inline constexpr std::array<double, 16> divisors = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// `nearest_double` of fewer than 2^53 digits and of less than 16 places.
inline double divide(std::uint64_t digits, std::size_t places) noexcept {
#if defined(__SSE2__) && defined(__x86_64__) && defined(__GNUC__)
    // Where nobody has changed the floating-point environment, the one rounding of the machine's
    // own division of two numbers that are exact is the right one, and less work. In assembler,
    // since flags of the program may make something else of a division.
    constexpr unsigned all_but_flags = 0xFFC0;
    constexpr unsigned at_rest = 0x1F80;
    if ((_mm_getcsr() & all_but_flags) == at_rest) {
        auto value = static_cast<double>(static_cast<std::int64_t>(digits));
        __asm__("divsd %1, %0" : "+x"(value) : "xm"(divisors[places]));
        return value;
    }
#endif
    return nearest_double(digits, places);
}

/// Any number that the type holds. The quick part is for those that have a point and, with it,
/// fewer than 8 characters.
inline const char* take_real(const char* at, const char* end, double& value) noexcept {
    if (end - at < short_window) {
        return take_unusual_real(at, end, value);
    }
    const std::size_t sign = *at == '-' ? 1 : 0;
    const std::uint64_t word = load_word(at + sign) ^ zero_digits;
    const std::uint64_t others = other_than_digits(word);
    const std::uint64_t behind_point = others & (others - 1);
    if (behind_point == 0) {
        return take_unusual_real(at, end, value);
    }
    const std::size_t whole = first_byte(others);
    const std::size_t size = first_byte(behind_point);
    const char* const behind = at + sign + size;
    if (at[sign + whole] != '.' || whole == 0 || size == whole + 1 ||
        ((word & 0xFFU) == 0 && whole != 1) || (*behind | 0x20) == 'e') {
        return take_unusual_real(at, end, value);
    }
    // Closes the gap of the point.
    const std::uint64_t before = (std::uint64_t{1} << whole * 8) - 1;
    const std::uint64_t digits = (word & before) | (word >> 8U & ~before);
    const double real = divide(join_digits(digits << (72 - size * 8)), size - whole - 1);
    value = sign != 0 ? -real : real;
    return behind;
}

const char* take_real(const char* at, const char* end, float& value) noexcept;

const char* take_last_magnitude(const char* at, const char* end, std::uint64_t& magnitude) noexcept;

inline const char* take_magnitude(const char* at, const char* end,
                                  std::uint64_t& magnitude) noexcept {
    return end - at < take_window ? take_last_magnitude(at, end, magnitude)
                                  : take_magnitude(at, magnitude);
}

template <class Int>
const char* take_integer(const char* at, const char* end, Int& value) noexcept {
    const bool is_negative = std::is_signed_v<Int> && at != end && *at == '-';
    std::uint64_t magnitude = 0;
    at = take_magnitude(at + (is_negative ? 1 : 0), end, magnitude);
    // The lowest value is not for here.
    if (at == nullptr ||
        magnitude > static_cast<std::uint64_t>((std::numeric_limits<Int>::max)())) {
        return nullptr;
    }
    value = static_cast<Int>(is_negative ? std::uint64_t{0} - magnitude : magnitude);
    return at;
}

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/take_number_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_TAKE_NUMBER_HPP
