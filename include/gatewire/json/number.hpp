// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_NUMBER_HPP
#define GATEWIRE_JSON_NUMBER_HPP

#include <gatewire/json/digits.hpp>

#include <array>
#include <bit>
#include <cfenv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

// Real numbers are looked at and made by their bits, never by arithmetic: what that gives depends
// on the thread's rounding mode and on flush-to-zero, which other libraries change, and on the
// program's flags (`-ffast-math` has no NaN and divides by multiplying); and it may trap.
namespace rpc::inline v1::codec {

/// How a floating-point type is made of bits.
template <class Float>
struct real_format;

template <>
struct real_format<double> {
    using bits = std::uint64_t;
    static constexpr int fraction_size = 52;
    static constexpr int bias = 1023;
};

template <>
struct real_format<float> {
    using bits = std::uint32_t;
    static constexpr int fraction_size = 23;
    static constexpr int bias = 127;
};

// `is_iec559` is no help: it is false where the program has promised that it has no NaN.
static_assert(std::numeric_limits<double>::digits == 53 && std::numeric_limits<float>::digits == 24,
              "gatewire: float and double must have the formats of IEEE 754");

template <class Float>
using real_bits = typename real_format<Float>::bits;

template <class Float>
inline constexpr real_bits<Float> sign_bit = real_bits<Float>{1} << (sizeof(Float) * 8 - 1);

/// The bit above the fraction, which is not stored with it.
template <class Float>
inline constexpr real_bits<Float> hidden_bit =
    real_bits<Float>{1} << real_format<Float>::fraction_size;

/// The bits of infinity. Without the sign, those of a NaN are more.
template <class Float>
inline constexpr real_bits<Float> infinite_bits = sign_bit<Float> - hidden_bit<Float>;

/// By reference: a compiler may think that no argument is NaN.
template <class Float>
constexpr real_bits<Float> bits_of(const Float& value) noexcept {
    return std::bit_cast<real_bits<Float>>(value);
}

template <class Float>
constexpr bool is_finite(const Float& value) noexcept {
    return (bits_of(value) & ~sign_bit<Float>) < infinite_bits<Float>;
}

/// The floating-point environment of a new thread, while it lives; for functions of the standard
/// library, which are compiled elsewhere.
class default_environment {
public:
    default_environment() noexcept {
        std::fegetenv(&before_);
        std::fesetenv(FE_DFL_ENV);
    }
    default_environment(const default_environment&) = delete;
    default_environment& operator=(const default_environment&) = delete;
    ~default_environment() { std::fesetenv(&before_); }

private:
    std::fenv_t before_;
};

/// Converts between floating-point types, to the nearest value.
template <class To, class From>
To convert_real(const From& from) noexcept {
    const default_environment at_rest;
    // Volatile, so that the conversion is not moved out of the environment.
    const volatile From before = from;
    const volatile To after = static_cast<To>(before);
    return after;
}

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
#include <gatewire/json/text_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_NUMBER_HPP
