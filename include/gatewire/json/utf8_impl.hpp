// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_UTF8_IMPL_HPP
#define GATEWIRE_JSON_UTF8_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

GATEWIRE_INLINE void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&out](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0U | (code >> 6U));
        byte(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        byte(0xE0U | (code >> 12U));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    } else {
        byte(0xF0U | (code >> 18U));
        byte(0x80U | ((code >> 12U) & 0x3FU));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    }
}

GATEWIRE_INLINE std::string printable(std::string_view name, std::size_t size_max) {
    std::size_t size = name.size();
    if (size > size_max) {
        size = size_max;
        while (size != 0 && is_continuation(name[size])) {
            --size;
        }
    }
    std::string text(name.substr(0, size));
    for (char& character : text) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7F) {
            character = '?';
        }
    }
    return size == name.size() ? text : text + "...";
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_UTF8_IMPL_HPP
