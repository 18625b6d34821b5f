// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "market_replay.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace trader::sim {

namespace {

constexpr std::size_t steps_per_leg = 3;  // Three legs and the open make a day's ticks.
constexpr std::chrono::seconds open_time{14 * 3600 + 30 * 60};  // 9:30 in New York.
constexpr std::chrono::seconds tick_interval{2600};             // Ten to 16:00.

static_assert(market_replay::ticks_per_day == 3 * steps_per_leg + 1);

/// A seed for each symbol (FNV-1a over its name), so that leaving one out changes no other.
std::uint64_t seed_of(const std::string& vt_symbol, std::uint64_t seed) {
    std::uint64_t mixed = 14695981039346656037ULL ^ seed;
    for (const char each : vt_symbol) {
        mixed = (mixed ^ static_cast<unsigned char>(each)) * 1099511628211ULL;
    }
    return mixed;
}

}  // namespace

market_replay::market_replay(listing traded, const std::vector<bar_data>& bars,
                             replay_setting setting)
    : traded_(std::move(traded)),
      bars_(bars),
      setting_(setting),
      day_(setting.history_bars),
      random_(seed_of(traded_.contract.vt_symbol(), setting.seed)) {
    if (bars_.size() <= setting_.history_bars) {
        throw std::invalid_argument("there are " + std::to_string(bars_.size()) +
                                    " bars, which is not more than the history of " +
                                    std::to_string(setting_.history_bars));
    }
    for (auto& bar : bars_) {
        bar.gateway_name = traded_.contract.gateway_name;
        bar.symbol = traded_.contract.symbol;
        bar.exchange = traded_.contract.exchange;
        bar.interval = interval::DAILY;
        for (double* price : {&bar.open_price, &bar.high_price, &bar.low_price, &bar.close_price}) {
            *price = traded_.rounded(*price * traded_.price_factor);
        }
    }
}

std::uint64_t market_replay::draw_below(std::uint64_t bound) {
    // The distributions of the standard library differ from one to the next; this does not.
    return random_() % bound;
}

std::optional<replay_step> market_replay::next() {
    replay_step step;
    if (day_ == bars_.size()) {
        if (!setting_.loop) {
            return std::nullopt;
        }
        day_ = setting_.history_bars;
        step.restarted = true;
    }
    if (next_tick_ == 0) {
        begin_day();
    }
    step.last = path_[next_tick_];
    step.tick = make_tick(step.last);
    for (auto* volumes : {&step.bid_volumes, &step.ask_volumes}) {
        for (lots& volume : *volumes) {
            volume = static_cast<lots>(1 + draw_below(9)) * traded_.volume_unit;
        }
    }
    if (++next_tick_ == ticks_per_day) {
        next_tick_ = 0;
        ++day_;
        step.day_over = true;
    }
    return step;
}

void market_replay::begin_day() {
    const bar_data& bar = bars_[day_];
    std::array corners{bar.open_price, bar.high_price, bar.low_price, bar.close_price};
    if (draw_below(2) == 1) {
        std::swap(corners[1], corners[2]);
    }
    for (std::size_t i = 0; i < ticks_per_day; ++i) {
        const std::size_t leg = (std::min)(i / steps_per_leg, corners.size() - 2);
        const double share = static_cast<double>(i - leg * steps_per_leg) / double{steps_per_leg};
        path_[i] = traded_.nearest(corners[leg] + share * (corners[leg + 1] - corners[leg]));
    }
    today_ = {};
    today_.gateway_name = bar.gateway_name;
    today_.symbol = bar.symbol;
    today_.exchange = bar.exchange;
    today_.name = traded_.contract.name;
    today_.open_price = today_.high_price = today_.low_price = bar.open_price;
    today_.pre_close = day_ > 0 ? bars_[day_ - 1].close_price : bar.open_price;
}

tick_data market_replay::make_tick(ticks price) {
    const bar_data& bar = bars_[day_];
    const double part = static_cast<double>(next_tick_ + 1) / double{ticks_per_day};
    const double volume = std::floor(bar.volume * part);
    today_.datetime = bar.datetime + open_time + static_cast<int>(next_tick_) * tick_interval;
    today_.last_price = traded_.to_price(price);
    today_.last_volume = volume - today_.volume;
    today_.volume = volume;
    today_.turnover += today_.last_volume * today_.last_price * traded_.contract.size;
    today_.high_price = (std::max)(today_.high_price, today_.last_price);
    today_.low_price = (std::min)(today_.low_price, today_.last_price);
    return today_;
}

std::vector<bar_data> market_replay::history(time_point start,
                                             std::optional<time_point> end) const {
    std::vector<bar_data> found;
    for (std::size_t i = 0; i < day_; ++i) {
        if (bars_[i].datetime >= start && (!end || bars_[i].datetime <= *end)) {
            found.push_back(bars_[i]);
        }
    }
    return found;
}

}  // namespace trader::sim
