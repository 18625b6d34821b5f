// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_FIXED_STRING_HPP
#define GATEWIRE_DETAIL_FIXED_STRING_HPP

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rpc::inline v1::detail {

/// A string literal as a template argument, so that a name is part of a type.
template <std::size_t Size>
struct fixed_string {
    char text[Size]{};

    consteval fixed_string(const char (&literal)[Size]) {  // implicit: `method<"add", ...>`
        std::copy_n(literal, Size, text);
    }

    constexpr std::string_view view() const noexcept { return {text, Size - 1}; }
};

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_FIXED_STRING_HPP
