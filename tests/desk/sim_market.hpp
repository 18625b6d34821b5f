// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SIM_MARKET_HPP
#define TESTS_SIM_MARKET_HPP

#include "sim_gateway/sim_exchange.hpp"

#include <chrono>
#include <string>
#include <vector>

/// Markets for tests of the simulated exchange.
namespace test {

/// Days that go up and down by a few points around 3000.
inline std::vector<trader::bar_data> make_bars(int days) {
    std::vector<trader::bar_data> bars;
    for (int day = 0; day < days; ++day) {
        trader::bar_data bar;
        bar.datetime = trader::time_point{} + std::chrono::days(20'000 + day);
        bar.open_price = 3000 + 10 * (day % 3);
        bar.high_price = bar.open_price + 20;
        bar.low_price = bar.open_price - 20;
        bar.close_price = bar.open_price + (day % 2 == 0 ? 7 : -7);
        bar.volume = 1'000'000;
        bars.push_back(bar);
    }
    return bars;
}

struct rig_setting {
    trader::sim::replay_setting replay{.seed = 1, .history_bars = 2, .loop = true};
    trader::sim::exchange_setting exchange{.session = "TEST"};
    std::vector<std::string> symbols{"SPX", "SPY", "ES"};
    int days = 6;
};

inline std::vector<trader::sim::market_replay> make_markets(const rig_setting& setting) {
    std::vector<trader::sim::market_replay> markets;
    for (auto& each : trader::sim::find_listings(setting.symbols)) {
        each.contract.gateway_name = setting.exchange.gateway_name;
        markets.emplace_back(each, make_bars(setting.days), setting.replay);
    }
    return markets;
}

}  // namespace test

#endif  // TESTS_SIM_MARKET_HPP
