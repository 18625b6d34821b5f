// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_ORDER_BOOK_HPP
#define TRADER_ORDER_BOOK_HPP

#include "../trader/constant.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace trader::sim {

// The book counts in whole numbers, prices in ticks and volumes in lots, so that equal is equal.
using ticks = std::int64_t;
using lots = std::int64_t;

/// One side of the market as the book knows it.
struct book_order {
    std::uint64_t number = 0;  ///< Names the order; the book takes each once.
    direction side = direction::LONG;
    ticks price = 0;
    lots volume = 0;
};

/// Two orders have met.
struct book_fill {
    std::uint64_t resting = 0;
    std::uint64_t incoming = 0;
    ticks price = 0;  ///< The resting order's.
    lots volume = 0;

    bool operator==(const book_fill&) const = default;
};

/// All that rests at one price.
struct book_level {
    ticks price = 0;
    lots volume = 0;

    bool operator==(const book_level&) const = default;
};

/// The limit orders of one symbol. The best price trades first, at one price the oldest order, and
/// always at the price of the order that was there before. A plain value.
class order_book {
public:
    /// Trades what an order can trade; its rest stays in the book.
    /// @param order  With a number that is not in the book, and a positive volume.
    std::vector<book_fill> add(const book_order& order);

    /// Trades what an order can trade; its rest does not stay.
    std::vector<book_fill> take(const book_order& order);

    /// Removes what is left of an order.
    /// @return How much that was; 0 if the order is not in the book.
    lots cancel(std::uint64_t number);

    /// How much an order could trade at once, at most `wanted`.
    lots available(direction side, ticks price, lots wanted) const;

    /// The best prices of a side with all that rests there, the best first.
    std::vector<book_level> levels(direction side, std::size_t count = 5) const;

    /// The highest price that somebody pays, or the lowest that somebody sells for.
    std::optional<ticks> best(direction side) const;

    /// How many orders rest.
    std::size_t size() const { return places_.size(); }

private:
    struct resting_order {
        std::uint64_t number;
        lots rest;
    };
    // The better the smaller: the price, turned round for bids, and then the age.
    using place = std::pair<ticks, std::uint64_t>;
    using queue = std::map<place, resting_order>;

    static ticks rank(direction side, ticks price) {
        return side == direction::LONG ? -price : price;
    }
    static direction opposite(direction side) {
        return side == direction::LONG ? direction::SHORT : direction::LONG;
    }
    /// Whether an order of `side` at `price` trades with one that rests at `found`.
    static bool meets(direction side, ticks price, ticks found) {
        return side == direction::LONG ? found <= price : found >= price;
    }
    queue& queue_of(direction side) { return side == direction::LONG ? bids_ : asks_; }
    const queue& queue_of(direction side) const { return side == direction::LONG ? bids_ : asks_; }

    queue bids_;
    queue asks_;
    std::unordered_map<std::uint64_t, std::pair<direction, place>> places_;
    std::uint64_t last_age_ = 0;
};

}  // namespace trader::sim

#endif  // TRADER_ORDER_BOOK_HPP
