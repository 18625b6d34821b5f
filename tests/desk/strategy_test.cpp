// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "cta_strategy/strategy_engine.hpp"

#include "desk_pair.hpp"
#include "trader/order_throttle.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;
using trader::ma_cross_setting;
using trader::ma_cross_strategy;
using trader::order_throttle;

ma_cross_setting setting() {
    ma_cross_setting made;
    made.gateway_name = "SIM";
    made.fast_days = 1;
    made.slow_days = 2;
    made.volume = 2;
    made.position_limit = 3;
    return made;
}

trader::tick_data tick_on(int day, double price) {
    auto made = test::tick("SPX", price);
    made.datetime = trader::time_point{std::chrono::days{day}};
    made.bid_price_1 = price - 1;
    made.ask_price_1 = price + 1;
    return made;
}

TEST_CASE("the rule is long above the average, short below it, and waits for enough days") {
    ma_cross_strategy rule{setting()};
    rule.on_tick(tick_on(1, 10));
    rule.on_tick(tick_on(2, 12));
    CHECK_FALSE(rule.target());
    rule.on_tick(tick_on(3, 9));
    CHECK(rule.target() == 3);
    rule.on_tick(tick_on(4, 9));
    CHECK(rule.target() == -3);
}

TEST_CASE("orders are no larger than allowed and stop at the limit") {
    ma_cross_strategy rule{setting()};
    rule.on_tick(tick_on(1, 10));
    rule.on_tick(tick_on(2, 12));
    const auto now = tick_on(3, 20);
    rule.on_tick(now);
    const auto first = rule.next_order(0, now);
    REQUIRE(first);
    CHECK(first->direction == trader::direction::LONG);
    CHECK(first->volume == 2);
    CHECK(first->price == 21);
    CHECK(rule.next_order(2, now)->volume == 1);
    CHECK_FALSE(rule.next_order(3, now));
    CHECK(rule.next_order(5, now)->direction == trader::direction::SHORT);
    CHECK(rule.next_order(5, now)->offset == trader::offset::CLOSE);
    CHECK(first->offset == trader::offset::OPEN);
    CHECK(rule.next_order(-1, now)->volume == 1);  // First what is short is closed.
    CHECK(rule.next_order(-1, now)->offset == trader::offset::CLOSE);
}

TEST_CASE("settings that cannot be used are refused") {
    auto wrong = setting();
    wrong.fast_days = 2;
    CHECK_THROWS_AS(ma_cross_strategy{wrong}, std::invalid_argument);
    wrong = setting();
    wrong.position_limit = 1;
    CHECK_THROWS_AS(ma_cross_strategy{wrong}, std::invalid_argument);
}

TEST_CASE("the throttle counts what passed within its window") {
    const order_throttle::time start{};
    order_throttle two{2, 1s};
    CHECK(two.admit(1, start));
    CHECK(two.admit(1, start + 500ms));
    CHECK_FALSE(two.admit(1, start + 999ms));
    CHECK(two.admit(1, start + 1s));
    CHECK_FALSE(two.admit(2, start + 1s));
    order_throttle any{0};
    CHECK(any.admit(1'000'000, start));
}

/// A platform on which one strategy trades at a scripted gateway.
struct strategy_desk : test::platform {
    strategy_desk()
        : sim(main.add_gateway<test::scripted_gateway>()),
          strategies(main.add_app<trader::strategy_app>()) {
        strategies.add_strategy("one", setting());
        strategies.start_strategy("one");
        settle();
    }
    void play(int day, double price) {
        sim.tell(tick_on(day, price));
        settle();
    }
    trader::strategy_engine::strategy_state state() { return strategies.get_all_strategies()[0]; }

    test::scripted_gateway& sim;
    trader::strategy_engine& strategies;
};

TEST_CASE("a strategy subscribes, trades on ticks, follows its own fills and no others") {
    strategy_desk desk;
    CHECK(desk.sim.asked.all().front() == "subscribe SPX.CBOE");
    desk.play(1, 10);
    desk.play(2, 12);
    desk.play(3, 20);  // The averages of 4.5, 10 and 12: up.
    desk.settle();
    REQUIRE(desk.state().orders == 1);
    desk.sim.tell(test::trade("other", 7));
    auto own = test::trade("t", 2);
    own.orderid = "own-1";
    desk.sim.tell(own);
    desk.settle();
    CHECK(desk.state().position == 2);
    CHECK(desk.state().trades == 1);
}

TEST_CASE("a stopped strategy cancels what is open and sends nothing more") {
    strategy_desk desk;
    desk.play(1, 10);
    desk.play(2, 12);
    desk.play(3, 20);
    desk.settle();
    desk.strategies.stop_strategy("one");
    CHECK(desk.sim.asked.all().back() == "cancel_order own-1");
    const auto orders = desk.state().orders;
    desk.play(4, 30);
    desk.play(5, 10);
    CHECK(desk.state().orders == orders);
}

TEST_CASE("names of strategies are unique and must be known") {
    strategy_desk desk;
    CHECK_THROWS_AS(desk.strategies.add_strategy("one", setting()), std::invalid_argument);
    CHECK_THROWS_AS(desk.strategies.start_strategy("two"), std::invalid_argument);
}

}  // namespace
