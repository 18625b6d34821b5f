// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_SCALAR_IMPL_HPP
#define GATEWIRE_WIRE_JSON_WRITE_SCALAR_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/wire/json/digits.hpp>
#include <gatewire/wire/json/shortest.hpp>
#include <gatewire/wire/json/write_scalar.hpp>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rpc::inline v1::wire::json {

/// Writes `value` if it is a decimal of at most 15 digits, of them at most six behind the point.
/// The fewest that divide back to the value are its shortest text.
inline char* put_short_decimal(char* at, double value) noexcept {
    constexpr double limit = 1e15;
    for (std::size_t places = 1; places != 7; ++places) {
        const double scaled = value * powers_of_ten[places];
        if (!(scaled < limit)) {
            return nullptr;
        }
        const auto digits = static_cast<std::uint64_t>(scaled + 0.5);
        if (static_cast<double>(digits) / powers_of_ten[places] == value) {
            const std::uint64_t scale = all_powers_of_ten[places];
            at = put_digits(at, digits / scale);
            *at = '.';
            put_all(at + 1, split_digits(digits % scale * all_powers_of_ten[8 - places]));
            return at + 1 + places;
        }
    }
    return nullptr;
}

/// Lets the library find the shortest text; adds what makes it a real number for every reader.
template <class Float>
char* put_shortest(char* at, Float value) noexcept {
    char* const end = std::to_chars(at, at + real_size_max, value).ptr;
    return std::string_view(at, static_cast<std::size_t>(end - at)).find_first_of(".e") ==
                   std::string_view::npos
               ? put_literal(end, ".0")
               : end;
}

template <class Float>
bool fail_real(Float value, write_error& error) {
    return error.fail(std::isnan(value) ? "NaN has no JSON form" : "infinity has no JSON form");
}


[[gnu::noinline]] GATEWIRE_INLINE char* put_unusual_real(char* at, double value, sink& to) {
    if (!std::isfinite(value)) {
        fail_real(value, to.error);
        return nullptr;
    }
    if (value >= 1e-3 && value < 1e15) {
        return put_shortest_decimal(at, value);
    }
    char* const end = put_short_decimal(at, value);
    return end != nullptr ? end : put_shortest(at, value);
}

GATEWIRE_INLINE char* put_real(char* at, float value, sink& to) {
    if (!std::isfinite(value)) {
        fail_real(value, to.error);
        return nullptr;
    }
    return put_shortest(at, value);
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_WRITE_SCALAR_IMPL_HPP
