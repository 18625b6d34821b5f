// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_LISTING_HPP
#define TRADER_LISTING_HPP

#include "../trader/object.hpp"
#include "order_book.hpp"

#include <string>
#include <vector>

namespace trader::sim {

/// A symbol that the exchange trades: its contract, and what the market in it is like.
struct listing {
    contract_data contract{};
    double price_factor = 1;  ///< Its price by that of the index in the data.
    ticks half_spread = 1;    ///< From the last price to the best bid and the best ask.
    ticks level_gap = 1;      ///< From one level to the next.
    lots volume_unit = 1;     ///< The volume at a level is 1 to 9 of these.

    /// The price nearest to an amount, and never 0.
    ticks nearest(double price) const;
    /// Whether an amount is a price, but for the error of a few calculations.
    bool is_on_grid(double price) const;
    /// Money per lot for an amount in ticks, which need not be a whole number.
    double to_price(double amount) const;
    double to_price(ticks amount) const { return to_price(static_cast<double>(amount)); }
    /// An amount without the error of the calculations that made it.
    double rounded(double price) const { return to_price(nearest(price)); }
    double to_volume(lots amount) const {
        return static_cast<double>(amount) * contract.min_volume;
    }
    /// How many lots a volume is.
    lots to_lots(double volume) const;
    /// What a lot at a price is worth, for an amount in ticks times lots.
    double to_money(double amount) const {
        return to_price(amount) * contract.min_volume * contract.size;
    }
};

/// What can be traded: the index, a fund on it, a future on it, and one that is held long and short
/// at once, as futures are in China.
const std::vector<listing>& all_listings();

/// The listings with these symbols, `SPX` or `SPX.CBOE`, in this order.
/// @throws std::invalid_argument  If one is unknown or named twice, or if there is none.
std::vector<listing> find_listings(const std::vector<std::string>& symbols);

/// A number for people: no more digits than it needs, ten at most.
std::string to_text(double number);

}  // namespace trader::sim

#endif  // TRADER_LISTING_HPP
