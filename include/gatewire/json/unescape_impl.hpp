// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_UNESCAPE_IMPL_HPP
#define GATEWIRE_JSON_UNESCAPE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/unescape.hpp>
#include <gatewire/json/utf8.hpp>

#include <cstdint>
#include <string>

namespace rpc::inline v1::codec {

/// Names what stopped `skip_verbatim` where neither a quote nor an escape did.
inline const char* string_failure(const char* at, const char* end) noexcept {
    if (at == end) {
        return "the text ends inside a string";
    }
    return static_cast<unsigned char>(*at) < 0x20 ? "a control character inside a string"
                                                  : "invalid UTF-8 inside a string";
}

/// Four hexadecimal digits, or -1.
inline std::int32_t hex_unit(const char* at, const char* end) noexcept {
    if (end - at < 4) {
        return -1;
    }
    std::int32_t unit = 0;
    for (const char* const last = at + 4; at != last; ++at) {
        const char lower = static_cast<char>(*at | 0x20);
        if (is_digit(*at)) {
            unit = unit * 16 + (*at - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            unit = unit * 16 + (lower - 'a' + 10);
        } else {
            return -1;
        }
    }
    return unit;
}

/// Decodes `\uXXXX`, with its second half where it has one; `at` is behind the `u`.
inline string_end unescape_unicode(const char* at, const char* end, std::string& out) {
    const std::int32_t unit = hex_unit(at, end);
    if (unit < 0) {
        return {at, "an escape needs four hexadecimal digits"};
    }
    if (unit < 0xD800 || unit > 0xDFFF) {
        append_utf8(out, static_cast<std::uint32_t>(unit));
        return {at + 4, nullptr};
    }
    if (unit < 0xDC00 && end - at >= 6 && at[4] == '\\' && at[5] == 'u') {
        const std::int32_t second = hex_unit(at + 6, end);
        if (second >= 0xDC00 && second <= 0xDFFF) {
            const auto high = static_cast<std::uint32_t>(unit - 0xD800);
            const auto low = static_cast<std::uint32_t>(second - 0xDC00);
            append_utf8(out, 0x10000U + (high << 10U) + low);
            return {at + 10, nullptr};
        }
    }
    return {at, "half of a surrogate pair"};
}

/// Decodes one escape; `at` is behind the backslash.
inline string_end unescape_one(const char* at, const char* end, std::string& out) {
    if (at == end) {
        return {at, "the text ends inside a string"};
    }
    switch (*at) {
        case '"':
        case '\\':
        case '/': out.push_back(*at); break;
        case 'b': out.push_back('\b'); break;
        case 'f': out.push_back('\f'); break;
        case 'n': out.push_back('\n'); break;
        case 'r': out.push_back('\r'); break;
        case 't': out.push_back('\t'); break;
        case 'u': return unescape_unicode(at + 1, end, out);
        default: return {at, "an unknown escape"};
    }
    return {at + 1, nullptr};
}

GATEWIRE_INLINE string_end unescape(const char* at, const char* end, std::string& out) {
    for (;;) {
        const char* const stop = skip_verbatim(at, end);
        out.append(at, stop);
        if (stop != end && *stop == '"') {
            return {stop, nullptr};
        }
        if (stop == end || *stop != '\\') {
            return {stop, string_failure(stop, end)};
        }
        const string_end escape = unescape_one(stop + 1, end, out);
        if (escape.failure != nullptr) {
            return escape;
        }
        at = escape.at;
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_UNESCAPE_IMPL_HPP
