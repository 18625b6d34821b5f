// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_PROCESS_HPP
#define TRADER_PROCESS_HPP

#include "../trader/event_engine.hpp"

#include <functional>

namespace trader {

/// Runs a program's work and gives its exit code: 1, and a line that says why, if it throws.
int run_program(const char* name, const std::function<void()>& work);

/// Prints every line of the log, the RPC service's too, and changes of gateways' states.
void print_log(event_engine& events);

/// Waits for Ctrl-C or SIGTERM, and calls `asked` at each SIGUSR1 until then.
void wait_for_signal(const std::function<void()>& asked = [] {});

}  // namespace trader

#endif  // TRADER_PROCESS_HPP
