// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIX_SETTING_HPP
#define TRADER_FIX_SETTING_HPP

#include "fix_ledger.hpp"
#include "fix_session.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

namespace trader::fix {

/// What the gateway makes of the settings that it is connected with.
struct gateway_setting {
    session_setting session{};
    ledger_setting ledger{};
    std::chrono::seconds wait{10};  ///< For answers to what is asked at logon.
    std::string address{};          ///< For people.
};

/// The settings with their defaults, as people write them.
nlohmann::json default_fix_setting();

/// Checks settings; those that are missing have their defaults.
/// @throws std::invalid_argument  If there is no such setting, or its value cannot be used; the
///                                text names the setting and says what it takes.
gateway_setting read_fix_setting(const nlohmann::json& given, const std::string& gateway_name);

}  // namespace trader::fix

#endif  // TRADER_FIX_SETTING_HPP
