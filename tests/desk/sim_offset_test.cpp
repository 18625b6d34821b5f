// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: of a contract that is held long and short at once, orders open and close what their offset
// says, today's and yesterday's apart, and never more than there is. Method: orders one by one in
// a market with made-up prices, of which 10 steps are a day.

#include "sim_gateway/sim_exchange.hpp"

#include "sim_market.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>

namespace {

using trader::direction;
using trader::offset;
using trader::status;

using enum direction;
using enum offset;

/// An exchange that has made its first step, with the newest of what it told.
struct sided_rig {
    explicit sided_rig(std::string traded = "SPF", double balance = 1'000'000)
        : symbol(std::move(traded)),
          exchange({.session = "TEST", .balance = balance},
                   test::make_markets({.symbols = {symbol}})) {
        exchange.on_order = [this](const auto& order) { orders[order.orderid] = order; };
        exchange.on_quote = [this](const auto& quote) { quotes[quote.quoteid] = quote; };
        exchange.on_trade = [this](const auto& trade) { last_trade = trade; };
        exchange.on_position = [this](const auto& position) {
            positions[position.direction] = position;
        };
        where = exchange.contracts().front().exchange;
        exchange.step();
    }
    sided_rig(const sided_rig&) = delete;
    sided_rig& operator=(const sided_rig&) = delete;

    /// Sends an order that trades at once, or one that rests far from the market.
    trader::order_data send(direction side, offset how, double volume, bool rests = false) {
        const bool is_low = (side == LONG) == rests;
        return orders.at(exchange.send_order({.symbol = symbol,
                                              .exchange = where,
                                              .direction = side,
                                              .volume = volume,
                                              .price = is_low ? 2000.0 : 4000.0,
                                              .offset = how}));
    }

    void end_day() {
        while (exchange.find_tick(symbol + "." + std::string(name_of(where)))->datetime <
               day + std::chrono::days(1)) {
            exchange.step();
        }
        day += std::chrono::days(1);
    }

