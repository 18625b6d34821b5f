// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_FAST_SCALAR_IMPL_HPP
#define GATEWIRE_JSON_FAST_SCALAR_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/block.hpp>
#include <gatewire/json/digits.hpp>
#include <gatewire/json/fast_scalar.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/string.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

[[gnu::noinline]] GATEWIRE_INLINE double nearest_double(std::uint64_t digits,
                                                        std::size_t places) noexcept {
    if (digits == 0 || places == 0) {  // and exact
        return static_cast<double>(static_cast<std::int64_t>(digits));
    }
    return std::bit_cast<double>(nearest_bits<double>(digits, places));
}

/// Adds digits to those that were met before; gives what follows. Stops behind 20 or more.
inline const char* take_digits(const char* at, std::uint64_t& digits, std::size_t& count) noexcept {
    while (count < 20) {
        const std::uint64_t word = load_word(at) ^ zero_digits;
        if (const std::size_t more = count_digits(word); more != 8) {
            digits = digits * powers_of_ten[more] + join_first(word, more);
            count += more;
            return at + more;
        }
        digits = digits * ten_to_8 + join_digits(word);
        count += 8;
        at += 8;
    }
    return at;
}

/// A real number of at most 19 digits without a sign and an exponent. Expects a long window.
inline const char* fast_read_long_real(const char* at, double& value) noexcept {
    const char first = *at;
    std::uint64_t digits = 0;
    std::size_t count = 0;
    at = take_digits(at, digits, count);
    std::size_t places = 0;
    if (count == 0 || (first == '0' && count != 1)) {
        return nullptr;
    }
    if (count < 20 && *at == '.') {
        const std::size_t whole = count;
        at = take_digits(at + 1, digits, count);
        places = count - whole;
        if (places == 0) {
            return nullptr;
        }
    }
    if (count >= 20 || (*at | 0x20) == 'e') {
        return nullptr;
    }
    const bool is_short = digits < std::uint64_t{1} << 53U;
    if (places == 0 && !is_short) {
        return nullptr;
    }
    value = is_short && places < divisors.size() ? divide(digits, places)
                                                 : nearest_double(digits, places);
    return at;
}

/// Any number that the type holds, by the scanner that the strict way uses, too.
template <class Float>
const char* fast_read_scanned_real(const char* at, const char* end, Float& value) noexcept {
    number_token token;
    return scan_number(at, end, token) && to_float(token, value) == number_fit::exact ? token.last
                                                                                      : nullptr;
}

[[gnu::noinline]] GATEWIRE_INLINE const char* fast_read_unusual_real(const char* at,
                                                                     const char* end,
                                                                     double& value) noexcept {
    const char* behind = nullptr;
    if (end - at > 1 && *at == '-' && at[1] != '-') {
        behind = fast_read_real(at + 1, end, value);
        value = behind != nullptr ? -value : 0;
        return behind;
    }
    if (end - at >= fast_window) {
        behind = fast_read_long_real(at, value);
    } else {
        const last_window window(at, end);
        behind = window.place(fast_read_long_real(window.begin(), value), at);
    }
    return behind != nullptr ? behind : fast_read_scanned_real(at, end, value);
}

[[gnu::noinline]] GATEWIRE_INLINE const char* fast_read_last_magnitude(
    const char* at, const char* end, std::uint64_t& magnitude) noexcept {
    const last_window window(at, end);
    return window.place(fast_read_magnitude(window.begin(), magnitude), at);
}

GATEWIRE_INLINE const char* fast_read_real(const char* at, const char* end, float& value) noexcept {
    return fast_read_scanned_real(at, end, value);
}

[[gnu::noinline]] GATEWIRE_INLINE const char* fast_read_last_real(const char* at, const char* end,
                                                                  std::string_view key,
                                                                  double& value) noexcept {
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    return rest.substr(0, key.size()) == key ? fast_read_unusual_real(at + key.size(), end, value)
                                             : nullptr;
}

/// `fast_read_unusual_string` for those that are long or have other than plain characters.
[[gnu::noinline]] inline const char* fast_read_any_string(const char* at, const char* end,
                                                          std::string& value) {
    const char* const stop = skip_verbatim(at, end);
    value.clear();
    if (stop != end && *stop == '"') {
        value.append(at, static_cast<std::size_t>(stop - at));
        return stop + 1;
    }
    const string_end result = unescape(at, end, value);
    return result.failure == nullptr ? result.at + 1 : nullptr;
}

[[gnu::noinline]] GATEWIRE_INLINE const char* fast_read_unusual_string(const char* at,
                                                                       const char* end,
                                                                       std::string& value) {
    if (end - at < block_size) {  // Near the end of the text.
        const auto size = static_cast<std::size_t>(
            std::countr_zero(special_in_few(at, static_cast<std::size_t>(end - at))));
        if (at + size != end && at[size] == '"') {
            value.clear();
            value.append(at, size);
            return at + size + 1;
        }
    }
    return fast_read_any_string(at, end, value);
}

[[gnu::noinline]] GATEWIRE_INLINE std::size_t find_name_at_end(
    const char* at, const char* end, std::span<const quoted_name> names) noexcept {
    const last_window window(at, end);
    return find_name(window.begin(), names);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_FAST_SCALAR_IMPL_HPP
