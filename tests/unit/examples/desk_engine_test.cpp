// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the demo's exchange fills, rejects and counts as its client's summary assumes.
// Method: two days of made-up bars, one tick at a time, with everything it pushes recorded.

#include "../../../examples/server_client/engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using desk::order_status;
using desk::order_type;
using desk::side;

struct recorded_desk {
    explicit recorded_desk(std::uint64_t seed = 1, desk::engine_settings settings = {},
                           bool loop = false)
        : engine(desk::replay({.symbol = "SPX", .exchange = "CBOE", .name = "index"},
                              {bar(0, 100), bar(1, 110), bar(2, 120)},
                              {.seed = seed, .history_bars = 1, .loop = loop}),
                 settings) {
        engine.on_tick = [this](const desk::tick& t) { ticks.push_back(t); };
        engine.on_bar = [this](const desk::bar& b) { bars.push_back(b); };
        engine.on_order = [this](const desk::order& o) { orders.push_back(o); };
        engine.on_trade = [this](const desk::trade& t) { trades.push_back(t); };
        engine.on_log = [this](const desk::log_line& l) { logs.push_back(l.msg); };
    }

    static desk::bar bar(int day, double open) {
        return {.symbol = "SPX",
                .datetime = std::chrono::sys_days{std::chrono::days{day}},
                .open_price = open,
                .high_price = open + 8,
                .low_price = open - 6,
                .close_price = open + 4,
                .volume = 1'000};
    }

    void advance_days(int days) {
        for (int i = 0; i < days * 10; ++i) {
            REQUIRE(engine.advance());
        }
    }

    desk::order send(side way, std::int64_t volume, order_type type = order_type::market,
                     double price = 0) {
        return engine.send_order({"SPX", way, type, price, volume, "test"});
    }

    desk::order stored(std::uint64_t id) const { return engine.get_all_orders().at(id - 1); }

    desk::engine engine;
    std::vector<desk::tick> ticks;
    std::vector<desk::bar> bars;
    std::vector<desk::order> orders;
    std::vector<desk::trade> trades;
    std::vector<std::string> logs;
};

}  // namespace

TEST_CASE("desk engine: a day is ten ticks within its bar, and then the bar") {
    recorded_desk desk;
    CHECK(desk.engine.query_history({"SPX", {}, {}}).size() == 1);
    desk.advance_days(1);
    REQUIRE(desk.ticks.size() == 10);
    REQUIRE(desk.bars.size() == 1);
    const desk::bar& day = desk.bars.front();
    CHECK(desk.ticks.front().last_price == doctest::Approx(day.open_price));
    CHECK(desk.ticks.back().last_price == doctest::Approx(day.close_price));
    CHECK(desk.ticks.back().high_price == doctest::Approx(day.high_price));
    CHECK(desk.ticks.back().low_price == doctest::Approx(day.low_price));
    CHECK(desk.ticks.back().volume == day.volume);
    for (const desk::tick& each : desk.ticks) {
        CHECK(each.bid_price_1 < each.last_price);
        CHECK(each.ask_price_1 > each.last_price);
    }
    CHECK(desk.engine.query_history({"SPX", {}, {}}).size() == 2);
    CHECK(desk.engine.query_history({"SPX", day.datetime, {}}).size() == 1);
    CHECK(desk.engine.query_history({"SPX", {}, day.datetime}).size() == 2);
}

TEST_CASE("desk engine: the data ends once, or starts again") {
    recorded_desk ending;
    ending.advance_days(2);
    CHECK_FALSE(ending.engine.advance());
    CHECK_FALSE(ending.engine.advance());
    CHECK(ending.logs == std::vector<std::string>{"end of the data"});

    recorded_desk looping(1, {}, true);
    looping.advance_days(3);
    CHECK(looping.bars.at(2).datetime == looping.bars.at(0).datetime);
    CHECK(looping.logs.size() == 1);
}

