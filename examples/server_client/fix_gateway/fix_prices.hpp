// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIX_PRICES_HPP
#define TRADER_FIX_PRICES_HPP

#include "../trader/object.hpp"
#include "fix_message.hpp"

#include <string>
#include <vector>

namespace trader::fix {

/// The prices of one symbol, as a snapshot (W) and what changes of it (X) tell them. A plain value.
///
/// An entry that changes or goes is found by its id (278, 280), else by its place in the book
/// (290), else by its price. Entries of other symbols are left alone.
class price_board {
public:
    /// @param blank  Says what the ticks are of; everything else is zero.
    explicit price_board(tick_data blank) : blank_(std::move(blank)), tick_(blank_) {}

    /// Takes a W or an X.
    /// @return Whether there is a tick to tell: an X before the first W tells of nothing.
    bool take(const message& said);

    const tick_data& tick() const { return tick_; }

private:
    struct entry {
        char type = ' ';  ///< MDEntryType: `0` is a bid, `1` an offer.
        std::string id;
        int place = 0;  ///< 1 is the best; 0 if it is not told.
        double price = 0;
        double volume = 0;
    };

    void take_entry(const message& said, char action);
    void take_level(const entry& told, const std::string& known_as, char action);
    void take_value(const entry& told, bool has_price);
    void fill_levels();

    const tick_data blank_;
    tick_data tick_;
    std::vector<entry> book_;
    bool has_snapshot_ = false;
};

}  // namespace trader::fix

#endif  // TRADER_FIX_PRICES_HPP