    std::string symbol;
    trader::sim::sim_exchange exchange;
    trader::exchange where{};
    trader::time_point day =
        trader::time_point{} + std::chrono::days(20'002);  // The first after the history.
    std::map<std::string, trader::order_data> orders;
    std::map<std::string, trader::quote_data> quotes;
    std::map<direction, trader::position_data> positions;
    trader::trade_data last_trade;
};

std::string too_much(const std::string& what, int left) {
    return "there is not so much to close: of the " + what + " " + std::to_string(left) +
           " is left that no other order closes";
}

}  // namespace

TEST_CASE("sim_offset: long and short are held beside each other, each with its own price") {
    sided_rig desk;
    CHECK(desk.send(LONG, OPEN, 3).status == status::ALLTRADED);
    CHECK(desk.last_trade.offset == OPEN);
    CHECK(desk.send(SHORT, OPEN, 2).status == status::ALLTRADED);
    CHECK(desk.positions.at(LONG).volume == 3);
    CHECK(desk.positions.at(SHORT).volume == 2);
    CHECK(desk.positions.at(LONG).price > desk.positions.at(SHORT).price);
    CHECK(desk.positions.at(LONG).pnl < 0);
    CHECK(desk.exchange.positions().size() == 2);
    CHECK(desk.send(SHORT, CLOSE, 1).status == status::ALLTRADED);
    CHECK(desk.last_trade.offset == CLOSE);
    CHECK(desk.positions.at(LONG).volume == 2);
    CHECK(desk.send(LONG, CLOSETODAY, 2).status == status::ALLTRADED);
    CHECK(desk.positions.at(SHORT).volume == 0);
    CHECK(desk.positions.at(SHORT).price == 0);
    CHECK(desk.positions.at(LONG).volume == 2);
}

TEST_CASE("sim_offset: no more is closed than there is, orders that rest counted") {
    sided_rig desk;
    CHECK(desk.send(LONG, NONE, 1).reason ==
          "SPF.SHFE is held long and short: the offset must be OPEN, CLOSE, CLOSETODAY or "
          "CLOSEYESTERDAY");
    CHECK(desk.send(SHORT, CLOSE, 1).reason == too_much("LONG position", 0));
    desk.send(LONG, OPEN, 3);
    CHECK(desk.send(LONG, CLOSE, 1).reason == too_much("SHORT position", 0));
    const auto resting = desk.send(SHORT, CLOSE, 2, true);
    CHECK(resting.status == status::NOTTRADED);
    CHECK(desk.positions.at(LONG).frozen == 2);
    CHECK(desk.send(SHORT, CLOSETODAY, 2).reason == too_much("LONG position of today", 1));
    CHECK(desk.send(SHORT, CLOSE, 1).status == status::ALLTRADED);
    CHECK(desk.send(SHORT, CLOSE, 1).status == status::REJECTED);
    desk.exchange.cancel_order(resting.create_cancel_request());
    CHECK(desk.send(SHORT, CLOSE, 2).status == status::ALLTRADED);
    CHECK(desk.exchange.account().frozen == 0);
}

TEST_CASE("sim_offset: yesterday's and today's are closed apart, the oldest first if not said") {
    sided_rig desk;
    desk.send(LONG, OPEN, 3);
    CHECK(desk.send(SHORT, CLOSEYESTERDAY, 1).reason ==
          too_much("LONG position of before today", 0));
    const auto today = desk.send(SHORT, CLOSETODAY, 1, true);
    desk.end_day();
    CHECK(desk.orders.at(today.orderid).status == status::CANCELLED);
    CHECK(desk.positions.at(LONG).yd_volume == 3);
    CHECK(desk.positions.at(LONG).frozen == 0);
    desk.send(LONG, OPEN, 2);
    CHECK(desk.positions.at(LONG).yd_volume == 3);
    CHECK(desk.send(SHORT, CLOSETODAY, 3).reason == too_much("LONG position of today", 2));
    // Of before today one is to be closed by an order that rests: two others are closed first.
    desk.send(SHORT, CLOSEYESTERDAY, 1, true);
    CHECK(desk.send(SHORT, CLOSE, 3).status == status::ALLTRADED);
    CHECK(desk.positions.at(LONG).volume == 2);
    CHECK(desk.positions.at(LONG).yd_volume == 1);
    CHECK(desk.send(SHORT, CLOSETODAY, 1).status == status::ALLTRADED);
    CHECK(desk.send(SHORT, CLOSE, 1).reason == too_much("LONG position", 0));
}

TEST_CASE("sim_offset: what closes needs no money, what opens does") {
    sided_rig desk("SPF", 10'000);  // Of one at 4,000 the margin is 4,000.
    CHECK(desk.send(LONG, OPEN, 2).status == status::ALLTRADED);
    CHECK(desk.send(LONG, OPEN, 2, true).status == status::NOTTRADED);
    CHECK(desk.send(LONG, OPEN, 3).reason.starts_with("not enough money"));
    CHECK(desk.send(SHORT, CLOSE, 2).status == status::ALLTRADED);
}

TEST_CASE("sim_offset: each side of a quote has its own") {
    sided_rig desk;
    desk.send(LONG, OPEN, 2);
    const auto quote = [&](offset bid, offset ask, double volume) {
        return desk.quotes.at(desk.exchange.send_quote({.symbol = "SPF",
                                                        .exchange = desk.where,
                                                        .bid_price = 2000,
                                                        .bid_volume = 1,
                                                        .ask_price = 4000,
                                                        .ask_volume = volume,
                                                        .bid_offset = bid,
                                                        .ask_offset = ask}));
    };
    CHECK(quote(NONE, CLOSE, 1).reason.find("the bid offset must be") != std::string::npos);
    CHECK(quote(OPEN, CLOSE, 3).reason == too_much("LONG position", 2));
    const auto resting = quote(OPEN, CLOSETODAY, 2);
    CHECK(resting.status == status::NOTTRADED);
    CHECK(desk.positions.at(LONG).frozen == 2);
    desk.end_day();
    CHECK(desk.quotes.at(resting.quoteid).status == status::CANCELLED);
    CHECK(desk.positions.at(LONG).frozen == 0);
}

TEST_CASE("sim_offset: it means nothing where positions are net") {
    sided_rig desk("SPX");
    CHECK(desk.send(SHORT, CLOSE, 2).status == status::ALLTRADED);
    const auto resting = desk.send(LONG, CLOSETODAY, 1, true);
    CHECK(resting.status == status::NOTTRADED);
    desk.end_day();
    CHECK(desk.orders.at(resting.orderid).status == status::NOTTRADED);
    CHECK(desk.exchange.positions().front().volume == -2);
    CHECK(desk.exchange.positions().front().yd_volume == 0);
}
