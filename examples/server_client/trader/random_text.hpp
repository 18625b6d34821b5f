// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_RANDOM_TEXT_HPP
#define TRADER_RANDOM_TEXT_HPP

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace trader {

/// Letters and digits that nobody can foresee: what ids of two runs begin with.
inline std::string random_text(std::size_t length) {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device source;
    std::string made;
    while (made.size() < length) {
        made += digits[source() % digits.size()];
    }
    return made;
}

}  // namespace trader

#endif  // TRADER_RANDOM_TEXT_HPP
