// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SHAPES_IMPL_HPP
#define GATEWIRE_JSON_SHAPES_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/reader.hpp>
#include <gatewire/json/shapes.hpp>

#include <string>

namespace rpc::inline v1::codec {

GATEWIRE_INLINE std::string shape_text(shape shapes) {
    std::string text;
    for (unsigned kind = 1; kind <= static_cast<unsigned>(value_kind::object); ++kind) {
        if ((shapes >> kind & 1U) != 0) {
            text += text.empty() ? "" : " or ";
            text += kind_text(static_cast<value_kind>(kind));
        }
    }
    return text;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_SHAPES_IMPL_HPP
