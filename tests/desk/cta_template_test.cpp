// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "cta_strategy/cta_template.hpp"

#include "cta_strategy/breakout_strategy.hpp"
#include "cta_strategy/ma_cross_strategy.hpp"
#include "own_folder.hpp"
#include "paper_host.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace {

using namespace std::chrono_literals;
using test::paper_host;
using test::tick_at;
using trader::breakout_strategy;
using trader::ma_cross_strategy;

struct some_fields {
    int count = 3;
    double share = 0.5;
    bool is_on = true;
    std::string word = "a";

    static constexpr std::tuple fields{
        trader::field{"count", &some_fields::count}, trader::field{"share", &some_fields::share},
        trader::field{"is_on", &some_fields::is_on}, trader::field{"word", &some_fields::word}};
};

TEST_CASE("members that are listed once are read and set by their names") {
    some_fields values;
    CHECK(trader::get_fields(values, some_fields::fields) ==
          nlohmann::json{{"count", 3}, {"share", 0.5}, {"is_on", true}, {"word", "a"}});
    trader::set_fields(values, some_fields::fields, {{"count", 4.0}, {"word", "b"}, {"share", 2}});
    CHECK(values.count == 4);
    CHECK(values.share == 2);
    CHECK(values.word == "b");
    CHECK(values.is_on);
}

TEST_CASE("a value that a member cannot have is refused, and named") {
    some_fields values;
    const auto refused = [&](const nlohmann::json& given) {
        return test::text_of([&] { trader::set_fields(values, some_fields::fields, given); });
    };
    CHECK(refused({{"count", 2.5}}) == "setting 'count' takes a whole number, not 2.5");
    CHECK(refused({{"count", 1e300}}) == "setting 'count' takes a whole number, not 1e+300");
    CHECK(refused({{"is_on", 1}}) == "setting 'is_on' takes a boolean, as true, not 1");
    CHECK(refused({{"cuont", 1}}) == "there is no setting 'cuont'");
}

// --- moving averages -----------------------------------------------------------------------------

const nlohmann::json one_and_two{{"fast_days", 1}, {"slow_days", 2}, {"volume", 2}};

TEST_CASE("averages: long above, short below, and nothing while there are too few days") {
    paper_host host;
    const auto strategy = host.make<ma_cross_strategy>(one_and_two);
    CHECK(host.wanted_bars == 2);
    strategy->on_tick(tick_at(24h, 10));
    strategy->on_tick(tick_at(48h, 12));
    CHECK(host.newest().empty());
    strategy->on_tick(tick_at(72h, 9));  // Closes of 10 and 12.
    CHECK(host.newest() == "LONG OPEN 2 at 10");
    strategy->on_tick(tick_at(96h, 9));  // And of 9.
    CHECK(host.newest() == "SHORT OPEN 2 at 8");
    CHECK(trader::get_fields(*strategy, ma_cross_strategy::variables) ==
          nlohmann::json{{"fast_average", 9}, {"slow_average", 10.5}});
}

TEST_CASE("averages: the days of the past count as those that are seen") {
    paper_host host;
    const auto strategy = host.make<ma_cross_strategy>(one_and_two);
    strategy->on_bar({.close_price = 10});
    strategy->on_bar({.close_price = 12});
    strategy->on_tick(tick_at(72h, 20));
    CHECK(host.newest() == "LONG OPEN 2 at 21");
}

TEST_CASE("averages: a market that starts again from an earlier day is a new one") {
    paper_host host;
    const auto strategy = host.make<ma_cross_strategy>(one_and_two);
    for (const auto moment : {240h, 264h, 288h}) {
        strategy->on_tick(tick_at(moment, static_cast<double>(moment.count())));
    }
    REQUIRE(host.sent.size() == 1);
    strategy->on_tick(tick_at(24h, 5));
    strategy->on_tick(tick_at(48h, 4));
    CHECK(host.sent.size() == 1);
    strategy->on_tick(tick_at(72h, 4));
    CHECK(host.newest() == "SHORT OPEN 2 at 3");
}

TEST_CASE("an order is no larger than allowed, closes before it opens, and stops at the target") {
    paper_host host;
    const auto strategy = host.make<ma_cross_strategy>(one_and_two);
    strategy->on_bar({.close_price = 10});
    strategy->on_bar({.close_price = 12});
    const auto order_at = [&](double position) {
        host.held = position;
        host.sent.clear();
        strategy->on_tick(tick_at(72h, 20));
        return host.newest();
    };
    CHECK(order_at(0) == "LONG OPEN 2 at 21");
    CHECK(order_at(2) == "LONG OPEN 1 at 21");
    CHECK(order_at(3).empty());
    CHECK(order_at(5) == "SHORT CLOSE 2 at 19");
    CHECK(order_at(-1) == "LONG CLOSE 1 at 21");
    CHECK(order_at(-3) == "LONG CLOSE 2 at 21");
    host.is_open = true;  // The market has moved since: it is asked for again later.
    CHECK(order_at(0).empty());
    CHECK(host.cancelled == std::vector<std::string>{"all"});
}

// --- channel -------------------------------------------------------------------------------------

/// Plays prices, a quarter of an hour each, and tells what the strategy wants then.
double target_after(breakout_strategy& strategy, std::chrono::minutes& moment,
                    std::initializer_list<double> prices) {
    for (const double price : prices) {
        strategy.on_tick(tick_at(moment += 15min, price));
    }
    return trader::get_fields(strategy, breakout_strategy::variables).at("target");
}

TEST_CASE("channel: long above the highest, flat below the exit, short below the lowest") {
    paper_host host;
    const auto strategy = host.make<breakout_strategy>(
        {{"bar_minutes", 15}, {"entry_bars", 4}, {"exit_bars", 2}, {"volume", 3}});
    CHECK(host.wanted_bars == 0);
    std::chrono::minutes moment{0};
    // A bar is over with the tick after it, and judged with the one after that.
    CHECK(target_after(*strategy, moment, {10, 12, 11, 10, 12, 12, 12}) == 0);
    CHECK(host.sent.empty());
    CHECK(target_after(*strategy, moment, {13, 13, 13}) == 3);
    CHECK(host.newest() == "LONG OPEN 3 at 14");
    host.held = 3;
    CHECK(target_after(*strategy, moment, {14, 15, 15}) == 3);
    CHECK(target_after(*strategy, moment, {13, 13, 13}) == 0);
    CHECK(host.newest() == "SHORT CLOSE 3 at 12");
    host.held = 0;
    CHECK(target_after(*strategy, moment, {9, 9, 9}) == -3);
    CHECK(host.newest() == "SHORT OPEN 3 at 8");
    host.held = -3;
    CHECK(target_after(*strategy, moment, {11, 11, 11}) == 0);
    CHECK(host.newest() == "LONG CLOSE 3 at 12");
}

TEST_CASE("parameters that cannot be used are refused") {
    paper_host host;
    for (const auto& wrong : {nlohmann::json{{"fast_days", 8}}, nlohmann::json{{"fast_days", 0}},
                              nlohmann::json{{"volume", 0}}, nlohmann::json{{"volume", 4}}}) {
        CHECK_THROWS_AS(host.make<ma_cross_strategy>(wrong), std::invalid_argument);
    }
    for (const auto& wrong : {nlohmann::json{{"exit_bars", 21}}, nlohmann::json{{"exit_bars", 0}},
                              nlohmann::json{{"bar_minutes", 7}}, nlohmann::json{{"volume", 4}}}) {
        CHECK_THROWS_AS(host.make<breakout_strategy>(wrong), std::invalid_argument);
    }
}

}  // namespace
