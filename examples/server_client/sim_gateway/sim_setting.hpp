// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SIM_SETTING_HPP
#define TRADER_SIM_SETTING_HPP

#include "market_replay.hpp"
#include "sim_exchange.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace trader::sim {

/// What a gateway makes of the settings that it is connected with.
struct sim_setting {
    double speed = 1;  ///< Steps per second; 0 if they only come when they are asked for.
    std::string data{};
    replay_setting replay{};
    exchange_setting exchange{};
    std::vector<listing> listings{};
};

/// The settings with their defaults, as people write them.
nlohmann::json default_sim_setting(const std::string& gateway_name);

/// Checks settings; those that are missing have their defaults.
/// @throws std::invalid_argument  If there is no such setting, or its value cannot be used; the
///                                text names the setting and says what it takes.
sim_setting read_sim_setting(const nlohmann::json& given, const std::string& gateway_name);

}  // namespace trader::sim

#endif  // TRADER_SIM_SETTING_HPP
