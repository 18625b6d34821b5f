// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_STATION_HPP
#define TRADER_STATION_HPP

#include "../trader/main_engine.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace trader::ui {

/// A gateway or an application that can be ticked in the start-up window.
struct choice {
    std::string name;
    std::string description;
    bool is_ticked = false;
    std::function<void(main_engine&)> add;  ///< Called if it is ticked; may throw.
};

/// What a program with windows consists of.
struct station {
    std::string title;
    std::filesystem::path folder;  ///< Of the settings; empty for the default.
    std::vector<choice> gateways;
    std::vector<choice> apps;
};

/// Shows the start-up window and then the main window, until that is closed or the process is asked
/// to end (SIGINT, SIGTERM). Engines, gateways and applications are made in between, and are closed
/// when it returns.
/// @return The exit code.
int run_station(int& argc, char** argv, station setup);

}  // namespace trader::ui

#endif  // TRADER_STATION_HPP
