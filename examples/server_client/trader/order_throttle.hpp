// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_ORDER_THROTTLE_HPP
#define TRADER_ORDER_THROTTLE_HPP

#include <chrono>
#include <cstddef>
#include <deque>

namespace trader {

/// Lets a number of orders through in any stretch of time. Time is handed in.
class order_throttle {
public:
    using time = std::chrono::steady_clock::time_point;

    /// @param most  In any `window`; 0 or less lets everything through.
    explicit order_throttle(int most, std::chrono::seconds window = std::chrono::seconds(1))
        : most_(most > 0 ? static_cast<std::size_t>(most) : 0), window_(window) {}

    /// Whether `count` more may pass now; they then count.
    bool admit(std::size_t count, time now) {
        if (most_ == 0) {
            return true;
        }
        while (!passed_.empty() && passed_.front() + window_ <= now) {
            passed_.pop_front();
        }
        if (passed_.size() + count > most_) {
            return false;
        }
        passed_.insert(passed_.end(), count, now);
        return true;
    }

private:
    std::size_t most_;
    std::chrono::seconds window_;
    std::deque<time> passed_;
};

}  // namespace trader

#endif  // TRADER_ORDER_THROTTLE_HPP
