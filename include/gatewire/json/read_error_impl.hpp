// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_ERROR_IMPL_HPP
#define GATEWIRE_JSON_READ_ERROR_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/read_error.hpp>
#include <gatewire/json/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

GATEWIRE_INLINE std::string place_text(std::string_view root, std::string_view where,
                                       std::string_view message) {
    // A text without a root starts with a name, not with the dot before it.
    if (root.empty() && where.starts_with('.')) {
        where.remove_prefix(1);
    }
    std::string text(root);
    text += where;
    if (!text.empty()) {
        text += ": ";
    }
    return text += message;
}

GATEWIRE_INLINE void prepend_member(std::string& where, std::string_view name) {
    where.insert(0, "." + printable(name));
}

GATEWIRE_INLINE void prepend_element(std::string& where, std::size_t index) {
    where.insert(0, "[" + std::to_string(index) + "]");
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_ERROR_IMPL_HPP
