// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_DESK_PAIR_HPP
#define TESTS_DESK_PAIR_HPP

#include "own_folder.hpp"
#include "rpc_gateway/rpc_gateway.hpp"
#include "rpc_service/rpc_engine.hpp"
#include "scripted_gateway.hpp"
#include "trader/main_engine.hpp"
#include "waiting.hpp"

#include <string>
#include <utility>
#include <variant>

namespace test {

/// A platform whose events are remembered.
class platform {
public:
    platform() {
        events.register_general([this](const trader::event& happened) { seen.add(happened); });
    }

    /// Waits until `holds(main)` after some event.
    template <class Holds>
    bool wait(Holds&& holds) const {
        return seen.wait([&](const auto&) { return holds(main); });
    }

    /// Waits for an event with data of a kind for which `holds` is true.
    template <class Data, class Holds>
    bool wait_for(Holds&& holds) const {
        return seen.wait([&](const auto& all) {
            for (const trader::event& each : all) {
                const auto* data = std::get_if<Data>(&each.data);
                if (data != nullptr && holds(*data)) {
                    return true;
                }
            }
            return false;
        });
    }

    template <class Data>
    std::vector<Data> all() const {
        std::vector<Data> found;
        for (const auto& each : seen.all()) {
            if (const auto* data = std::get_if<Data>(&each.data)) {
                found.push_back(*data);
            }
        }
        return found;
    }

    /// Waits until every event that was put so far has been handled.
    void settle() {
        events.run_and_wait([] {});
    }

    own_folder folder;
    recorder<trader::event> seen;
    trader::event_engine events;
    trader::main_engine main{events, folder.path()};
};

/// One that serves scripted gateways, at an address of its own.
class server_side : public platform {
public:
    server_side()
        : sim(main.add_gateway<scripted_gateway>()),
          sim2(main.add_gateway<scripted_gateway>("SIM2")),
          service(main.add_app<trader::rpc_service::rpc_service_app>()) {
        sim.tell(contract("SPX"));
    }

    trader::rpc_service::service_setting here() const {
        trader::rpc_service::service_setting setting;
        setting.listen = {"unix://" + (folder.path() / "desk.sock").string()};
        return setting;
    }

    scripted_gateway& sim;
    scripted_gateway& sim2;
    trader::rpc_service::rpc_engine& service;
};

/// One that has an RPC gateway.
class client_side : public platform {
public:
    explicit client_side(std::string address, std::string token = {})
        : rpc(main.add_gateway<trader::rpc_gateway>()) {
        main.connect({{"address", std::move(address)}, {"token", std::move(token)}}, "RPC");
    }

    bool wait_state(trader::gateway_state state, std::size_t times = 1) const {
        return seen.wait([&](const auto& all) {
            std::size_t count = 0;
            for (const trader::event& each : all) {
                const auto* data = std::get_if<trader::gateway_data>(&each.data);
                count += data != nullptr && data->gateway_name == "RPC" && data->state == state;
            }
            return count >= times;
        });
    }
    bool wait_connected(std::size_t times = 1) const {
        return wait_state(trader::gateway_state::CONNECTED, times);
    }

    trader::rpc_gateway& rpc;
};

}  // namespace test

#endif  // TESTS_DESK_PAIR_HPP
