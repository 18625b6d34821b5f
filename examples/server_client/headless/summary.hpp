// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SUMMARY_HPP
#define TRADER_SUMMARY_HPP

#include "../counter/counter_engine.hpp"
#include "../cta_strategy/strategy_engine.hpp"
#include "../trader/main_engine.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace trader {

/// What a client did and knows: orders, trades, positions and accounts by the ids that they have at
/// the server.
nlohmann::json summary_of(const main_engine& main, const strategy_engine& strategies,
                          counter_engine& counter);

/// Prints what is of interest to people; complaints on the standard error.
void print_summary(const nlohmann::json& summary);

/// Writes all of it, unless the name is empty; a reader never finds half of it.
/// @throws std::runtime_error  If it cannot be written.
void write_summary(const nlohmann::json& summary, const std::filesystem::path& file);

}  // namespace trader

#endif  // TRADER_SUMMARY_HPP
