// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_PAPER_HOST_HPP
#define TESTS_PAPER_HOST_HPP

#include "cta_strategy/cta_template.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace test {

/// Where a strategy trades on paper: it remembers the orders, and the test says what they came to.
class paper_host : public trader::strategy_host {
public:
    std::string send_order(trader::order_request request) override {
        sent.push_back(std::move(request));
        return "SIM." + std::to_string(sent.size());
    }
    void cancel_order(const std::string& id) override { cancelled.push_back(id); }
    void cancel_all() override { cancelled.emplace_back("all"); }
    bool has_open_orders() const override { return is_open; }
    double position() const override { return held; }
    double position_limit() const override { return 3; }
    void load_bar(std::size_t count, trader::interval) override { wanted_bars = count; }
    void write_log(std::string msg) override { log.push_back(std::move(msg)); }

    /// Makes a strategy as an engine does.
    template <class Strategy>
    std::unique_ptr<Strategy> make(const nlohmann::json& parameters) {
        auto made = std::make_unique<Strategy>();
        made->attach(*this);
        trader::set_fields(*made, Strategy::parameters, parameters);
        made->on_init();
        return made;
    }

    /// The newest order in short: `LONG OPEN 2 at 21`; nothing if there is none.
    std::string newest() const {
        if (sent.empty()) {
            return {};
        }
        const auto& order = sent.back();
        return std::string(name_of(order.direction)) + " " + std::string(name_of(order.offset)) +
               " " + std::to_string(std::lround(order.volume)) + " at " +
               std::to_string(std::lround(order.price));
    }

    std::vector<trader::order_request> sent;
    std::vector<std::string> cancelled;
    std::vector<std::string> log;
    double held = 0;
    bool is_open = false;
    std::size_t wanted_bars = 0;
};

/// A tick of SPX so many minutes after the beginning of all time.
inline trader::tick_data tick_at(std::chrono::minutes moment, double price) {
    return {.symbol = "SPX",
            .exchange = trader::exchange::CBOE,
            .datetime = trader::time_point{moment},
            .last_price = price,
            .bid_price_1 = price - 1,
            .ask_price_1 = price + 1};
}

}  // namespace test

#endif  // TESTS_PAPER_HOST_HPP
