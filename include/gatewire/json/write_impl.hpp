// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_IMPL_HPP
#define GATEWIRE_JSON_WRITE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/digits.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/json/write_scalar.hpp>

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rpc::inline v1::codec {

/// Writes a character that must not stand for itself.
inline void write_escape(wire::buffer& out, char character) {
    switch (character) {
        case '"': out.append("\\\""); return;
        case '\\': out.append("\\\\"); return;
        case '\b': out.append("\\b"); return;
        case '\f': out.append("\\f"); return;
        case '\n': out.append("\\n"); return;
        case '\r': out.append("\\r"); return;
        case '\t': out.append("\\t"); return;
        default: break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(character);
    out.append("\\u00");
    out.append(digits[byte >> 4U]);
    out.append(digits[byte & 15U]);
}

/// Writes what is between the quotes. Returns the first byte that is not UTF-8, or null.
inline const char* write_characters(wire::buffer& out, const char* at, const char* end) {
    for (;;) {
        const char* const stop = skip_verbatim(at, end);
        out.append(std::string_view(at, static_cast<std::size_t>(stop - at)));
        if (stop == end) {
            return nullptr;
        }
        if (static_cast<unsigned char>(*stop) >= 0x80) {
            return stop;
        }
        write_escape(out, *stop);
        at = stop + 1;
    }
}

GATEWIRE_INLINE bool write_string(wire::buffer& out, std::string_view text) {
    out.append('"');
    if (write_characters(out, text.data(), text.data() + text.size()) != nullptr) {
        return false;
    }
    out.append('"');
    return true;
}

[[gnu::noinline]] GATEWIRE_INLINE char* put_unusual_string(char* at, std::string_view text,
                                                           std::size_t room, sink& to) {
    if (!write_string(to.flush(at), text)) {
        to.error.fail("a string is not valid UTF-8");
        return nullptr;
    }
    return to.make_room(to.resume(), room);
}

GATEWIRE_INLINE void write_text_lossy(wire::buffer& out, std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    out.append('"');
    while ((at = write_characters(out, at, end)) != nullptr) {
        out.append("\xEF\xBF\xBD");
        ++at;
    }
    out.append('"');
}

/// Writes a number below 0.001 if it is a decimal of at most six places: no shorter text has more
/// of them. The reading of the nearest one tells whether it is.
inline char* put_small_decimal(char* at, std::uint64_t bits) noexcept {
    constexpr std::uint64_t lowest = 1023 - 21;
    const std::uint64_t exponent = bits >> 52U;
    if (exponent < lowest) {
        return nullptr;
    }
    const std::uint64_t significand = (bits & (hidden_bit<double> - 1)) | hidden_bit<double>;
    const std::uint64_t scaled = multiply(significand << 11U, 1'000'000).high;
    const std::uint64_t digits = ((scaled >> (1021 - exponent)) + 1) >> 1U;
    if (digits == 0 || nearest_bits<double>(digits, 6) != bits) {
        return nullptr;
    }
    const std::uint64_t word = split_digits(digits * 100);
    at = put_literal(at, "0.");
    store_word(at, word | zero_digits);
    return at + 8 - std::countl_zero(word) / 8;
}

/// Lets the library find the shortest text; adds what makes it a real number for every reader.
template <class Float>
char* put_shortest(char* at, Float value) noexcept {
    const default_environment at_rest;
    char* const end = std::to_chars(at, at + real_size_max, value).ptr;
    return std::string_view(at, static_cast<std::size_t>(end - at)).find_first_of(".e") ==
                   std::string_view::npos
               ? put_literal(end, ".0")
               : end;
}

template <class Float>
char* put_any_real(char* at, real_bits<Float> bits, sink& to) {
    constexpr bool is_double = sizeof(Float) == 8;
    constexpr real_bits<Float> least = bits_of(static_cast<Float>(1e-3));
    constexpr real_bits<Float> limit = bits_of(static_cast<Float>(is_double ? 1e15 : 8'388'608.0));
    if (bits >= infinite_bits<Float>) {
        to.error.fail(bits == infinite_bits<Float> ? "infinity has no JSON form"
                                                   : "NaN has no JSON form");
        return nullptr;
    }
    if (bits == 0) {
        return put_literal(at, "0.0");
    }
    if (bits >= least && bits < limit) {
        return put_shortest_decimal<Float>(at, bits);
    }
    if constexpr (is_double) {
        if (char* const end = bits < least ? put_small_decimal(at, bits) : nullptr) {
            return end;
        }
    }
    return put_shortest(at, std::bit_cast<Float>(bits));
}

[[gnu::noinline]] GATEWIRE_INLINE char* put_unusual_real(char* at, std::uint64_t bits, sink& to) {
    const std::uint64_t exponent = bits >> 52U;
    const std::uint64_t significand = bits << 11U | sign_bit<double>;
    constexpr std::uint64_t one = 1023;
    constexpr std::uint64_t lowest = one - 10;
    if (exponent - one < 49 && significand << (exponent - one + 1) == 0) {
        return put_literal(put_digits(at, significand >> (one + 63 - exponent)), ".0");
    }
    if (exponent - lowest < 33) {
        // From 2^-10 to 2^23, the nearest decimal of 8 places: with at most 15 digits, there is no
        // shorter one. Of smaller ones, those with many zeros are shorter with an exponent.
        const std::uint64_t scale = ten_to_8 << (exponent - lowest + 2);
        const auto [digits, rest] = multiply(significand >> 11U, scale);
        // It is the number if it is no further off than half the distance to the next double. Below
        // a power of two that is half of it again, but in this range these have 8 places or are far
        // from a number that has.
        if (rest + scale / 2 <= scale) {
            return put_decimal(at, digits + (rest >> 63U));
        }
    }
    return put_any_real<double>(at, bits, to);
}

GATEWIRE_INLINE char* put_real(char* at, const float& value, sink& to) {
    *at = '-';
    at += bits_of(value) >> 31U;
    return put_any_real<float>(at, bits_of(value) & ~sign_bit<float>, to);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_WRITE_IMPL_HPP
