// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what needs a role is refused to everyone who lacks it, before anything happens. Method:
// literal messages to one connection of a server, admitted with and without roles.

#include "server_rig.hpp"

#include <gatewire/credentials.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using test::at;
using test::server_rig;

constexpr std::string_view sum = R"({"jsonrpc":"2.0","method":"sum","params":[1,2],"id":2})";
constexpr std::string_view subscribe =
    R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"fill"},"id":3})";

/// A connection where `sum` needs two roles and `fill` one, greeted by somebody with these roles.
struct guarded : server_rig {
    explicit guarded(std::vector<std::string> roles) : server_rig({}, at({}), true) {
        offers.methods[test::place_in(test::served_methods, "sum")].needs = {"trade", "risk"};
        offers.events[test::place_in(test::served_events, "fill")].needs = {"data"};
        receive(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})");
        admit(std::make_shared<const rpc::identity>("ada", std::move(roles)));
        answers();
    }
};

std::string forbidden(std::string_view id, std::string_view text) {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) +
           R"(,"error":{"code":-32002,"message":")" + std::string(text) + R"("}})";
}

}  // namespace

TEST_CASE("roles: a method is refused by the first role that is missing, and never begun") {
    for (const std::vector<std::string>& held :
         {std::vector<std::string>{}, {"risk"}, {"admin", "risk", "trad", "trades"}}) {
        guarded rig(held);
        CHECK(rig.ask(sum) == forbidden("2", "the method 'sum' needs the role 'trade'"));
        CHECK(rig.connection.in_flight() == 0);
        CHECK(rig.connection.counters().errors == 1);
    }
    guarded half({"trade"});
    CHECK(half.ask(sum) == forbidden("2", "the method 'sum' needs the role 'risk'"));
    guarded whole({"risk", "trade"});
    CHECK(whole.ask(sum) == R"({"jsonrpc":"2.0","id":2,"result":3})");
}

TEST_CASE("roles: arguments of a forbidden call are not read, its text is") {
    guarded rig({});
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"sum","params":{"no":"such"},"id":2})") ==
          forbidden("2", "the method 'sum' needs the role 'trade'"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"sum","params":[1,],"id":2})").find("-32700") !=
          std::string::npos);
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"sum","params":[1,2]})").empty());
    CHECK(rig.outcome.calls.empty());
}

TEST_CASE("roles: an event is neither subscribed whole nor by keys without its role") {
    guarded rig({"trade"});
    const std::string refusal = forbidden("3", "the event 'fill' needs the role 'data'");
    CHECK(rig.ask(subscribe) == refusal);
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.subscribe",)"
                  R"("params":{"event":"fill","keys":["a"]},"id":3})") == refusal);
    CHECK(rig.outcome.changes.empty());
    CHECK(rig.connection.in_flight() == 0);
    guarded reader({"data"});
    reader.receive(subscribe);
    CHECK(reader.outcome.changes.size() == 1);
}

TEST_CASE("roles: what needs none is for everyone, and unsubscribing never needs one") {
    guarded rig({});
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":2})").find("result") !=
          std::string::npos);
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.unsubscribe","params":{"event":"fill"},"id":3})");
    CHECK(rig.outcome.changes.size() == 1);
}

TEST_CASE("roles: an anonymous client has none") {
    server_rig rig;
    rig.offers.methods[test::place_in(test::served_methods, "sum")].needs = {"trade"};
    CHECK(rig.ask(sum) == forbidden("2", "the method 'sum' needs the role 'trade'"));
    rig.tell(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})");
    CHECK(rig.ask(sum) == forbidden("2", "the method 'sum' needs the role 'trade'"));
}

TEST_CASE("roles: in a batch each message is judged by itself") {
    guarded rig({});
    const std::string answer =
        rig.ask("[" + std::string(sum) + R"(,{"jsonrpc":"2.0","method":"echo","id":4}])");
    CHECK(answer.find(R"("code":-32002)") != std::string::npos);
    CHECK(answer.find(R"("id":4,"result")") != std::string::npos);
}
