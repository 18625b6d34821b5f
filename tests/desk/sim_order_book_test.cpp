// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the book trades by price and then by age, and loses nothing. Method: small books whose
// outcome is known, and thousands of random operations against a list that is searched naively.

#include "sim_gateway/order_book.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <vector>

namespace {

using trader::direction;
using trader::sim::book_fill;
using trader::sim::book_level;
using trader::sim::book_order;
using trader::sim::lots;
using trader::sim::order_book;
using trader::sim::ticks;

using enum direction;

/// The same book without any idea: one list by age, searched from end to end.
struct naive_book {
    std::vector<book_order> resting;

    static bool is_better(const book_order& left, const book_order& right) {
        return left.side == LONG ? left.price > right.price : left.price < right.price;
    }

    std::vector<book_fill> take(book_order& order) {
        std::vector<book_fill> fills;
        while (order.volume > 0) {
            book_order* best = nullptr;
            for (auto& each : resting) {
                const bool meets =
                    each.side != order.side &&
                    (order.side == LONG ? each.price <= order.price : each.price >= order.price);
                if (meets && (best == nullptr || is_better(each, *best))) {
                    best = &each;
                }
            }
            if (best == nullptr) {
                break;
            }
            const lots volume = (std::min)(order.volume, best->volume);
            fills.push_back({best->number, order.number, best->price, volume});
            order.volume -= volume;
            best->volume -= volume;
            std::erase_if(resting, [](const auto& each) { return each.volume == 0; });
        }
        return fills;
    }

    std::vector<book_fill> add(book_order order) {
        auto fills = take(order);
        if (order.volume > 0) {
            resting.push_back(order);
        }
        return fills;
    }

    lots cancel(std::uint64_t number) {
        lots rest = 0;
        for (const auto& each : resting) {
            rest += each.number == number ? each.volume : 0;
        }
        std::erase_if(resting, [&](const auto& each) { return each.number == number; });
        return rest;
    }

    std::vector<book_level> levels(direction side) const {
        std::vector<book_level> found;
        for (const auto& each : resting) {
            if (each.side != side) {
                continue;
            }
            const auto same = std::ranges::find(found, each.price, &book_level::price);
            if (same != found.end()) {
                same->volume += each.volume;
            } else {
                found.push_back({each.price, each.volume});
            }
        }
        std::ranges::sort(found, [&](const auto& left, const auto& right) {
            return side == LONG ? left.price > right.price : left.price < right.price;
        });
        found.resize((std::min)(found.size(), std::size_t{5}));
        return found;
    }
};

/// What rests of a side, and nothing that can trade rests on both.
void compare(const order_book& book, const naive_book& naive) {
    REQUIRE(book.size() == naive.resting.size());
    for (const auto side : {LONG, SHORT}) {
        const auto expected = naive.levels(side);
        REQUIRE(book.levels(side) == expected);
        REQUIRE(book.best(side) ==
                (expected.empty() ? std::nullopt : std::optional(expected.front().price)));
    }
    const auto bid = book.best(LONG);
    const auto ask = book.best(SHORT);
    if (bid && ask) {
        REQUIRE(*bid < *ask);
    }
}

}  // namespace

TEST_CASE("an empty book has nothing") {
    order_book book;
    CHECK(book.size() == 0);
    CHECK_FALSE(book.best(LONG));
    CHECK_FALSE(book.best(SHORT));
    CHECK(book.levels(LONG).empty());
    CHECK(book.cancel(1) == 0);
    CHECK(book.available(LONG, 100, 5) == 0);
    CHECK(book.take({1, LONG, 100, 5}).empty());
    CHECK(book.size() == 0);
}

TEST_CASE("the best price trades first, then the oldest order, at the price that was there") {
    order_book book;
    book.add({1, SHORT, 102, 5});
    book.add({2, SHORT, 101, 5});
    book.add({3, SHORT, 101, 5});
    book.add({4, SHORT, 100, 5});
    CHECK(book.best(SHORT) == 100);

    const auto fills = book.add({5, LONG, 101, 12});
    CHECK(fills == std::vector<book_fill>{{4, 5, 100, 5}, {2, 5, 101, 5}, {3, 5, 101, 2}});
    CHECK(book.levels(SHORT) == std::vector<book_level>{{101, 3}, {102, 5}});
    CHECK(book.levels(LONG).empty());
}

