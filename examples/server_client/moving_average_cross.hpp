// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_MOVING_AVERAGE_CROSS_HPP
#define DESK_MOVING_AVERAGE_CROSS_HPP

#include <cstddef>
#include <deque>
#include <numeric>
#include <stdexcept>

namespace desk {

/// The rule of the example: long while the average of the last few closes is above that of more of
/// them, short while it is below.
class moving_average_cross {
public:
    /// @throws std::invalid_argument  Unless 0 < fast < slow.
    moving_average_cross(std::size_t fast, std::size_t slow) : fast_(fast), slow_(slow) {
        if (fast == 0 || fast >= slow) {
            throw std::invalid_argument("the fast average takes fewer days than the slow one");
        }
    }

    void add(double close) {
        closes_.push_back(close);
        if (closes_.size() > slow_) {
            closes_.pop_front();
        }
    }

    void clear() { closes_.clear(); }

    /// 1 for long, -1 for short, 0 while there are too few closes to tell.
    int direction() const {
        if (closes_.size() < slow_) {
            return 0;
        }
        const double difference = average(fast_) - average(slow_);
        return difference > 0 ? 1 : difference < 0 ? -1 : 0;
    }

private:
    double average(std::size_t count) const {
        const auto first = closes_.end() - static_cast<std::ptrdiff_t>(count);
        return std::accumulate(first, closes_.end(), 0.0) / static_cast<double>(count);
    }

    std::size_t fast_;
    std::size_t slow_;
    std::deque<double> closes_;
};

}  // namespace desk

#endif  // DESK_MOVING_AVERAGE_CROSS_HPP
