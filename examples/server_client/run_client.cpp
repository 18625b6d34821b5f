// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A process that trades at the gateways of a run_server as if they were its own: an RPC gateway, a
// strategy, and a counter that checks that nothing is lost and nothing doubled.

#include "counter/counter_engine.hpp"
#include "cta_strategy/breakout_strategy.hpp"
#include "cta_strategy/ma_cross_strategy.hpp"
#include "cta_strategy/strategy_engine.hpp"
#include "headless/flags.hpp"
#include "headless/process.hpp"
#include "headless/summary.hpp"
#include "rpc_gateway/rpc_gateway.hpp"
#include "rpc_service/rpc_engine.hpp"
#include "sim_gateway/sim_gateway.hpp"
#include "station.hpp"
#include "windows.hpp"

#include <chrono>

namespace {

/// All that there is here; what is not ticked can be chosen in the windows.
trader::station make_station(const std::filesystem::path& folder) {
    trader::station all{"gatewire desk: client", folder};
    all.add_gateway<trader::rpc_gateway>("RPC", "the gateways of another process");
    all.add_gateway<trader::sim_gateway>("SIM", "a simulated exchange with real daily bars", false);
    all.add_gateway<trader::sim_gateway>("SIM2", "a second one beside it", false);
    all.add_app<trader::strategy_app, trader::ui::strategy_window>("trades by itself");
    all.add_app<trader::rpc_service::rpc_service_app, trader::ui::rpc_service_window>(
        "lets other processes use the gateways here", false);
    all.add_strategy<trader::ma_cross_strategy>();
    all.add_strategy<trader::breakout_strategy>();
    return all;
}

int trade(const trader::station& all, const trader::client_flags& flags) {
    trader::signals asked_to_end;
    trader::event_engine events;
    trader::print_log(events);
    trader::main_engine main{events, flags.folder};
    auto& counter = main.add_app<trader::counter_app>();
    all.fill(main);
    auto& strategies = main.add_app<trader::strategy_app>();
    main.connect_as_saved(flags.server, "RPC");
    if (flags.save) {
        main.save_setting(flags.server, "RPC");
    }
    if (!flags.watch_only) {
        const auto lasts = flags.save ? trader::strategy_engine::scope::kept
                                      : trader::strategy_engine::scope::this_run;
        if (strategies.has_strategy(flags.name)) {
            strategies.edit_strategy(flags.name, flags.strategy, lasts);
        } else {
            strategies.add_strategy(flags.name, flags.strategy, lasts);
        }
        strategies.start_strategy(flags.name);
    }
    const auto summary = [&] {
        counter.wait_for_positions(std::chrono::seconds(2));
        return trader::summary_of(main, strategies, counter);
    };
    asked_to_end.wait([&] { trader::write_summary(summary(), flags.summary); });
    events.run_and_wait([] {});  // What happened before is in the summary.
    const auto last = summary();
    trader::print_summary(last);
    trader::write_summary(last, flags.summary);
    return last.at("complaints").empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    return trader::run_program("run_client", [&] {
        const auto flags = trader::read_client_flags(argc, argv);
        const auto all = make_station(flags.folder);
        return flags.headless ? trade(all, flags) : trader::show_windows(argc, argv, all);
    });
}
