// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: bars are read as they stand in the file, and ticks are what their bar says, the same for
// the same seed. Method: files with one mistake each, and every tick of the built-in data.

#include "sim_gateway/bar_file.hpp"
#include "sim_gateway/market_replay.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using trader::sim::all_listings;
using trader::sim::find_listings;
using trader::sim::market_replay;
using trader::sim::read_bars;

/// A file that is gone when the test is over.
struct text_file {
    explicit text_file(const std::string& text)
        : path(std::filesystem::temp_directory_path() /
               ("bars-" + std::to_string(std::random_device{}()) + ".csv")) {
        std::ofstream(path) << text;
    }
    ~text_file() { std::filesystem::remove(path); }

    text_file(const text_file&) = delete;
    text_file& operator=(const text_file&) = delete;

    std::filesystem::path path;
};

/// What reading a file with this text fails with, without the file's name.
std::string problem_of(const std::string& text) {
    const text_file file(text);
    try {
        read_bars(file.path.string());
    } catch (const std::runtime_error& error) {
        return std::string(error.what()).substr(file.path.string().size());
    }
    return "nothing";
}

std::vector<trader::bar_data> real_bars() {
    return read_bars(TRADER_DATA_DIR "/sp500-daily-2018-2020.csv");
}

bool next_ends_day(market_replay& replay) {
    const auto step = replay.next();
    return step && step->day_over;
}

std::vector<trader::tick_data> all_ticks(const std::string& symbol, std::uint64_t seed) {
    market_replay replay(find_listings({symbol}).front(), real_bars(),
                         {.seed = seed, .history_bars = 0, .loop = false});
    std::vector<trader::tick_data> steps;
    while (auto step = replay.next()) {
        steps.push_back(step->tick);
    }
    return steps;
}

}  // namespace

TEST_CASE("a bar is read as it stands, comments and the header are not") {
    const text_file file(
        "# prices\ndate,open,high,low,close,volume\n\n"
        "2018-01-02,2683.73,2695.89,2682.36,2695.81,3367250000\r\n");
    const auto bars = read_bars(file.path.string());
    REQUIRE(bars.size() == 1);
    CHECK(bars[0].datetime == std::chrono::sys_days(std::chrono::year(2018) / 1 / 2));
    CHECK(bars[0].open_price == 2683.73);
    CHECK(bars[0].high_price == 2695.89);
    CHECK(bars[0].low_price == 2682.36);
    CHECK(bars[0].close_price == 2695.81);
    CHECK(bars[0].volume == 3367250000.0);
    CHECK(bars[0].interval == trader::interval::DAILY);
}

TEST_CASE("what is no bar is refused with its line") {
    const std::string good = "2018-01-02,5,6,4,5,1\n";
    const std::string no_order = "expected 0 < low <= open, close <= high <= 1e9";
    const std::string no_fields = "expected date,open,high,low,close,volume";
    for (const auto& each : std::vector<std::pair<std::string, std::string>>{
             {"", " has no bars"},
             {"# nothing\n", " has no bars"},
             {good + "x\n", " line 2: " + no_fields},
             {good + "2018-01-03,5,6,4,5\n", " line 2: " + no_fields},
             {good + "2018-01-03,5,6,4,5,1,9\n", " line 2: " + no_fields},
             {good + "2018-02-30,5,6,4,5,1\n", " line 2: there is no such day"},
             {"2018-01-02,5,4,4,5,1\n", " line 1: " + no_order},
             {"2018-01-02,5,6,5.5,5,1\n", " line 1: " + no_order},
             {"2018-01-02,5,6,0,5,1\n", " line 1: " + no_order},
             {"2018-01-02,5,6,nan,5,1\n", " line 1: " + no_order},
             {"2018-01-02,5,inf,4,5,1\n", " line 1: " + no_order},
             {"2018-01-02,5,6,4,5,-1\n", " line 1: the volume must not be negative"},
             {good + good, " line 2: the day is not after the one before"}}) {
        CAPTURE(each.first);
        CHECK(problem_of(each.first) == each.second);
    }
    CHECK_THROWS_WITH_AS(read_bars("/nowhere/bars.csv"), "cannot open /nowhere/bars.csv",
                         std::runtime_error);
}

