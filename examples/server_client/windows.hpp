// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_WINDOWS_HPP
#define TRADER_WINDOWS_HPP

#include "station.hpp"

// The windows of a program, where it is built with Qt 6; where not, it says that it has none.
#ifdef TRADER_HAS_UI
#include "ui/rpc_service_window.hpp"
#include "ui/run_station.hpp"
#include "ui/strategy_window.hpp"
#endif

#include <stdexcept>

namespace trader {

namespace ui {

class rpc_service_window;
class strategy_window;

}  // namespace ui

/// Opens the windows of a program; ends when they are closed.
/// @return  The exit code.
inline int show_windows(int& argc, char** argv, const station& setup) {
#ifdef TRADER_HAS_UI
    return ui::run_station(argc, argv, setup);
#else
    static_cast<void>(argc);
    static_cast<void>(argv);
    throw std::runtime_error("'" + setup.title() +
                             "' was built without Qt 6 and has no windows; use --headless");
#endif
}

}  // namespace trader

#endif  // TRADER_WINDOWS_HPP
