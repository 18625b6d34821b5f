// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "cta_strategy/bar_generator.hpp"

#include "paper_host.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace {

using namespace std::chrono_literals;
using test::tick_at;
using trader::bar_generator;

trader::bar_data minute_bar(std::chrono::minutes moment, double price) {
    return {.symbol = "SPX",
            .datetime = trader::time_point{moment},
            .interval = trader::interval::MINUTE,
            .volume = 1,
            .open_price = price,
            .high_price = price + 1,
            .low_price = price - 1,
            .close_price = price};
}

TEST_CASE("ticks make the bar of their minute, which is over when a later tick comes") {
    bar_generator minutes;
    for (const double price : {10.0, 14.0, 9.0, 11.0}) {
        CHECK(minutes.update_tick(tick_at(5min, price)).empty());
    }
    const auto over = minutes.update_tick(tick_at(8min, 12));
    REQUIRE(over.size() == 1);  // Of the minutes without a tick there are none.
    CHECK(over[0].datetime == trader::time_point{5min});
    CHECK(over[0].vt_symbol() == "SPX.CBOE");
    CHECK(over[0].interval == trader::interval::MINUTE);
    CHECK(over[0].open_price == 10);
    CHECK(over[0].high_price == 14);
    CHECK(over[0].low_price == 9);
    CHECK(over[0].close_price == 11);
    CHECK(minutes.current()->open_price == 12);
}

TEST_CASE("a bar has what its ticks add to the day's volume, and a tick without a price nothing") {
    bar_generator minutes;
    const auto tell = [&](std::chrono::minutes moment, double volume, double price = 10) {
        auto tick = tick_at(moment, price);
        tick.volume = volume;
        tick.turnover = volume * price;
        return minutes.update_tick(tick);
    };
    tell(1min, 100);  // What was traded before this tick came is not known to be of this minute.
    tell(1min, 130);
    tell(1min, 500, 0);
    CHECK(tell(2min, 140).at(0).volume == 30);
    const auto last = tell(24h + 1min, 25);  // A day later: counted anew.
    CHECK(last.at(0).volume == 10);
    CHECK(last.at(0).turnover == 100);
    CHECK(tell(24h + 2min, 25).at(0).volume == 25);
}

TEST_CASE("bars of minutes make a longer bar, which is over with its last minute") {
    bar_generator fives{5min};
    for (const auto moment : {5min, 6min, 7min, 8min}) {
        CHECK(fives.update_bar(minute_bar(moment, 10.0 + static_cast<double>(moment.count())))
                  .empty());
    }
    const auto over = fives.update_bar(minute_bar(9min, 12));
    REQUIRE(over.size() == 1);
    CHECK(over[0].datetime == trader::time_point{5min});
    CHECK(over[0].open_price == 15);
    CHECK(over[0].high_price == 19);
    CHECK(over[0].low_price == 11);
    CHECK(over[0].close_price == 12);
    CHECK(over[0].volume == 5);
    CHECK_FALSE(over[0].interval);
    CHECK_FALSE(fives.current());
}

TEST_CASE("a longer bar whose last minute never came is over with the next, maybe both at once") {
    bar_generator fives{5min};
    CHECK(fives.update_bar(minute_bar(6min, 10)).empty());
    const auto over = fives.update_bar(minute_bar(14min, 20));
    REQUIRE(over.size() == 2);
    CHECK(over[0].datetime == trader::time_point{5min});
    CHECK(over[1].datetime == trader::time_point{10min});
    CHECK(over[1].close_price == 20);
}

TEST_CASE("bars of hours and days begin where clocks begin them") {
    bar_generator hours{1h};
    bar_generator days{24h};
    std::vector<trader::bar_data> of_hours;
    std::vector<trader::bar_data> of_days;
    for (auto moment = 23h + 30min; moment <= 49h; moment += 30min) {
        for (const auto& bar : hours.update_tick(tick_at(moment, 10))) {
            of_hours.push_back(bar);
            for (const auto& day : days.update_bar(bar)) {
                of_days.push_back(day);
            }
        }
    }
    REQUIRE(of_hours.size() == 26);
    CHECK(of_hours[0].datetime == trader::time_point{23h});
    CHECK(of_hours[0].interval == trader::interval::HOUR);
    REQUIRE(of_days.size() == 2);  // The hour from 23:00 ends both days.
    CHECK(of_days[1].datetime == trader::time_point{24h});
    CHECK(of_days[1].interval == trader::interval::DAILY);
}

TEST_CASE("where time goes back, the bar that was under way is forgotten") {
    bar_generator days{24h};
    days.update_tick(tick_at(100h, 10));
    CHECK(days.update_tick(tick_at(1h, 20)).empty());
    CHECK(days.update_tick(tick_at(25h, 30)).at(0).close_price == 20);
}

TEST_CASE("a length that makes up no day is refused") {
    for (const auto length : {0min, -1min, 7min, 25h + 0min}) {
        CHECK_THROWS_AS(bar_generator{length}, std::invalid_argument);
    }
    for (const auto length : {1min, 15min, 4h + 0min, 48h + 0min}) {
        CHECK_NOTHROW(bar_generator{length});
    }
}

}  // namespace