TEST_CASE("desk engine: a market order is filled by the ticks that follow, part by part") {
    recorded_desk desk;
    desk.advance_days(1);
    const desk::order sent = desk.send(side::buy, 20);
    CHECK(sent.status == order_status::not_traded);
    CHECK(sent.traded == 0);
    CHECK(desk.trades.empty());

    std::int64_t traded = 0;
    while (traded < 20) {
        REQUIRE(desk.engine.advance());
        const desk::tick& tick = desk.ticks.back();
        const desk::trade& made = desk.trades.back();
        CHECK(made.volume == (std::min)(tick.ask_volume_1, 20 - traded));
        CHECK(made.price == doctest::Approx(tick.ask_price_1));
        traded += made.volume;
        CHECK(desk.orders.back().traded == traded);
        CHECK(desk.orders.back().status ==
              (traded < 20 ? order_status::part_traded : order_status::all_traded));
    }
    CHECK(desk.trades.size() >= 3);
    CHECK(desk.engine.get_all_active_orders().empty());
}

TEST_CASE("desk engine: a limit order waits for its price and never pays more") {
    recorded_desk desk;
    REQUIRE(desk.engine.advance());
    const double limit = 104.05;  // The low of this day is 104, with the ask 0.05 above.
    const desk::order sent = desk.send(side::buy, 1, order_type::limit, limit);
    while (desk.ticks.back().last_price > 104.001) {
        CHECK(desk.trades.empty());
        REQUIRE(desk.engine.advance());
    }
    REQUIRE(desk.trades.size() == 1);
    CHECK(desk.trades.front().order_id == sent.order_id);
    CHECK(desk.trades.front().price <= limit + 1e-9);
    CHECK(desk.stored(sent.order_id).status == order_status::all_traded);
}

TEST_CASE("desk engine: what one tick offers goes to the oldest order first") {
    recorded_desk desk;
    REQUIRE(desk.engine.advance());
    const desk::order first = desk.send(side::sell, 10);
    const desk::order second = desk.send(side::sell, 10);
    while (desk.stored(second.order_id).traded == 0) {
        REQUIRE(desk.engine.advance());
    }
    CHECK(desk.stored(first.order_id).status == order_status::all_traded);
}

