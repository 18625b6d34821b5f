// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_BREAKOUT_STRATEGY_HPP
#define TRADER_BREAKOUT_STRATEGY_HPP

#include "bar_generator.hpp"
#include "cta_template.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <stdexcept>
#include <string_view>
#include <tuple>

namespace trader {

/// Donchian's channel: long when a bar closes above the highest price of the last bars, short when
/// it closes below the lowest, flat again when it closes beyond the other edge of a shorter
/// channel. The bars are of so many minutes each, made of ticks; it needs no past.
class breakout_strategy : public cta_template {
    int bar_minutes_ = 60;
    int entry_bars_ = 20;
    int exit_bars_ = 10;
    double volume_ = 2;  // Of one order.
    double upper_ = 0;
    double lower_ = 0;
    double target_ = 0;

public:
    static constexpr std::string_view class_name = "Breakout";
    static constexpr std::tuple parameters{field{"bar_minutes", &breakout_strategy::bar_minutes_},
                                           field{"entry_bars", &breakout_strategy::entry_bars_},
                                           field{"exit_bars", &breakout_strategy::exit_bars_},
                                           field{"volume", &breakout_strategy::volume_}};
    static constexpr std::tuple variables{field{"upper", &breakout_strategy::upper_},
                                          field{"lower", &breakout_strategy::lower_},
                                          field{"target", &breakout_strategy::target_}};

    void on_init() override {
        if (exit_bars_ <= 0 || exit_bars_ > entry_bars_) {
            throw std::invalid_argument("exit_bars must be positive, entry_bars no less");
        }
        if (!(volume_ > 0) || volume_ > position_limit()) {
            throw std::invalid_argument("volume must be positive, position_limit no less");
        }
        bars_of_minutes_ = bar_generator(std::chrono::minutes(bar_minutes_));
    }

    void on_tick(const tick_data& tick) override {
        for (const auto& minute : minutes_.update_tick(tick)) {
            on_bar(minute);
        }
        trade_to(target_, volume_, tick);
    }

    void on_bar(const bar_data& minute) override {
        for (const auto& bar : bars_of_minutes_.update_bar(minute)) {
            judge(bar);
        }
    }

private:
    void judge(const bar_data& bar) {
        if (!bars_.empty() && bar.datetime < bars_.back().datetime) {
            bars_.clear();  // The market starts again from an earlier day.
        }
        if (bars_.size() == static_cast<std::size_t>(entry_bars_)) {
            upper_ = highest(entry_bars_);
            lower_ = lowest(entry_bars_);
            if (bar.close_price > upper_) {
                target_ = position_limit();
            } else if (bar.close_price < lower_) {
                target_ = -position_limit();
            } else if (target_ > 0 ? bar.close_price < lowest(exit_bars_)
                                   : bar.close_price > highest(exit_bars_)) {
                target_ = 0;
            }
            bars_.pop_front();
        }
        bars_.push_back(bar);
    }

    double highest(int count) const {
        return std::ranges::max_element(bars_.end() - count, bars_.end(), {}, &bar_data::high_price)
            ->high_price;
    }
    double lowest(int count) const {
        return std::ranges::min_element(bars_.end() - count, bars_.end(), {}, &bar_data::low_price)
            ->low_price;
    }

    bar_generator minutes_;
    bar_generator bars_of_minutes_;
    std::deque<bar_data> bars_;
};

}  // namespace trader

#endif  // TRADER_BREAKOUT_STRATEGY_HPP
