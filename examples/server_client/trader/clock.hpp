// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_CLOCK_HPP
#define TRADER_CLOCK_HPP

#include "object.hpp"

#include <chrono>

namespace trader {

/// The time of day, for log lines and orders.
inline time_point now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace trader

#endif  // TRADER_CLOCK_HPP
