// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_FAST_SCALAR_HPP
#define GATEWIRE_JSON_FAST_SCALAR_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/json/digits.hpp>
#include <gatewire/json/kinds.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

// The fast way to read scalars. It expects what a program like this one writes and explains
// nothing. A `fast_read` function reads the value that begins at `at`, with no white space before
// it, and returns what follows the value. Null means that it cannot tell: the text may be wrong, or
// right in another form. The caller then reads the value again with a `strict_reader`, which finds
// out.
//
// The cursor is an argument and the result, not a member, so that it stays in a register.
namespace rpc::inline v1::codec {

/// With so many bytes left before the end of the text, whole words can be loaded without asking for
/// the end again: the long one for long reals, the short one for whole numbers, short reals and
/// enum names.
inline constexpr std::ptrdiff_t fast_window = 32;
inline constexpr std::ptrdiff_t short_window = 17;

/// A copy of the last bytes of a text with zeros behind them, so that there is a whole window.
class last_window {
public:
    last_window(const char* at, const char* end) noexcept {
        std::memcpy(bytes_.data(), at, static_cast<std::size_t>(end - at));
    }

    const char* begin() const noexcept { return bytes_.data(); }

    /// The place in the text, where this window is at `at`, of a place in the copy.
    const char* place(const char* behind, const char* at) const noexcept {
        return behind == nullptr ? nullptr : at + (behind - bytes_.data());
    }

private:
    std::array<char, 2 * fast_window> bytes_{};
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

/// A whole number of at most 15 digits. Expects a short window.
inline const char* fast_read_magnitude(const char* at, std::uint64_t& magnitude) noexcept {
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

/// Any number that the type holds, in any form.
const char* fast_read_unusual_real(const char* at, const char* end, double& value) noexcept;

/// The double that is nearest to `digits` times ten to minus `places`.
double nearest_double(std::uint64_t digits, std::size_t places) noexcept;

inline constexpr std::array<double, 16> divisors = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

#if defined(__SSE2__) && defined(__x86_64__) && defined(__GNUC__)

// Where nobody has changed the floating-point environment, the one rounding of the machine's own
// division of two numbers that are exact is the right one, and less work. In assembler, since flags
// of the program may make something else of a division.
inline bool divides_exactly() noexcept {
    constexpr unsigned all_but_flags = 0xFFC0;
    constexpr unsigned at_rest = 0x1F80;
    return (_mm_getcsr() & all_but_flags) == at_rest;
}

inline double divide_exactly(double digits, std::size_t places) noexcept {
    __asm__("divsd %1, %0" : "+x"(digits) : "xm"(divisors[places]));
    return digits;
}

/// `nearest_double` of the digits of a word; false if that would be more work.
inline bool divide_word(std::uint64_t word, std::size_t places, double& value) noexcept {
    if (!divides_exactly()) {
        return false;
    }
    value = divide_exactly(join_real(word), places);
    return true;
}

/// `nearest_double` of fewer than 2^53 digits and of less than 16 places.
inline double divide(std::uint64_t digits, std::size_t places) noexcept {
    return divides_exactly()
               ? divide_exactly(static_cast<double>(static_cast<std::int64_t>(digits)), places)
               : nearest_double(digits, places);
}

#else

inline bool divide_word(std::uint64_t word, std::size_t places, double& value) noexcept {
    value = nearest_double(join_digits(word), places);
    return true;
}

inline double divide(std::uint64_t digits, std::size_t places) noexcept {
    return nearest_double(digits, places);
}

#endif

/// Any number that the type holds. What is inlined is for those that have no sign, but a point and,
/// with it, fewer than 8 characters. Expects a short window.
inline const char* fast_read_short_real(const char* at, const char* end, double& value) noexcept {
    const std::uint64_t word = load_word(at) ^ zero_digits;
    const std::uint64_t others = other_than_digits(word);
    const std::uint64_t behind_point = others & (others - 1);
    const std::uint64_t point = others ^ behind_point;
    if (behind_point == 0 || (others & (point << 8U | 0x80U)) != 0) {  // or no digit on one side
        return fast_read_unusual_real(at, end, value);
    }
    const std::size_t whole = first_byte(others);
    const std::size_t size = first_byte(behind_point);
    const char* const behind = at + size;
    if (at[whole] != '.' || ((word & 0xFFU) == 0 && whole != 1) || (*behind | 0x20) == 'e') {
        return fast_read_unusual_real(at, end, value);
    }
    // Closes the gap of the point.
    const std::uint64_t before = (point >> 7U) - 1;
    const std::uint64_t digits = (((word >> 8U) ^ word) & before) ^ word >> 8U;
    return divide_word(digits << (72 - size * 8), size - whole - 1, value)
               ? behind
               : fast_read_unusual_real(at, end, value);
}

inline const char* fast_read_real(const char* at, const char* end, double& value) noexcept {
    return end - at < short_window ? fast_read_unusual_real(at, end, value)
                                   : fast_read_short_real(at, end, value);
}

const char* fast_read_real(const char* at, const char* end, float& value) noexcept;

/// A real number behind a key, where the text may end inside of a window.
const char* fast_read_last_real(const char* at, const char* end, std::string_view key,
                                double& value) noexcept;

/// `fast_read_magnitude` where the text may end inside of a window.
const char* fast_read_last_magnitude(const char* at, const char* end,
                                     std::uint64_t& magnitude) noexcept;

inline const char* fast_read_magnitude(const char* at, const char* end,
                                       std::uint64_t& magnitude) noexcept {
    return end - at < short_window ? fast_read_last_magnitude(at, end, magnitude)
                                   : fast_read_magnitude(at, magnitude);
}

template <class Int>
const char* fast_read_integer(const char* at, const char* end, Int& value) noexcept {
    const bool is_negative = std::is_signed_v<Int> && at != end && *at == '-';
    std::uint64_t magnitude = 0;
    at = fast_read_magnitude(at + (is_negative ? 1 : 0), end, magnitude);
    // The lowest value of a signed type is left to the strict way.
    if (at == nullptr ||
        magnitude > static_cast<std::uint64_t>((std::numeric_limits<Int>::max)())) {
        return nullptr;
    }
    value = static_cast<Int>(is_negative ? std::uint64_t{0} - magnitude : magnitude);
    return at;
}

inline const char* fast_read_bool(const char* at, const char* end, bool& value) noexcept {
    if (end - at >= 4 && same_bytes<4>(at, "true")) {
        value = true;
        return at + 4;
    }
    if (end - at >= 5 && same_bytes<5>(at, "false")) {
        value = false;
        return at + 5;
    }
    return nullptr;
}

inline const char* fast_read_null(const char* at, const char* end) noexcept {
    return end - at >= 4 && same_bytes<4>(at, "null") ? at + 4 : nullptr;
}

/// A string from behind its quote on, of whatever length and content.
const char* fast_read_unusual_string(const char* at, const char* end, std::string& value);

/// Any string. What is inlined is for those that end inside of a block.
inline const char* fast_read_string(const char* at, const char* end, std::string& value) {
    if (at == end || *at != '"') {
        return nullptr;
    }
    ++at;
    if (end - at >= block_size) {
        if (const std::uint32_t special = special_in_block(at); special != 0) {
            const auto size = static_cast<std::size_t>(std::countr_zero(special));
            if (at[size] == '"') {
                value.clear();
                value.append(at, size);  // Less work than `assign`, which expects overlaps.
                return at + size + 1;
            }
        }
    }
    return fast_read_unusual_string(at, end, value);
}

/// Finds the quoted name that stands here; its index, or how many there are.
inline std::size_t find_name(const char* at, std::span<const quoted_name> names) noexcept {
    const std::uint64_t front = load_word(at);
    const std::uint64_t back = load_word(at + 8);
    std::size_t index = 0;
    for (const quoted_name& name : names) {
        if ((((front ^ name.front) & name.front_mask) | ((back ^ name.back) & name.back_mask)) ==
            0) {
            break;
        }
        ++index;
    }
    return index;
}

/// `find_name` where the text may end inside of a window.
std::size_t find_name_at_end(const char* at, const char* end,
                             std::span<const quoted_name> names) noexcept;

template <class Enum>
const char* fast_read_enum_name(const char* at, const char* end, Enum& value) noexcept {
    constexpr const auto& table = enum_table_of<Enum>;
    if constexpr (table.short_and_plain) {
        const std::size_t index = end - at < short_window ? find_name_at_end(at, end, table.names)
                                                          : find_name(at, table.names);
        if (index != table.names.size()) {
            value = table.values[index];
            return at + table.names[index].size;
        }
    }
    return nullptr;
}

/// Whether `fast_read_scalar` knows the type.
template <class T>
consteval bool is_fast_readable() {
    switch (kind_of<T>) {
        case type_kind::boolean:
        case type_kind::integer:
        case type_kind::number:
        case type_kind::enum_number:
        case type_kind::enum_name: return true;
        default: break;
    }
    if constexpr (kind_of<T> == type_kind::optional) {
        return is_fast_readable<typename T::value_type>();
    } else if constexpr (kind_of<T> == type_kind::duration || kind_of<T> == type_kind::time_point) {
        return is_fast_readable<typename T::rep>();
    } else {
        return std::is_same_v<T, std::string>;
    }
}

template <class T>
const char* fast_read_scalar(const char* at, const char* end, T& value) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::boolean) {
        return fast_read_bool(at, end, value);
    } else if constexpr (kind == type_kind::integer) {
        return fast_read_integer(at, end, value);
    } else if constexpr (kind == type_kind::number) {
        return fast_read_real(at, end, value);
    } else if constexpr (kind == type_kind::string) {
        return fast_read_string(at, end, value);
    } else if constexpr (kind == type_kind::enum_name) {
        return fast_read_enum_name(at, end, value);
    } else if constexpr (kind == type_kind::optional) {
        if (const char* const behind = fast_read_null(at, end); behind != nullptr) {
            value.reset();
            return behind;
        }
        return fast_read_scalar(at, end, value.emplace());
    } else if constexpr (kind == type_kind::enum_number) {
        std::underlying_type_t<T> number{};
        at = fast_read_scalar(at, end, number);
        value = static_cast<T>(number);
        return at;
    } else {
        typename T::rep count{};
        at = fast_read_scalar(at, end, count);
        if constexpr (kind == type_kind::time_point) {
            value = T(typename T::duration(count));
        } else {
            value = T(count);
        }
        return at;
    }
}

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/fast_scalar_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_FAST_SCALAR_HPP
