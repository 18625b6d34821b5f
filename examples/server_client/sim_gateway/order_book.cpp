// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "order_book.hpp"

#include <algorithm>

namespace trader::sim {

std::vector<book_fill> order_book::add(const book_order& order) {
    auto fills = take(order);
    lots rest = order.volume;
    for (const auto& fill : fills) {
        rest -= fill.volume;
    }
    if (rest > 0) {
        const place where{rank(order.side, order.price), ++last_age_};
        queue_of(order.side).emplace(where, resting_order{order.number, rest});
        places_.emplace(order.number, std::pair{order.side, where});
    }
    return fills;
}

std::vector<book_fill> order_book::take(const book_order& order) {
    std::vector<book_fill> fills;
    const direction other = opposite(order.side);
    queue& waiting = queue_of(other);
    lots rest = order.volume;
    while (rest > 0 && !waiting.empty()) {
        const auto first = waiting.begin();
        // Turning a price round twice gives the price.
        const ticks price = rank(other, first->first.first);
        if (!meets(order.side, order.price, price)) {
            break;
        }
        const lots volume = (std::min)(rest, first->second.rest);
        fills.push_back({first->second.number, order.number, price, volume});
        rest -= volume;
        first->second.rest -= volume;
        if (first->second.rest == 0) {
            places_.erase(first->second.number);
            waiting.erase(first);
        }
    }
    return fills;
}

lots order_book::cancel(std::uint64_t number) {
    const auto found = places_.find(number);
    if (found == places_.end()) {
        return 0;
    }
    const auto [side, where] = found->second;
    places_.erase(found);
    return queue_of(side).extract(where).mapped().rest;
}

lots order_book::available(direction side, ticks price, lots wanted) const {
    const direction other = opposite(side);
    lots sum = 0;
    for (const auto& [where, resting] : queue_of(other)) {
        if (sum >= wanted || !meets(side, price, rank(other, where.first))) {
            break;
        }
        sum += resting.rest;
    }
    return (std::min)(sum, wanted);
}

std::vector<book_level> order_book::levels(direction side, std::size_t count) const {
    std::vector<book_level> found;
    for (const auto& [where, resting] : queue_of(side)) {
        const ticks price = rank(side, where.first);
        if (!found.empty() && found.back().price == price) {
            found.back().volume += resting.rest;
        } else if (found.size() < count) {
            found.push_back({price, resting.rest});
        } else {
            break;
        }
    }
    return found;
}

std::optional<ticks> order_book::best(direction side) const {
    const queue& resting = queue_of(side);
    if (resting.empty()) {
        return std::nullopt;
    }
    return rank(side, resting.begin()->first.first);
}

}  // namespace trader::sim
