// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RANDOM_NAME_HPP
#define GATEWIRE_SESSION_RANDOM_NAME_HPP

#include <array>
#include <cstdio>
#include <random>
#include <string>

namespace rpc::inline v1::session {

/// 128 random bits as text: names sessions and epochs.
inline std::string random_name() {
    std::random_device source;
    std::string name;
    for (int part = 0; part < 4; ++part) {
        std::array<char, 9> digits{};
        std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(source()));
        name += digits.data();
    }
    return name;
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_RANDOM_NAME_HPP
