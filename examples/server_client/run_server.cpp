// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The process that holds the market and serves it: a simulated exchange and the RPC service. With
// --headless it needs no window; without, gateways and applications are chosen in one.

#include "headless/flags.hpp"
#include "headless/process.hpp"
#include "rpc_service/rpc_engine.hpp"
#include "sim_gateway/sim_gateway.hpp"
#include "windows.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace {

void serve(const trader::server_flags& flags) {
    trader::signals asked_to_end;
    trader::event_engine events;
    trader::print_log(events);
    trader::main_engine main{events, flags.folder};
    auto& service = main.add_app<trader::rpc_service::rpc_service_app>();
    for (const auto& name : flags.gateways) {
        auto& exchange = main.add_gateway<trader::sim_gateway>(name);
        main.connect_as_saved(flags.market, name);
        // A function of our own, beside those of the service.
        service.add_function("halt " + name, [&](const nlohmann::json& is_wanted) {
            exchange.halt(is_wanted.get<bool>());
            return is_wanted;
        });
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
        flags.headless ? serve(flags) : trader::show_server(argc, argv, flags);
        return 0;
    });
}
