// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a gateway gets the events and the news that are for it, in pairs where they come in pairs,
// and what it throws ends one handler. Method: a runner without a client.

#include <gatewire/error.hpp>
#include <gatewire/log.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/table.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using rpc::log_event;

struct receiver {
    std::vector<std::string> got;

    void on_count(int count) {
        if (count < 0) {
            throw std::runtime_error("below zero");
        }
        got.push_back(std::to_string(count));
    }
    void on_connected(const rpc::session_info& info) { got.push_back("up " + info.session); }
    void on_disconnected(const rpc::error& why) { got.push_back("down " + why.message()); }

    using rpc_table = rpc::table<rpc::on<"count", &receiver::on_count>>;
};

struct rig {
    receiver gateway;
    std::vector<std::pair<log_event, std::string>> logged;
    rpc::typed::gateway_runner runner{
        rpc::typed::serve_gateway<receiver, receiver>(gateway),
        [this](log_event event, std::string_view text) { logged.emplace_back(event, text); }};
};

TEST_CASE("an event is read and handed to its handler") {
    rig one;
    one.runner.event(0, "count", "7");
    CHECK(one.gateway.got == std::vector<std::string>{"7"});
    CHECK(one.logged.empty());
}

TEST_CASE("an event that is not of its type is logged with its name and left out") {
    rig one;
    one.runner.event(0, "count", R"("x")");
    CHECK(one.gateway.got.empty());
    REQUIRE(one.logged.size() == 1);
    CHECK(one.logged[0].first == log_event::frame_refused);
    CHECK(one.logged[0].second.starts_with("event count: data"));
}

TEST_CASE("what a handler throws is logged, and the next event is handled") {
    rig one;
    one.runner.event(0, "count", "-1");
    one.runner.event(0, "count", "2");
    CHECK(one.gateway.got == std::vector<std::string>{"2"});
    REQUIRE(one.logged.size() == 1);
    CHECK(one.logged[0] == std::pair(log_event::handler_threw, std::string("below zero")));
}

TEST_CASE("a disconnection is news only to who was connected") {
    rig one;
    const rpc::error lost(rpc::errc::connection_lost, "cut");
    one.runner.disconnected(lost);
    CHECK(one.gateway.got.empty());
    one.runner.connected({"a", "s", "e", false, 0});
    one.runner.disconnected(lost);
    one.runner.disconnected(lost);
    CHECK(one.gateway.got == std::vector<std::string>{"up s", "down cut"});
}

TEST_CASE("a hook that the gateway has not is passed over") {
    rig one;
    one.runner.missed({1, 2, "gone"});
    CHECK(one.gateway.got.empty());
    CHECK(one.logged.empty());
}

}  // namespace
