// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "counter/desk_rules.hpp"

#include "scripted_gateway.hpp"

#include <doctest/doctest.h>

namespace {

using trader::desk_rules;
using trader::order_data;
using trader::status;

order_data order(status now, double traded = 0) {
    return {
        .gateway_name = "RPC.SIM", .orderid = "1", .volume = 5, .traded = traded, .status = now};
}

trader::trade_data trade(const std::string& id, double volume) {
    auto made = test::trade(id, volume);
    made.gateway_name = "RPC.SIM";
    return made;
}

trader::position_data position(double volume) {
    auto made = test::position(volume);
    made.gateway_name = "RPC.SIM";
    return made;
}

TEST_CASE("an honest day has nothing to complain of") {
    desk_rules rules;
    rules.on(order(status::SUBMITTING));
    rules.on(order(status::NOTTRADED));
    rules.on(trade("1", 2));
    rules.on(order(status::PARTTRADED, 2));
    rules.on(trade("2", 3));
    rules.on(order(status::ALLTRADED, 5));
    rules.on(position(5));
    rules.check_positions();
    CHECK(rules.complaints().empty());
    CHECK(rules.trades() == 2);
}

TEST_CASE("positions agree with the trades but for the moment between the two") {
    desk_rules rules;
    CHECK(rules.positions_agree());
    rules.on(trade("1", 2));
    CHECK_FALSE(rules.positions_agree());
    rules.on(position(2));
    CHECK(rules.positions_agree());
    CHECK(rules.complaints().empty());
}

TEST_CASE("what is held long and short counts together") {
    desk_rules rules;
    auto sold = trade("2", 3);
    sold.direction = trader::direction::SHORT;
    rules.on(trade("1", 5));
    rules.on(sold);
    auto side = position(5);
    side.direction = trader::direction::LONG;
    rules.on(side);
    side.direction = trader::direction::SHORT;
    side.volume = 3;
    rules.on(side);
    CHECK(rules.positions_agree());
    side.volume = 2;
    rules.on(side);
    CHECK_FALSE(rules.positions_agree());
}

TEST_CASE("a trade that is told twice is found") {
    desk_rules rules;
    rules.on(trade("1", 2));
    rules.on(trade("1", 2));
    CHECK(rules.complaints().size() == 1);
}

TEST_CASE("a lost trade is found by the position") {
    desk_rules rules;
    rules.on(trade("1", 2));
    rules.on(position(5));
    rules.check_positions();
    CHECK(rules.complaints().size() == 1);
}

TEST_CASE("orders do not come back to life, nor lose what they traded, nor trade too much") {
    desk_rules rules;
    rules.on(order(status::PARTTRADED, 2));
    rules.on(order(status::PARTTRADED, 1));
    CHECK(rules.complaints().size() == 1);
    rules.on(order(status::CANCELLED, 2));
    rules.on(order(status::NOTTRADED, 2));
    CHECK(rules.complaints().size() == 2);
    rules.on(order(status::ALLTRADED, 6));
    CHECK(rules.complaints().size() >= 3);
}

TEST_CASE("after a reset the same ids mean other things") {
    desk_rules rules;
    rules.on(trade("1", 2));
    rules.on(position(2));
    rules.on(order(status::ALLTRADED, 5));
    rules.on(trader::reset_data{"RPC"});
    rules.on(trade("1", 4));
    rules.on(order(status::NOTTRADED));
    rules.on(position(4));
    rules.check_positions();
    CHECK(rules.complaints().empty());
    CHECK(rules.resets() == 1);
}

}  // namespace
