// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_REAL_HPP
#define GATEWIRE_JSON_REAL_HPP

#include <bit>
#include <cfenv>
#include <cstdint>
#include <limits>

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

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_REAL_HPP
