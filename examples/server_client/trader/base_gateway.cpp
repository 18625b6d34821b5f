// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "base_gateway.hpp"

#include "clock.hpp"

namespace trader {

void base_gateway::write_log(std::string msg, int level) {
    on_log({.gateway_name = gateway_name_, .msg = std::move(msg), .level = level, .time = now()});
}

}  // namespace trader
