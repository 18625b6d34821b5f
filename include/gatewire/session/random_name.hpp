// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RANDOM_NAME_HPP
#define GATEWIRE_SESSION_RANDOM_NAME_HPP

#include <gatewire/session/environment.hpp>

#include <array>
#include <cstdio>
#include <string>

namespace rpc::inline v1::session {

/// 128 random bits as text: names sessions and epochs.
inline std::string random_name(environment& source) {
    std::string name;
    for (int part = 0; part < 2; ++part) {
        std::array<char, 17> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx",
                      static_cast<unsigned long long>(source.random()));
        name += digits.data();
    }
    return name;
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_RANDOM_NAME_HPP
