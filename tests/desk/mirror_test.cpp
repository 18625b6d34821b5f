// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_gateway/mirror.hpp"

#include "rpc_gateway/origin_name.hpp"
#include "scripted_gateway.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using trader::event;
using trader::order_data;
using trader::remote::mirror;

/// Everything that was told, as `type id`.
struct listener {
    mirror::teller tell() {
        return [this](const event& happened) {
            told.push_back(happened.type + trader::id_of(happened));
        };
    }
    std::vector<std::string> take() { return std::exchange(told, {}); }

    std::vector<std::string> told;
};

using lines = std::vector<std::string>;

order_data order(const std::string& id, trader::status status) {
    return {.gateway_name = "RPC.SIM", .orderid = id, .status = status};
}

trader::trade_data trade(const std::string& id) {
    auto made = test::trade(id, 1);
    made.gateway_name = "RPC.SIM";
    return made;
}

TEST_CASE("nothing of a snapshot is told before it is whole, then each thing once") {
    mirror known;
    listener heard;
    known.begin_snapshot();
    known.take(order("1", trader::status::NOTTRADED), heard.tell());
    known.take(trade("t1"), heard.tell());
    known.take(trade("t1"), heard.tell());
    CHECK(heard.take().empty());
    CHECK_FALSE(known.is_live());
    CHECK_FALSE(known.finish_snapshot("RPC", heard.tell()));
    CHECK(heard.take() == lines{"eOrder.RPC.SIM.1", "eTrade.SPX.CBOE"});
    CHECK(known.is_live());
}

TEST_CASE("an event that comes during a snapshot is not overwritten by an older part of it") {
    mirror known;
    std::vector<trader::status> states;
    const auto tell = [&](const event& happened) {
        states.push_back(std::get<order_data>(happened.data).status);
    };
    known.begin_snapshot();
    known.take(order("1", trader::status::NOTTRADED), tell);  // The part.
    known.take(order("1", trader::status::ALLTRADED), tell);  // The event behind it.
    known.finish_snapshot("RPC", tell);
    CHECK(states == std::vector{trader::status::ALLTRADED});
}

TEST_CASE("after a lost connection only what changed is told") {
    mirror known;
    listener heard;
    known.begin_snapshot();
    known.take(order("1", trader::status::NOTTRADED), heard.tell());
    known.take(order("2", trader::status::NOTTRADED), heard.tell());
    known.finish_snapshot("RPC", heard.tell());
    heard.take();

    known.pause();
    known.take(order("1", trader::status::ALLTRADED), heard.tell());
    CHECK(heard.take().empty());
    known.begin_snapshot();
    known.take(order("1", trader::status::ALLTRADED), heard.tell());
    known.take(order("2", trader::status::NOTTRADED), heard.tell());
    known.take(trade("t1"), heard.tell());
    CHECK_FALSE(known.finish_snapshot("RPC", heard.tell()));
    CHECK(heard.take() == lines{"eOrder.RPC.SIM.1", "eTrade.SPX.CBOE"});
}

TEST_CASE("a server that forgot something was started anew: a reset comes first") {
    mirror known;
    listener heard;
    known.begin_snapshot();
    known.take(order("old", trader::status::NOTTRADED), heard.tell());
    known.finish_snapshot("RPC", heard.tell());
    heard.take();
    known.pause();
    known.begin_snapshot();
    known.take(order("new", trader::status::NOTTRADED), heard.tell());
    CHECK(known.finish_snapshot("RPC", heard.tell()));
    CHECK(heard.take() == lines{"eReset", "eOrder.RPC.SIM.new"});
    CHECK_FALSE(known.knows<order_data>("RPC.SIM.old"));
}

TEST_CASE("the same thing twice is told once") {
    mirror known;
    listener heard;
    known.begin_snapshot();
    known.finish_snapshot("RPC", heard.tell());
    known.take(trade("t1"), heard.tell());
    known.take(trade("t1"), heard.tell());
    CHECK(heard.take() == lines{"eTrade.SPX.CBOE"});
}

trader::tick_data tick(double price) {
    auto made = test::tick("SPX", price);
    made.gateway_name = "RPC.SIM";
    return made;
}

TEST_CASE("a tick is told at once and once, over a lost connection too") {
    mirror known;
    listener heard;
    known.begin_snapshot();
    known.take(tick(1), heard.tell());
    known.take(tick(1), heard.tell());
    CHECK(heard.take() == lines{"eTick.SPX.CBOE"});
    known.finish_snapshot("RPC", heard.tell());
    known.take(tick(2), heard.tell());
    known.take(tick(1), heard.tell());
    CHECK(heard.take().size() == 2);
    known.pause();
    known.begin_snapshot();
    known.take(tick(1), heard.tell());
    known.finish_snapshot("RPC", heard.tell());
    CHECK(heard.take().empty());
}

TEST_CASE("the ticks of a server that was started anew come behind the reset, old ones do not") {
    mirror known;
    listener heard;
    known.begin_snapshot();
    known.take(order("old", trader::status::NOTTRADED), heard.tell());
    known.take(tick(1), heard.tell());
    known.finish_snapshot("RPC", heard.tell());
    for (const bool is_early : {true, false}) {
        known.pause();
        heard.take();
        known.begin_snapshot();
        if (is_early) {
            known.take(tick(7), heard.tell());
        }
        known.take(order(is_early ? "new" : "newer", trader::status::NOTTRADED), heard.tell());
        known.finish_snapshot("RPC", heard.tell());
        CHECK(heard.take() ==
              (is_early ? lines{"eTick.SPX.CBOE", "eReset", "eOrder.RPC.SIM.new", "eTick.SPX.CBOE"}
                        : lines{"eReset", "eOrder.RPC.SIM.newer"}));
    }
}

TEST_CASE("names are kept apart and can be given back") {
    const trader::remote::origin_name names{"RPC"};
    CHECK(names.local("SIM") == "RPC.SIM");
    CHECK(names.local("") == "RPC");
    CHECK(names.origin("RPC.SIM") == "SIM");
    CHECK(names.origin("RPC.RPC.SIM") == "RPC.SIM");
    CHECK(names.origin("RPC") == "");
    const auto renamed = names.renamed(order_data{.gateway_name = "SIM", .orderid = "a.b.1"});
    CHECK(renamed.vt_orderid() == "RPC.SIM.a.b.1");
}

}  // namespace
