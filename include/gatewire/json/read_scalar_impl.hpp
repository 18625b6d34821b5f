// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_SCALAR_IMPL_HPP
#define GATEWIRE_JSON_READ_SCALAR_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/read_scalar.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

/// A number as it may stand in a message: bounded.
inline std::string number_text(const number_token& token) {
    constexpr std::size_t size_max = 32;
    const std::string_view text = token.view();
    return text.size() <= size_max ? std::string(text)
                                   : "a number of " + std::to_string(text.size()) + " characters";
}

GATEWIRE_INLINE bool fail_range(reader& in, const number_token& token, const integer_range& range) {
    in.move_to(token.first);
    return in.fail_value(number_text(token) + " is out of range for " +
                         (range.bits == 8 ? "an " : "a ") + std::to_string(range.bits) + "-bit " +
                         (range.negative_max == 0 ? "unsigned integer" : "integer"));
}

GATEWIRE_INLINE bool read_bits(reader& in, const integer_range& range, std::uint64_t& bits) {
    if (const value_kind found = in.peek();
        found != value_kind::number && found != value_kind::none) {
        return in.fail_expected("an integer");
    }
    number_token token;
    if (!in.number(token)) {
        return false;
    }
    if (!token.integral()) {
        in.move_to(token.first);
        return in.fail_value(token.fraction
                                 ? "expected an integer, found a number with a fraction"
                                 : "expected an integer, found a number with an exponent");
    }
    std::uint64_t magnitude = 0;
    if (!to_magnitude(token, magnitude) ||
        magnitude > (token.negative ? range.negative_max : range.positive_max)) {
        return fail_range(in, token, range);
    }
    bits = token.negative ? std::uint64_t{0} - magnitude : magnitude;
    return true;
}

GATEWIRE_INLINE bool fail_fit(reader& in, const number_token& token, number_fit fit,
                              unsigned bits) {
    in.move_to(token.first);
    return in.fail_value(
        number_text(token) +
        (fit == number_fit::inexact ? " would be rounded by a " : " is out of range for a ") +
        std::to_string(bits) + "-bit floating-point number");
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_SCALAR_IMPL_HPP
