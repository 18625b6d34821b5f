// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_BAR_GENERATOR_HPP
#define TRADER_BAR_GENERATOR_HPP

#include "../trader/object.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <vector>

namespace trader {

/// Makes bars of ticks, or longer bars of shorter ones: of minutes, hours or days, which begin
/// where clocks begin them (in UTC). A value: prices go in, the bars that are over come out.
///
///     for (const auto& bar : minutes_.update_tick(tick)) { on_bar(bar); }
///
/// A bar of ticks is over when a tick comes that is not of it; a bar of bars also with its last
/// minute. A stretch of time without prices has no bar. Where time goes back, as when a replay
/// starts again, the bar that was under way is forgotten.
class bar_generator {
public:
    /// @throws std::invalid_argument  If a day is no multiple of `length`, nor the reverse.
    explicit bar_generator(std::chrono::minutes length = std::chrono::minutes(1))
        : length_(length) {
        constexpr std::chrono::minutes day = std::chrono::hours(24);
        if (length.count() <= 0 || (day % length != zero && length % day != zero)) {
            throw std::invalid_argument("bars of " + std::to_string(length.count()) +
                                        " minutes do not make up a day");
        }
    }

    /// Takes a tick; those without a price are left out.
    /// @return The bar that is over, if there is one.
    std::vector<bar_data> update_tick(const tick_data& tick) {
        if (!(tick.last_price > 0)) {
            return {};
        }
        bar_data part{.gateway_name = tick.gateway_name,
                      .symbol = tick.symbol,
                      .exchange = tick.exchange,
                      .datetime = tick.datetime,
                      .volume = increase(day_volume_, tick.volume),
                      .turnover = increase(day_turnover_, tick.turnover),
                      .open_interest = tick.open_interest,
                      .open_price = tick.last_price,
                      .high_price = tick.last_price,
                      .low_price = tick.last_price,
                      .close_price = tick.last_price};
        return add(part);
    }

    /// Takes a shorter bar.
    /// @return The bars that are over, the oldest first; two where one had no end of its own.
    std::vector<bar_data> update_bar(const bar_data& bar) {
        auto over = add(bar);
        const auto end = bar.datetime + length_of(bar);
        if (length_of(bar) != zero && end >= current_->datetime + length_) {
            over.push_back(*current_);
            current_.reset();
        }
        return over;
    }

    /// The bar that is under way.
    const std::optional<bar_data>& current() const { return current_; }

private:
    static constexpr std::chrono::minutes zero{0};

    std::vector<bar_data> add(const bar_data& part) {
        std::vector<bar_data> over;
        const time_point begin{part.datetime.time_since_epoch() / length_ * length_};
        if (current_ && current_->datetime != begin) {
            if (current_->datetime < begin) {
                over.push_back(*current_);
            }
            current_.reset();
        }
        if (!current_) {
            current_ = part;
            current_->datetime = begin;
            current_->interval = interval_of(length_);
            return over;
        }
        current_->high_price = (std::max)(current_->high_price, part.high_price);
        current_->low_price = (std::min)(current_->low_price, part.low_price);
        current_->close_price = part.close_price;
        current_->open_interest = part.open_interest;
        current_->volume += part.volume;
        current_->turnover += part.turnover;
        return over;
    }

    /// What has come to an amount that is counted since the day began; it begins anew with a day.
    static double increase(std::optional<double>& known, double now) {
        const double before = known.value_or(now);
        known = now;
        return now >= before ? now - before : now;
    }

    static std::chrono::minutes length_of(const bar_data& bar) {
        for (const std::chrono::minutes length :
             {std::chrono::minutes(1), std::chrono::minutes(60), std::chrono::minutes(24 * 60)}) {
            if (bar.interval && bar.interval == interval_of(length)) {
                return length;
            }
        }
        return zero;
    }

    static std::optional<interval> interval_of(std::chrono::minutes length) {
        switch (length.count()) {
            case 1: return interval::MINUTE;
            case 60: return interval::HOUR;
            case 24 * 60: return interval::DAILY;
            default: return std::nullopt;
        }
    }

    std::chrono::minutes length_;
    std::optional<bar_data> current_;
    std::optional<double> day_volume_;
    std::optional<double> day_turnover_;
};

}  // namespace trader

#endif  // TRADER_BAR_GENERATOR_HPP