TEST_CASE("ten ticks go from the open to the close by way of the high and the low, on the grid") {
    const auto bars = real_bars();
    for (const auto& listed : all_listings()) {
        CAPTURE(listed.contract.symbol);
        const auto steps = all_ticks(listed.contract.symbol, 1);
        REQUIRE(steps.size() == 10 * bars.size());
        for (std::size_t day = 0; day < bars.size(); ++day) {
            const auto price_of = [&](double price) {
                return listed.to_price(listed.nearest(price * listed.price_factor));
            };
            const auto first = steps.begin() + static_cast<std::ptrdiff_t>(10 * day);
            REQUIRE(first->last_price == price_of(bars[day].open_price));
            REQUIRE(first[9].last_price == price_of(bars[day].close_price));
            REQUIRE(first[9].high_price == price_of(bars[day].high_price));
            REQUIRE(first[9].low_price == price_of(bars[day].low_price));
            REQUIRE(first[9].volume == bars[day].volume);
            REQUIRE(std::all_of(first, first + 10, [&](const auto& tick) {
                return listed.is_on_grid(tick.last_price) && tick.last_volume >= 0 &&
                       tick.low_price <= tick.last_price && tick.last_price <= tick.high_price;
            }));
        }
        CHECK(std::is_sorted(steps.begin(), steps.end(), [](const auto& left, const auto& right) {
            return left.datetime < right.datetime;
        }));
    }
}

TEST_CASE("ticks are the same for the same seed only, and every symbol has its own") {
    const auto steps = all_ticks("SPX", 1);
    CHECK((steps == all_ticks("SPX", 1)));
    CHECK((steps != all_ticks("SPX", 2)));
    // The days on which the high comes first are not those of another symbol.
    const auto other = all_ticks("ES", 1);
    std::size_t differing = 0;
    for (std::size_t i = 3; i < steps.size(); i += 10) {
        const bool rises = steps[i].last_price > steps[i - 3].last_price;
        differing += rises != (other[i].last_price > other[i - 3].last_price) ? 1 : 0;
    }
    CHECK(differing > steps.size() / 10 / 4);
}

TEST_CASE("history is what is over") {
    const auto bars = real_bars();
    market_replay replay(find_listings({"SPY.ARCA"}).front(), bars,
                         {.seed = 1, .history_bars = 3, .loop = true});
    CHECK(replay.history({}, {}).size() == 3);
    for (std::size_t i = 0; i < market_replay::ticks_per_day - 1; ++i) {
        CHECK_FALSE(next_ends_day(replay));
    }
    CHECK(replay.history({}, {}).size() == 3);
    CHECK(next_ends_day(replay));
    const auto all = replay.history({}, {});
    REQUIRE(all.size() == 4);
    CHECK(all[3].vt_symbol() == "SPY.ARCA");
    CHECK(all[0].close_price == 269.58);  // A tenth of 2695.81, in cents.
    CHECK(replay.history(all[1].datetime, all[2].datetime).size() == 2);
    CHECK(replay.history(all[3].datetime + std::chrono::hours(1), {}).empty());
    CHECK_THROWS_AS(market_replay(all_listings().front(), bars, {.history_bars = bars.size()}),
                    std::invalid_argument);
}

TEST_CASE("symbols are found by both of their names") {
    CHECK(find_listings({"ES.CME", "SPX"}).front().contract.vt_symbol() == "ES.CME");
    CHECK_THROWS_AS(find_listings({}), std::invalid_argument);
    CHECK_THROWS_AS(find_listings({"ES", "ES.CME"}), std::invalid_argument);
    CHECK_THROWS_AS(find_listings({"ES.CBOE"}), std::invalid_argument);
}
