// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_NAME_STACK_IMPL_HPP
#define GATEWIRE_JSON_NAME_STACK_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/name_stack.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rpc::inline v1::codec {

GATEWIRE_INLINE bool name_stack::find_duplicate(mark from, std::string_view& duplicate) {
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(from);
    if (names_.size() - from > few) {
        std::sort(first, names_.end());
        const auto found = std::adjacent_find(first, names_.end());
        if (found != names_.end()) {
            duplicate = *found;
        }
        return found != names_.end();
    }
    for (auto name = first; name != names_.end(); ++name) {
        if (std::find(first, name, *name) != name) {
            duplicate = *name;
            return true;
        }
    }
    return false;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_NAME_STACK_IMPL_HPP
