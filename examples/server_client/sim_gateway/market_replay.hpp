// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MARKET_REPLAY_HPP
#define TRADER_MARKET_REPLAY_HPP

#include "../trader/object.hpp"
#include "listing.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace trader::sim {

struct replay_setting {
    std::uint64_t seed = 1;
    std::size_t history_bars = 60;  ///< Bars that are history when the replay starts.
    bool loop = true;               ///< Start again at the end, or end there.
};

/// What happens in a market at once.
struct replay_step {
    static constexpr std::size_t level_count = 5;
    using level_volumes = std::array<lots, level_count>;

    tick_data tick{};  ///< Without the levels: those are for the book to tell.
    ticks last = 0;
    level_volumes bid_volumes{};
    level_volumes ask_volumes{};
    bool day_over = false;   ///< With the last tick of a day.
    bool restarted = false;  ///< With the first tick after a new start from the first bar.
};

/// Plays daily bars as the ticks of one symbol: the open, the high and the low in an order drawn
/// from the seed, the close, and two prices on the way from each to the next. The same seed gives
/// the same ticks with every compiler; symbols with one seed have different ones.
class market_replay {
public:
    static constexpr std::size_t ticks_per_day = 10;

    /// @param bars  Of the index; the listing says what to make of them.
    /// @throws std::invalid_argument  If the bars do not reach beyond the history.
    market_replay(listing traded, const std::vector<bar_data>& bars, replay_setting setting);

    /// The next tick, or nothing when the bars are used up and the replay does not start again.
    std::optional<replay_step> next();

    /// The bars whose day is over, within the bounds; what comes later nobody knows yet.
    std::vector<bar_data> history(time_point start, std::optional<time_point> end) const;

    const listing& traded() const { return traded_; }

private:
    std::uint64_t draw_below(std::uint64_t bound);
    void begin_day();
    tick_data make_tick(ticks price);

    listing traded_;
    std::vector<bar_data> bars_;
    replay_setting setting_;
    std::size_t day_;
    std::size_t next_tick_ = 0;
    std::array<ticks, ticks_per_day> path_{};  // The prices of the day that is played.
    tick_data today_;                          // What is known of it so far.
    std::mt19937_64 random_;
};

}  // namespace trader::sim

#endif  // TRADER_MARKET_REPLAY_HPP
