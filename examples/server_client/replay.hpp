// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_REPLAY_HPP
#define DESK_REPLAY_HPP

#include "types.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace desk {

struct replay_settings {
    std::uint64_t seed = 1;
    std::size_t history_bars = 60;  // Bars that are history when the replay starts.
    bool loop = true;               // Start again at the end, or end there.
};

/// Plays daily bars as ticks: the open, the high and the low in an order drawn from the seed, the
/// close, and two prices on the way from each to the next. The same seed gives the same ticks.
class replay {
public:
    struct step {
        tick quote;
        std::optional<bar> closed;  // With the last tick of a day.
        bool restarted = false;     // With the first tick after a new start from the first bar.
    };

    /// @throws std::invalid_argument  If the bars do not reach beyond the history.
    replay(contract traded, std::vector<bar> bars, replay_settings settings)
        : traded_(std::move(traded)),
          bars_(std::move(bars)),
          settings_(settings),
          day_(settings.history_bars),
          random_(settings.seed) {
        if (bars_.size() <= settings_.history_bars) {
            throw std::invalid_argument("the replay needs more bars than its history has");
        }
    }

    /// The next tick, or nothing when the bars are used up and the replay does not start again.
    std::optional<step> next() {
        step result;
        if (day_ == bars_.size()) {
            if (!settings_.loop) {
                return std::nullopt;
            }
            day_ = settings_.history_bars;
            result.restarted = true;
        }
        if (next_tick_ == 0) {
            draw_day(bars_[day_]);
        }
        result.quote = today_[next_tick_];
        if (++next_tick_ == ticks_per_day) {
            next_tick_ = 0;
            result.closed = bars_[day_++];
        }
        return result;
    }

    /// The bars whose day is over; what comes later is not known yet to anybody.
    std::span<const bar> closed() const { return std::span(bars_).first(day_); }

    const contract& traded() const { return traded_; }

private:
    static constexpr std::size_t steps_per_leg = 3;
    static constexpr std::size_t ticks_per_day = 3 * steps_per_leg + 1;
    static constexpr std::chrono::seconds open_time{14 * 3600 + 30 * 60};  // 9:30 in New York.
    static constexpr std::chrono::seconds tick_interval{2600};             // Ten to 16:00.

    // The distributions of the standard library differ from one to the next; this does not.
    std::uint64_t draw_below(std::uint64_t bound) { return random_() % bound; }

    double on_grid(double price) const {
        return std::round(price / traded_.price_tick) * traded_.price_tick;
    }

    void draw_day(const bar& day) {
        std::array corners{day.open_price, day.high_price, day.low_price, day.close_price};
        if (draw_below(2) == 1) {
            std::swap(corners[1], corners[2]);
        }
        double high = day.open_price;
        double low = day.open_price;
        for (std::size_t i = 0; i < ticks_per_day; ++i) {
            const std::size_t leg = (std::min)(i / steps_per_leg, corners.size() - 2);
            const double share =
                static_cast<double>(i - leg * steps_per_leg) / double{steps_per_leg};
            const double price = on_grid(corners[leg] + share * (corners[leg + 1] - corners[leg]));
            high = (std::max)(high, price);
            low = (std::min)(low, price);
            today_[i] = quote(day, i, price, high, low);
        }
    }

    tick quote(const bar& day, std::size_t index, double price, double high, double low) {
        const auto i = static_cast<std::int64_t>(index);
        const double half_spread = 5 * traded_.price_tick;
        tick result;
        result.symbol = traded_.symbol;
        result.datetime = day.datetime + open_time + i * tick_interval;
        result.last_price = price;
        result.volume = day.volume * (i + 1) / std::int64_t{ticks_per_day};
        result.open_price = day.open_price;
        result.high_price = high;
        result.low_price = low;
        result.bid_price_1 = on_grid(price - half_spread);
        result.bid_volume_1 = static_cast<std::int64_t>(1 + draw_below(9));
        result.ask_price_1 = on_grid(price + half_spread);
        result.ask_volume_1 = static_cast<std::int64_t>(1 + draw_below(9));
        return result;
    }

    contract traded_;
    std::vector<bar> bars_;
    replay_settings settings_;
    std::size_t day_;
    std::size_t next_tick_ = 0;
    std::array<tick, ticks_per_day> today_;
    std::mt19937_64 random_;
};

}  // namespace desk

#endif  // DESK_REPLAY_HPP
