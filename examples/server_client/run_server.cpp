// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The process that holds the market and serves it: a simulated exchange, or a counterparty that
// speaks FIX, and the RPC service. With --headless it needs no window; without, gateways and
// applications are chosen in one.

#include "cta_strategy/breakout_strategy.hpp"
#include "cta_strategy/ma_cross_strategy.hpp"
#include "cta_strategy/strategy_engine.hpp"
#include "headless/flags.hpp"
#include "headless/process.hpp"
#include "rpc_gateway/rpc_gateway.hpp"
#include "rpc_service/rpc_engine.hpp"
#include "sim_gateway/sim_gateway.hpp"
#include "station.hpp"
#include "windows.hpp"
#ifdef TRADER_HAS_FIX
#include "fix_gateway/fix_gateway.hpp"
#endif

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace {

/// All that there is here; what is not ticked can be chosen in the windows.
trader::station make_station(const trader::server_flags& flags) {
    trader::station all{"gatewire desk: server", flags.folder};
    all.add_gateway<trader::sim_gateway>("SIM", "a simulated exchange with real daily bars",
                                         !flags.gateways.empty());
    all.add_gateway<trader::sim_gateway>("SIM2", "a second one beside it",
                                         flags.gateways.size() > 1);
#ifdef TRADER_HAS_FIX
    all.add_gateway<trader::fix_gateway>(std::string(trader::fix_gateway::default_name),
                                         "a counterparty that speaks FIX 4.4", flags.has_fix);
#endif
    all.add_gateway<trader::rpc_gateway>("RPC", "the gateways of another process", false);
    all.add_app<trader::rpc_service::rpc_service_app, trader::ui::rpc_service_window>(
        "lets other processes use the gateways here");
    all.add_app<trader::strategy_app, trader::ui::strategy_window>("trades by itself", false);
    all.add_strategy<trader::ma_cross_strategy>();
    all.add_strategy<trader::breakout_strategy>();
    return all;
}

/// The counterparty of connect_FIX.json, with the session's numbers beside that file if it does not
/// say where else.
void connect_fix([[maybe_unused]] trader::main_engine& main) {
#ifdef TRADER_HAS_FIX
    const auto name = std::string(trader::fix_gateway::default_name);
    nlohmann::json instead = nlohmann::json::object();
    if (main.get_last_setting(name).at("store") == "") {
        instead["store"] = (main.settings().path() / "fix").string();
    }
    main.connect_as_saved(instead, name);
#else
    throw std::runtime_error("this was built without QuickFIX and has no FIX gateway");
#endif
}

void serve(const trader::station& all, const trader::server_flags& flags) {
    trader::signals asked_to_end;
    trader::event_engine events;
    trader::print_log(events);
    trader::main_engine main{events, flags.folder};
    all.fill(main);
    auto& service = main.add_app<trader::rpc_service::rpc_service_app>();
    for (const auto& name : flags.gateways) {
        auto& exchange = dynamic_cast<trader::sim_gateway&>(main.get_gateway(name));
        main.connect_as_saved(flags.market, name);
        // A function of our own, beside those of the service.
        service.add_function("halt " + name, [&](const nlohmann::json& is_wanted) {
            exchange.halt(is_wanted.get<bool>());
            return is_wanted;
        });
    }
    if (flags.has_fix) {
        connect_fix(main);
    }
    if (flags.has_service_flags && service.is_active()) {
        service.stop();  // It was started as saved.
    }
    const bool is_started =
        service.is_active() ||
        (flags.save ? service.start(flags.service) : service.start_for_this_run(flags.service));
    if (!is_started) {
        throw std::runtime_error("the RPC service did not start: " + service.problem());
    }
    for (const auto& name : flags.gateways) {
        if (flags.save) {
            main.save_setting(flags.market, name);
        }
    }
    asked_to_end.wait();
}

}  // namespace

int main(int argc, char** argv) {
    return trader::run_program("run_server", [&] {
        const auto flags = trader::read_server_flags(argc, argv);
        const auto all = make_station(flags);
        if (!flags.headless) {
            return trader::show_windows(argc, argv, all);
        }
        serve(all, flags);
        return 0;
    });
}