TEST_CASE("desk engine: every refusal says why, is pushed and kept") {
    recorded_desk desk(1, {.position_limit = 20, .orders_max = 10});
    REQUIRE(desk.engine.advance());
    const auto limit = [&desk](double price) {
        return desk.send(side::buy, 1, order_type::limit, price).reason;
    };
    const std::string price_reason = "a limit order needs a positive price";
    CHECK(desk.engine.send_order({"XYZ", side::buy, order_type::market, 0, 1, ""}).reason ==
          "unknown symbol XYZ");
    CHECK(desk.send(side::buy, 0).reason == "the volume must be positive");
    CHECK(desk.send(side::buy, -3).reason == "the volume must be positive");
    CHECK(desk.send(side::buy, 1'001).reason == "the volume is over the largest order, 1000");
    CHECK(limit(-1) == price_reason);
    CHECK(limit(0) == price_reason);
    CHECK(limit(std::numeric_limits<double>::quiet_NaN()) == price_reason);
    CHECK(limit(std::numeric_limits<double>::infinity()) == price_reason);

    CHECK(desk.orders.size() == 8);
    CHECK(desk.logs.size() == 8);
    for (const desk::order& each : desk.engine.get_all_orders()) {
        CHECK(each.status == order_status::rejected);
        CHECK(std::isfinite(each.price));
    }
    CHECK(desk.engine.get_all_active_orders().empty());

    desk.send(side::buy, 1);
    desk.send(side::buy, 1);
    CHECK_THROWS_AS(desk.send(side::buy, 1), std::length_error);
}

TEST_CASE("desk engine: the position limit counts open orders, and leaves the way back free") {
    recorded_desk desk(1, {.position_limit = 20});
    REQUIRE(desk.engine.advance());
    CHECK(desk.send(side::buy, 21).reason == "the position could reach 21, the limit is 20");
    CHECK(desk.send(side::buy, 12).is_active());
    CHECK(desk.send(side::buy, 9).reason == "the position could reach 21, the limit is 20");
    CHECK(desk.send(side::buy, 8).is_active());
    CHECK(desk.send(side::sell, 20).is_active());
    CHECK(desk.send(side::sell, 1).reason == "the position could reach 21, the limit is 20");
}

TEST_CASE("desk engine: a cancelled order trades no more, a finished one stays as it is") {
    recorded_desk desk;
    REQUIRE(desk.engine.advance());
    const desk::order open = desk.send(side::buy, 5, order_type::limit, 1);
    CHECK(desk.engine.cancel_order({open.order_id}).status == order_status::cancelled);
    CHECK(desk.orders.back().status == order_status::cancelled);
    desk.advance_days(1);
    CHECK(desk.trades.empty());

    const desk::order filled = desk.send(side::buy, 1);
    REQUIRE(desk.engine.advance());
    const auto pushed = desk.orders.size();
    CHECK(desk.engine.cancel_order({filled.order_id}).status == order_status::all_traded);
    CHECK(desk.orders.size() == pushed);
    CHECK_THROWS_AS(desk.engine.cancel_order({99}), std::invalid_argument);
    CHECK_THROWS_AS(desk.engine.cancel_order({0}), std::invalid_argument);
}

TEST_CASE("desk engine: the position is the sum of the trades, valued at the last price") {
    recorded_desk desk(7, {}, true);
    CHECK(desk.engine.get_all_positions().empty());
    for (int i = 0; i < 40; ++i) {
        desk.send(i % 3 == 0 ? side::sell : side::buy, 1 + i % 7);
        REQUIRE(desk.engine.advance());
    }
    std::int64_t volume = 0;
    double cash = 0;
    for (const desk::trade& each : desk.engine.get_all_trades()) {
        volume += each.signed_volume();
        cash -= static_cast<double>(each.signed_volume()) * each.price;
    }
    const auto positions = desk.engine.get_all_positions();
    REQUIRE(positions.size() == 1);
    CHECK(positions.front().volume == volume);
    CHECK(positions.front().pnl ==
          doctest::Approx(cash + static_cast<double>(volume) * desk.ticks.back().last_price));
    for (const desk::order& each : desk.engine.get_all_orders()) {
        std::int64_t traded = 0;
        for (const desk::trade& made : desk.trades) {
            traded += made.order_id == each.order_id ? made.volume : 0;
        }
        CHECK(each.traded == traded);
    }
}

TEST_CASE("desk engine: one seed gives one market, another seed another") {
    const auto played = [](std::uint64_t seed) {
        recorded_desk desk(seed);
        desk.send(side::buy, 15);
        desk.advance_days(2);
        std::vector<double> seen;
        for (const desk::tick& each : desk.ticks) {
            seen.insert(seen.end(), {each.last_price, static_cast<double>(each.bid_volume_1),
                                     static_cast<double>(each.ask_volume_1)});
        }
        for (const desk::trade& each : desk.trades) {
            seen.insert(seen.end(), {each.price, static_cast<double>(each.volume)});
        }
        return seen;
    };
    CHECK(played(1) == played(1));
    CHECK(played(1) != played(2));
}

TEST_CASE("desk engine: questions about an unknown symbol are errors") {
    recorded_desk desk;
    CHECK(desk.engine.get_contract("SPX").exchange == "CBOE");
    CHECK(desk.engine.get_all_contracts().size() == 1);
    CHECK_THROWS_AS(desk.engine.get_contract("XYZ"), std::invalid_argument);
    CHECK_THROWS_AS(desk.engine.query_history({"XYZ", {}, {}}), std::invalid_argument);
}
