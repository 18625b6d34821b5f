// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MA_CROSS_STRATEGY_HPP
#define TRADER_MA_CROSS_STRATEGY_HPP

#include "../trader/object.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>

namespace trader {

struct ma_cross_setting {
    std::string gateway_name = "RPC.SIM";
    std::string symbol = "SPX";
    trader::exchange exchange = trader::exchange::CBOE;
    int fast_days = 3;
    int slow_days = 8;
    double volume = 2;          ///< Of one order.
    double position_limit = 6;  ///< Long or short, open orders counted.
    int orders_per_minute = 60;

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
};

/// Moving-average cross: long while the average of the last few closes is above that of more of
/// them, short while it is below. A value: prices go in, the position that it wants comes out.
class ma_cross_strategy {
public:
    /// @throws std::invalid_argument  If a setting cannot be used; the text names it.
    explicit ma_cross_strategy(const ma_cross_setting& setting) : setting_(setting) {
        if (setting.fast_days <= 0 || setting.fast_days >= setting.slow_days) {
            throw std::invalid_argument("fast_days must be positive and less than slow_days");
        }
        if (!(setting.volume > 0) || !(setting.position_limit >= setting.volume)) {
            throw std::invalid_argument("volume must be positive, position_limit no less");
        }
    }

    const ma_cross_setting& setting() const { return setting_; }

    /// A day that is over.
    void on_bar(const bar_data& bar) { add_close(bar.close_price); }

    /// Notes when a day is over: its last price is its close.
    void on_tick(const tick_data& tick) {
        const auto day = std::chrono::floor<std::chrono::days>(tick.datetime);
        if (day_ && day > *day_) {
            add_close(last_price_);
        } else if (day_ && day < *day_) {
            closes_.clear();  // The market starts again from an earlier day.
        }
        day_ = day;
        last_price_ = tick.last_price;
    }

    /// Forgets the prices, to be given them anew.
    void clear() {
        closes_.clear();
        day_.reset();
    }

    /// The position that the rule wants; nothing while there are too few days.
    std::optional<double> target() const {
        if (closes_.size() < static_cast<std::size_t>(setting_.slow_days)) {
            return std::nullopt;
        }
        const double difference = average(setting_.fast_days) - average(setting_.slow_days);
        const double side = difference > 0 ? 1 : difference < 0 ? -1 : 0;
        return side * setting_.position_limit;
    }

    /// The order that brings a position, open orders counted, nearer to the target; at the best
    /// price of the other side, so that it is filled if the market stays. It closes what there is
    /// of the other side before it opens anything.
    std::optional<order_request> next_order(double position, const tick_data& tick) const {
        const auto wanted = target();
        if (!wanted || *wanted == position) {
            return std::nullopt;
        }
        const bool is_long = *wanted > position;
        const double missing = is_long ? *wanted - position : position - *wanted;
        const double closable = is_long ? -position : position;
        return order_request{
            .symbol = setting_.symbol,
            .exchange = setting_.exchange,
            .direction = is_long ? direction::LONG : direction::SHORT,
            .volume = (std::min)({setting_.volume, missing, closable > 0 ? closable : missing}),
            .price = is_long ? tick.ask_price_1 : tick.bid_price_1,
            .offset = closable > 0 ? offset::CLOSE : offset::OPEN};
    }

private:
    void add_close(double price) {
        closes_.push_back(price);
        if (closes_.size() > static_cast<std::size_t>(setting_.slow_days)) {
            closes_.pop_front();
        }
    }

    double average(int days) const {
        return std::accumulate(closes_.end() - days, closes_.end(), 0.0) / days;
    }

    ma_cross_setting setting_;
    std::deque<double> closes_;
    std::optional<std::chrono::sys_days> day_;
    double last_price_ = 0;
};

}  // namespace trader

#endif  // TRADER_MA_CROSS_STRATEGY_HPP
