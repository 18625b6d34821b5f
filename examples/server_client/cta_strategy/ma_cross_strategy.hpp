// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MA_CROSS_STRATEGY_HPP
#define TRADER_MA_CROSS_STRATEGY_HPP

#include "bar_generator.hpp"
#include "cta_template.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <numeric>
#include <stdexcept>
#include <string_view>
#include <tuple>

namespace trader {

/// Moving-average cross: long while the average of the last few closes is above that of more of
/// them, short while it is below. The days of the past are loaded; those that follow are made of
/// ticks.
class ma_cross_strategy : public cta_template {
    int fast_days_ = 3;
    int slow_days_ = 8;
    double volume_ = 2;  // Of one order.
    double fast_average_ = 0;
    double slow_average_ = 0;

public:
    static constexpr std::string_view class_name = "MaCross";
    static constexpr std::tuple parameters{field{"fast_days", &ma_cross_strategy::fast_days_},
                                           field{"slow_days", &ma_cross_strategy::slow_days_},
                                           field{"volume", &ma_cross_strategy::volume_}};
    static constexpr std::tuple variables{field{"fast_average", &ma_cross_strategy::fast_average_},
                                          field{"slow_average", &ma_cross_strategy::slow_average_}};

    void on_init() override {
        if (fast_days_ <= 0 || fast_days_ >= slow_days_) {
            throw std::invalid_argument("fast_days must be positive and less than slow_days");
        }
        if (!(volume_ > 0) || volume_ > position_limit()) {
            throw std::invalid_argument("volume must be positive, position_limit no less");
        }
        load_bar(static_cast<std::size_t>(slow_days_));
    }

    void on_bar(const bar_data& day) override {
        closes_.push_back(day.close_price);
        if (closes_.size() > static_cast<std::size_t>(slow_days_)) {
            closes_.pop_front();
        }
        if (has_averages()) {
            fast_average_ = average(fast_days_);
            slow_average_ = average(slow_days_);
        }
    }

    void on_tick(const tick_data& tick) override {
        if (days_.current() && tick.datetime < days_.current()->datetime) {
            closes_.clear();  // The market starts again from an earlier day.
        }
        for (const auto& day : days_.update_tick(tick)) {
            on_bar(day);
        }
        if (has_averages()) {
            const double difference = fast_average_ - slow_average_;
            const double side = difference > 0 ? 1 : difference < 0 ? -1 : 0;
            trade_to(side * position_limit(), volume_, tick);
        }
    }

private:
    bool has_averages() const { return closes_.size() == static_cast<std::size_t>(slow_days_); }

    double average(int days) const {
        return std::accumulate(closes_.end() - days, closes_.end(), 0.0) / days;
    }

    std::deque<double> closes_;
    bar_generator days_{std::chrono::hours(24)};
};

}  // namespace trader

#endif  // TRADER_MA_CROSS_STRATEGY_HPP