TEST_CASE("a bid trades as an ask does, with the highest price first") {
    order_book book;
    book.add({1, LONG, 98, 5});
    book.add({2, LONG, 100, 5});
    book.add({3, LONG, 99, 5});
    CHECK(book.add({4, SHORT, 99, 7}) == std::vector<book_fill>{{2, 4, 100, 5}, {3, 4, 99, 2}});
    CHECK(book.levels(LONG) == std::vector<book_level>{{99, 3}, {98, 5}});
}

TEST_CASE("what is partly traded keeps its age, and its rest can be cancelled") {
    order_book book;
    book.add({1, SHORT, 100, 10});
    book.add({2, SHORT, 100, 10});
    CHECK(book.take({3, LONG, 100, 4}) == std::vector<book_fill>{{1, 3, 100, 4}});
    CHECK(book.take({4, LONG, 100, 4}) == std::vector<book_fill>{{1, 4, 100, 4}});
    CHECK(book.cancel(1) == 2);
    CHECK(book.cancel(1) == 0);
    CHECK(book.take({5, LONG, 100, 4}) == std::vector<book_fill>{{2, 5, 100, 4}});
}

TEST_CASE("the rest of an order stays only if it is added") {
    order_book book;
    book.add({1, SHORT, 100, 3});
    CHECK(book.take({2, LONG, 100, 5}).size() == 1);
    CHECK(book.size() == 0);
    book.add({3, SHORT, 100, 3});
    CHECK(book.add({4, LONG, 100, 5}).size() == 1);
    CHECK(book.levels(LONG) == std::vector<book_level>{{100, 2}});
}

TEST_CASE("what is available can be known before it is taken") {
    order_book book;
    book.add({1, SHORT, 100, 3});
    book.add({2, SHORT, 101, 3});
    CHECK(book.available(LONG, 99, 5) == 0);
    CHECK(book.available(LONG, 100, 5) == 3);
    CHECK(book.available(LONG, 101, 5) == 5);
    CHECK(book.available(LONG, (std::numeric_limits<ticks>::max)(), 100) == 6);
    CHECK(book.available(SHORT, 1, 5) == 0);
}

TEST_CASE("levels add up what rests at a price, five of them") {
    order_book book;
    for (std::uint64_t i = 0; i < 14; ++i) {
        book.add({i + 1, LONG, 100 - static_cast<ticks>(i / 2), 1});
    }
    CHECK(book.levels(LONG) ==
          std::vector<book_level>{{100, 2}, {99, 2}, {98, 2}, {97, 2}, {96, 2}});
    CHECK(book.levels(LONG, 1) == std::vector<book_level>{{100, 2}});
    CHECK(book.levels(LONG, 9).size() == 7);
}

TEST_CASE("a copy is a book of its own") {
    order_book book;
    book.add({1, SHORT, 100, 3});
    order_book copy = book;
    CHECK(copy.take({2, LONG, 100, 3}).size() == 1);
    CHECK(copy.size() == 0);
    CHECK(book.size() == 1);
    CHECK(book.cancel(1) == 3);
}

TEST_CASE("thousands of random operations end as in the naive book") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        order_book book;
        naive_book naive;
        for (std::uint64_t number = 1; number <= 3000; ++number) {
            const book_order order{number, random() % 2 == 0 ? LONG : SHORT,
                                   static_cast<ticks>(95 + random() % 11),
                                   static_cast<lots>(1 + random() % 9)};
            const auto wanted = random() % 10;
            if (wanted < 6) {
                REQUIRE(book.add(order) == naive.add(order));
            } else if (wanted < 7) {
                const lots expected = book.available(order.side, order.price, order.volume);
                auto left = order;
                const auto fills = naive.take(left);
                REQUIRE(book.take(order) == fills);
                REQUIRE(order.volume - left.volume == expected);
            } else {
                const auto gone = 1 + random() % number;
                REQUIRE(book.cancel(gone) == naive.cancel(gone));
            }
            compare(book, naive);
        }
    }
}
