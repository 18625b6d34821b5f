// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A process that trades at the gateways of a run_server as if they were its own: an RPC gateway, a
// strategy, and a counter that checks that nothing is lost and nothing doubled.

#include "counter/counter_engine.hpp"
#include "cta_strategy/strategy_engine.hpp"
#include "headless/flags.hpp"
#include "headless/process.hpp"
#include "headless/summary.hpp"
#include "rpc_gateway/rpc_gateway.hpp"
#include "windows.hpp"

namespace {

int trade(const trader::client_flags& flags) {
    trader::signals asked_to_end;
    trader::event_engine events;
    trader::print_log(events);
    trader::main_engine main{events, flags.folder};
    main.add_gateway<trader::rpc_gateway>();
    auto& counter = main.add_app<trader::counter_app>();
    auto& strategies = main.add_app<trader::strategy_app>();
    main.connect_as_saved(flags.server, "RPC");
    if (flags.save) {
        main.save_setting(flags.server, "RPC");
    }
    if (!flags.watch_only) {
        strategies.add_strategy(flags.name, flags.strategy);
        strategies.start_strategy(flags.name);
    }
    const auto summary = [&] { return trader::summary_of(main, strategies, counter); };
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
        if (flags.headless) {
            return trade(flags);
        }
        trader::show_client(argc, argv, flags);
        return 0;
    });
}
