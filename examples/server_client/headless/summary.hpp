// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SUMMARY_HPP
#define TRADER_SUMMARY_HPP

#include "../counter/counter_engine.hpp"
#include "../cta_strategy/strategy_engine.hpp"
#include "../trader/main_engine.hpp"

#include <filesystem>

namespace trader {

/// Prints what a client did and knows, and writes all of it as JSON if a file is named: orders,
/// trades, positions and accounts by id, as they would be called at the server.
/// @throws std::runtime_error  If the counter complains, after everything is printed and written.
void report(const main_engine& main, strategy_engine& strategies, counter_engine& counter,
            const std::filesystem::path& file);

}  // namespace trader

#endif  // TRADER_SUMMARY_HPP
