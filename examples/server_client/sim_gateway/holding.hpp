// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_HOLDING_HPP
#define TRADER_HOLDING_HPP

#include "../trader/constant.hpp"
#include "order_book.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace trader::sim {

/// What an account holds of one symbol, what its trades have made, and what its orders bind. All
/// sums are whole numbers, in ticks times lots, so that they return to zero exactly. A plain value.
///
/// Of a symbol that is held long and short at once there is one of these for each; `offset` says
/// then what an order closes, and counts for nothing else.
class holding {
public:
    /// Counts a trade, after `bind` has let go of its part of the order.
    void trade(direction side, offset how, ticks price, lots volume) {
        if (how == offset::CLOSEYESTERDAY) {
            yesterday_ -= volume;
        } else if (how == offset::CLOSE) {  // The oldest first, but what others are to close.
            yesterday_ -= (std::min)(volume, yesterday_ - closing_yesterday_);
        }
        const lots change = side == direction::LONG ? volume : -volume;
        const lots after = volume_ + change;
        if (after == 0) {
            average_ = 0;
        } else if (volume_ == 0 || (volume_ > 0) != (after > 0)) {
            average_ = static_cast<double>(price);
        } else if ((volume_ > 0) == (change > 0)) {
            const double paid = average_ * static_cast<double>(volume_) +
                                static_cast<double>(price) * static_cast<double>(change);
            average_ = paid / static_cast<double>(after);
        }
        volume_ = after;
        cash_ -= price * change;
        turnover_ += price * volume;
        has_traded_ = true;
    }

    /// Counts an order, or its rest with a volume below zero.
    void bind(direction side, offset how, ticks price, lots volume) {
        (side == direction::LONG ? buying_ : selling_) += volume;
        bound_ += price * volume;
        if (how == offset::CLOSETODAY) {
            closing_today_ += volume;
        } else if (how == offset::CLOSEYESTERDAY) {
            closing_yesterday_ += volume;
        }
    }

    /// A day is over: all that is held is from yesterday.
    void end_day() { yesterday_ = std::abs(volume_); }

    /// Signed: below zero is short.
    lots volume() const { return volume_; }
    /// How much of it was there before today; never below zero.
    lots yesterday() const { return yesterday_; }
    /// What the position was paid for on average, in ticks; 0 if there is none.
    double average() const { return average_; }
    /// What the trades that closed something have made.
    double realised() const {
        return static_cast<double>(cash_) + static_cast<double>(volume_) * average_;
    }
    /// What the position would make at a price.
    double unrealised(ticks last) const {
        return static_cast<double>(volume_) * (static_cast<double>(last) - average_);
    }
    /// What was traded at all.
    std::int64_t turnover() const { return turnover_; }
    bool has_traded() const { return has_traded_; }

    /// The value of all active orders.
    std::int64_t bound() const { return bound_; }
    /// How much of the position is to be closed by active orders.
    lots closing() const {
        return volume_ > 0 ? (std::min)(selling_, volume_) : (std::min)(buying_, -volume_);
    }
    /// How much a new order of a side can close that is not to be closed by another one.
    lots closable(direction side, offset how) const {
        const lots all = std::abs(volume_) - (side == direction::LONG ? buying_ : selling_);
        if (how == offset::CLOSETODAY) {
            return (std::min)(all, std::abs(volume_) - yesterday_ - closing_today_);
        }
        return how == offset::CLOSEYESTERDAY ? (std::min)(all, yesterday_ - closing_yesterday_)
                                             : all;
    }
    /// Whether an order only closes, together with the active orders of its side.
    bool only_closes(direction side, lots volume) const {
        return side == direction::LONG ? buying_ + volume <= -volume_
                                       : selling_ + volume <= volume_;
    }

private:
    lots volume_ = 0;
    double average_ = 0;
    std::int64_t cash_ = 0;
    std::int64_t turnover_ = 0;
    std::int64_t bound_ = 0;
    lots buying_ = 0;
    lots selling_ = 0;
    lots yesterday_ = 0;
    lots closing_today_ = 0;
    lots closing_yesterday_ = 0;
    bool has_traded_ = false;
};

}  // namespace trader::sim

#endif  // TRADER_HOLDING_HPP
