// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_STRING_IMPL_HPP
#define GATEWIRE_JSON_WRITE_STRING_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/utf8.hpp>
#include <gatewire/json/write_string.hpp>

#include <cstddef>
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

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_WRITE_STRING_IMPL_HPP
