// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_DESK_RULES_HPP
#define TRADER_DESK_RULES_HPP

#include "../trader/event.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace trader {

/// Counts what happens and finds what must not: a trade told twice, an order that comes back to
/// life or that has traded less than before, a position that is not the sum of its trades. A value:
/// events go in, complaints come out.
class desk_rules {
public:
    void on(const trade_data& trade) {
        ++trades_;
        if (!seen_.insert(trade.id()).second) {
            complain("trade " + trade.id() + " was told twice");
            return;
        }
        traded_[key_of(trade)] += trade.signed_volume();
    }

    void on(const order_data& order) {
        ++orders_;
        const auto [known, is_new] = known_.try_emplace(order.id(), order);
        if (is_new) {
            return;
        }
        const order_data& before = known->second;
        if (!before.is_active() && before.status != order.status) {
            complain("order " + order.id() + " went from " + text(before) + " to " + text(order));
        }
        if (order.traded < before.traded) {
            complain("order " + order.id() + " has traded less than before");
        }
        if (order.traded > order.volume) {
            complain("order " + order.id() + " has traded more than its volume");
        }
        known->second = order;
    }

    /// A net position comes after the trades that made it.
    void on(const position_data& told) {
        const bool is_short = told.direction == direction::SHORT;
        positions_[key_of(told)][told.direction] = is_short ? -told.volume : told.volume;
    }

    void on(const reset_data& reset) {
        ++resets_;
        const auto forget = [&](auto& data) {
            std::erase_if(data, [&](const auto& each) { return reset.covers(each.first.first); });
        };
        forget(traded_);
        forget(positions_);
        std::erase_if(known_,
                      [&](const auto& each) { return reset.covers(each.second.gateway_name); });
        std::erase_if(seen_, [&](const std::string& id) { return reset.covers(id); });
    }

    /// Whether all positions are the sums of trades. A trade comes before its position, so for a
    /// moment they are not.
    bool positions_agree() const {
        return std::ranges::all_of(traded_, [this](const auto& each) {
            return std::abs(held(each.first) - each.second) <= 1e-9;
        });
    }

    /// Complains of positions that do not agree; to be called when nothing is on the way.
    void check_positions() {
        for (const auto& [place, volume] : traded_) {
            const double told = held(place);
            if (std::abs(told - volume) > 1e-9) {
                complain(place.first + "." + place.second + ": position " + std::to_string(told) +
                         ", sum of trades " + std::to_string(volume));
            }
        }
    }

    std::size_t orders() const { return orders_; }
    std::size_t trades() const { return trades_; }
    std::size_t resets() const { return resets_; }
    const std::vector<std::string>& complaints() const { return complaints_; }

private:
    using key = std::pair<std::string, std::string>;  // Gateway, vt_symbol.

    template <class Data>
    static key key_of(const Data& data) {
        return {data.gateway_name, data.vt_symbol()};
    }

    /// What is held of a symbol: long, less what is short.
    double held(const key& place) const {
        double sum = 0;
        if (const auto found = positions_.find(place); found != positions_.end()) {
            for (const auto& [side, volume] : found->second) {
                sum += volume;
            }
        }
        return sum;
    }

    static std::string text(const order_data& order) { return std::string(name_of(order.status)); }

    void complain(std::string what) {
        constexpr std::size_t most = 100;
        if (complaints_.size() < most) {
            complaints_.push_back(std::move(what));
        }
    }

    std::size_t orders_ = 0;
    std::size_t trades_ = 0;
    std::size_t resets_ = 0;
    std::set<std::string> seen_;
    std::map<std::string, order_data> known_;
    std::map<key, double> traded_;
    std::map<key, std::map<direction, double>> positions_;
    std::vector<std::string> complaints_;
};

}  // namespace trader

#endif  // TRADER_DESK_RULES_HPP
