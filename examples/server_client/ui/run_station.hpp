// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_RUN_STATION_HPP
#define TRADER_RUN_STATION_HPP

#include "../station.hpp"

namespace trader::ui {

/// Shows the start-up window and then the main window, until that is closed or the process is asked
/// to end (SIGINT, SIGTERM). Engines, gateways and applications are made in between, and are closed
/// when it returns.
/// @return The exit code.
int run_station(int& argc, char** argv, const station& setup);

}  // namespace trader::ui

#endif  // TRADER_RUN_STATION_HPP
