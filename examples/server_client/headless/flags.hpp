// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FLAGS_HPP
#define TRADER_FLAGS_HPP

#include "../rpc_service/service_setting.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace trader {

/// What run_server is told on its command line.
struct server_flags {
    bool headless = false;
    bool save = false;                     ///< Keep what the flags say beyond this run.
    std::filesystem::path folder;          ///< Of the settings.
    rpc_service::service_setting service;  ///< The saved ones, with what the flags say.
    bool has_service_flags = false;        ///< Whether they say anything of it.
    nlohmann::json market;                 ///< What they say of the simulated exchange.
    std::vector<std::string> gateways;     ///< SIM, and a second one if it is wanted.
    bool has_fix = false;                  ///< The FIX gateway instead of these.
};

/// What run_client is told on its command line.
struct client_flags {
    bool headless = false;
    bool save = false;  ///< Keep what the flags say beyond this run.
    std::filesystem::path folder;
    nlohmann::json server;          ///< What the flags say of the RPC gateway.
    std::string name = "ma_cross";  ///< Of the strategy.
    nlohmann::json strategy;        ///< What the flags say of it.
    bool watch_only = false;        ///< Count, and trade nothing.
    std::filesystem::path summary;  ///< Where to write a summary at the end; empty: nowhere.
};

/// Reads the command line, which holds for this run; prints the help or what is wrong with it, and
/// ends the program, where that is asked for.
server_flags read_server_flags(int argc, char** argv);
client_flags read_client_flags(int argc, char** argv);

}  // namespace trader

#endif  // TRADER_FLAGS_HPP
