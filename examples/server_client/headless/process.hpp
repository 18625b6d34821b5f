// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_PROCESS_HPP
#define TRADER_PROCESS_HPP

#include "../trader/event_engine.hpp"

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <functional>

namespace trader {

/// Runs a program's work, which gives its exit code; 1, and a line that says why, if it throws.
int run_program(const char* name, const std::function<int()>& work);

/// Prints every line of the log, the RPC service's too: warnings and errors on the standard error.
void print_log(event_engine& events);

/// Ctrl-C, SIGTERM and SIGUSR1, which are kept from the construction on for whoever waits.
class signals {
public:
    signals();

    /// Waits for Ctrl-C or SIGTERM, and calls `asked` at each SIGUSR1 until then.
    void wait(const std::function<void()>& asked = [] {});

private:
    asio::io_context loop_;
    asio::signal_set ending_;
    asio::signal_set asking_;
};

}  // namespace trader

#endif  // TRADER_PROCESS_HPP
