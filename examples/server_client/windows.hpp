// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_WINDOWS_HPP
#define TRADER_WINDOWS_HPP

#include "cta_strategy/strategy_engine.hpp"
#include "headless/flags.hpp"
#include "rpc_gateway/rpc_gateway.hpp"
#include "rpc_service/rpc_engine.hpp"
#include "sim_gateway/sim_gateway.hpp"

#ifdef TRADER_HAS_UI
#include "ui/station.hpp"
#endif

#include <filesystem>
#include <stdexcept>
#include <string>

namespace trader {

#ifdef TRADER_HAS_UI

namespace detail {

template <class Gateway>
ui::choice gateway_choice(const std::string& name, const std::string& description, bool is_ticked) {
    return {name, description, is_ticked,
            [name](main_engine& main) { main.add_gateway<Gateway>(name); }};
}

template <class App>
ui::choice app_choice(const std::string& description, bool is_ticked) {
    return {std::string(App::display_name), description, is_ticked,
            [](main_engine& main) { main.add_app<App>(); }};
}

/// All that there is to choose, with what one side usually wants already ticked.
inline ui::station station_for(bool is_server, const std::filesystem::path& folder) {
    return {
        is_server ? "gatewire desk: server" : "gatewire desk: client",
        folder,
        {gateway_choice<sim_gateway>("SIM", "a simulated exchange with real daily bars", is_server),
         gateway_choice<sim_gateway>("SIM2", "a second one beside it", false),
         gateway_choice<rpc_gateway>("RPC", "the gateways of another process", !is_server)},
        {app_choice<rpc_service::rpc_service_app>("lets other processes use the gateways here",
                                                  is_server),
         app_choice<strategy_app>("trades by moving averages", !is_server)}};
}

}  // namespace detail

/// Opens the windows of a server; ends when they are closed.
inline void show_server(int argc, char** argv, const server_flags& flags) {
    ui::run_station(argc, argv, detail::station_for(true, flags.folder));
}

/// The same for a client.
inline void show_client(int argc, char** argv, const client_flags& flags) {
    ui::run_station(argc, argv, detail::station_for(false, flags.folder));
}

#else

[[noreturn]] inline void show_server(int, char**, const server_flags&) {
    throw std::runtime_error("this was built without Qt 6 and has no windows; use --headless");
}

[[noreturn]] inline void show_client(int, char**, const client_flags&) {
    throw std::runtime_error("this was built without Qt 6 and has no windows; use --headless");
}

#endif

}  // namespace trader

#endif  // TRADER_WINDOWS_HPP
