// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: everyone receives what they subscribed to, once, and nothing else. Method: literal steps,
// then thousands of random ones against a model that is a set of pairs.

#include <gatewire/protocol/server_subscriptions.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using int_index = rpc::protocol::subscription_index<int>;
using keys = std::vector<std::string>;

std::vector<int> receivers(const int_index& of, std::size_t event, std::string_view key) {
    std::vector<int> found;
    of.for_each(event, key, [&found](int who) { found.push_back(who); });
    std::sort(found.begin(), found.end());
    return found;
}

using who = std::vector<int>;

/// A subscriber that counts how often it is looked at.
struct counted {
    int number = 0;

    static std::size_t& looks() {
        static std::size_t count = 0;
        return count;
    }
    friend bool operator==(const counted& left, const counted& right) {
        ++looks();
        return left.number == right.number;
    }
    friend bool operator<(const counted& left, const counted& right) {
        ++looks();
        return left.number < right.number;
    }
};

/// 400 subscribers of the whole of event 0, of one key of event 1 and of 250 keys of their own.
rpc::protocol::subscription_index<counted> crowd() {
    rpc::protocol::subscription_index<counted> made(2);
    for (int number = 0; number < 400; ++number) {
        keys wanted{"common"};
        for (int key = 0; key < 250; ++key) {
            wanted.push_back(std::to_string(number) + ' ' + std::to_string(key));
        }
        made.subscribe({number}, 0, nullptr);
        made.subscribe({number}, 1, &wanted);
    }
    return made;
}

/// How many subscribers `action` looks at.
template <class Action>
std::size_t looks_of(Action&& action) {
    counted::looks() = 0;
    action();
    return counted::looks();
}

}  // namespace

TEST_CASE("subscription_index: the whole event brings every key, a key only itself") {
    int_index subscriptions(2);
    const keys a{"a"};
    CHECK(subscriptions.subscribe(1, 0, nullptr) == 1);
    CHECK(subscriptions.subscribe(2, 0, &a) == 1);
    CHECK(receivers(subscriptions, 0, "a") == who{1, 2});
    CHECK(receivers(subscriptions, 0, "b") == who{1});
    CHECK(receivers(subscriptions, 0, "") == who{1});
    CHECK(receivers(subscriptions, 1, "a").empty());
}

TEST_CASE("subscription_index: asking twice counts once and delivers once") {
    int_index subscriptions(1);
    const keys twice{"a", "a", "b"};
    CHECK(subscriptions.subscribe(1, 0, &twice) == 2);
    CHECK(subscriptions.subscribe(1, 0, &twice) == 0);
    CHECK(receivers(subscriptions, 0, "a") == who{1});
    CHECK(subscriptions.subscribe(2, 0, nullptr) == 1);
    CHECK(subscriptions.subscribe(2, 0, nullptr) == 0);
    CHECK(receivers(subscriptions, 0, "a") == who{1, 2});
}

TEST_CASE("subscription_index: keys replace the whole event, the whole event the keys") {
    int_index subscriptions(1);
    const keys ab{"a", "b"};
    CHECK(subscriptions.subscribe(1, 0, nullptr) == 1);
    CHECK(subscriptions.subscribe(1, 0, &ab) == 1);
    CHECK(receivers(subscriptions, 0, "a") == who{1});
    CHECK(receivers(subscriptions, 0, "c").empty());
    CHECK(subscriptions.subscribe(1, 0, nullptr) == -1);
    CHECK(receivers(subscriptions, 0, "a") == who{1});
    CHECK(receivers(subscriptions, 0, "c") == who{1});
    const keys none;
    CHECK(subscriptions.subscribe(1, 0, &none) == -1);
    CHECK(receivers(subscriptions, 0, "a").empty());
}

TEST_CASE(
    "subscription_index: unsubscribing ends keys, or all of the event, and is never an error") {
    int_index subscriptions(2);
    const keys ab{"a", "b"};
    const keys b{"b"};
    const keys c{"c"};
    subscriptions.subscribe(1, 0, &ab);
    subscriptions.subscribe(2, 0, &ab);
    CHECK(subscriptions.unsubscribe(1, 0, &b) == -1);
    CHECK(subscriptions.unsubscribe(1, 0, &b) == 0);
    CHECK(subscriptions.unsubscribe(1, 0, &c) == 0);
    CHECK(subscriptions.unsubscribe(1, 1, nullptr) == 0);
    CHECK(receivers(subscriptions, 0, "a") == who{1, 2});
    CHECK(receivers(subscriptions, 0, "b") == who{2});
    CHECK(subscriptions.unsubscribe(2, 0, nullptr) == -2);
    CHECK(receivers(subscriptions, 0, "b").empty());
    CHECK(receivers(subscriptions, 0, "a") == who{1});
    // A key does not end the whole event.
    subscriptions.subscribe(3, 1, nullptr);
    CHECK(subscriptions.unsubscribe(3, 1, &b) == 0);
    CHECK(receivers(subscriptions, 1, "b") == who{3});
}

TEST_CASE("subscription_index: forgetting someone ends everything of theirs") {
    int_index subscriptions(3);
    const keys ab{"a", "b"};
    subscriptions.subscribe(1, 0, nullptr);
    subscriptions.subscribe(1, 1, &ab);
    subscriptions.subscribe(2, 1, &ab);
    subscriptions.forget(1);
    subscriptions.forget(9);
    CHECK(receivers(subscriptions, 0, "a").empty());
    CHECK(receivers(subscriptions, 1, "a") == who{2});
}

TEST_CASE("subscription_index: who leaves costs what they had, whatever the others have") {
    auto subscriptions = crowd();
    // Finding one of 400 in a tree takes nine looks, and some for equality.
    constexpr std::size_t few = 60;
    const counted stranger{1'000};
    const counted member{7};
    const keys common{"common"};
    const keys unknown{"nobody's"};
    CHECK(looks_of([&] { subscriptions.forget(stranger); }) <= few);
    CHECK(looks_of([&] { subscriptions.unsubscribe(stranger, 0, nullptr); }) <= few);
    CHECK(looks_of([&] { subscriptions.unsubscribe(stranger, 1, nullptr); }) <= few);
    CHECK(looks_of([&] { subscriptions.unsubscribe(stranger, 1, &common); }) <= few);
    CHECK(looks_of([&] { subscriptions.unsubscribe(member, 1, &unknown); }) <= few);
    CHECK(looks_of([&] { subscriptions.unsubscribe(member, 1, &common); }) <= few);
    CHECK(looks_of([&] { subscriptions.subscribe(member, 1, &common); }) <= few);
    CHECK(looks_of([&] { subscriptions.unsubscribe(member, 0, nullptr); }) <= few);
    CHECK(looks_of([&] { subscriptions.unsubscribe(member, 1, nullptr); }) <= few);
    CHECK(looks_of([&] { subscriptions.subscribe(member, 0, nullptr); }) <= few);
    CHECK(looks_of([&] { subscriptions.replace({8}, stranger); }) <= few);
    CHECK(looks_of([&] { subscriptions.forget(stranger); }) <= few);
}

TEST_CASE("subscription_index: one subscriber takes the place of another") {
    int_index subscriptions(2);
    const keys ab{"a", "b"};
    const keys b{"b"};
    subscriptions.subscribe(1, 0, nullptr);
    subscriptions.subscribe(1, 1, &ab);
    subscriptions.subscribe(2, 1, &ab);
    subscriptions.replace(1, 3);
    subscriptions.replace(9, 1);
    CHECK(receivers(subscriptions, 0, "") == who{3});
    CHECK(receivers(subscriptions, 1, "a") == who{2, 3});
    subscriptions.forget(1);
    CHECK(subscriptions.unsubscribe(3, 1, &b) == -1);
    CHECK(receivers(subscriptions, 1, "b") == who{2});
    subscriptions.replace(2, 3);
    CHECK(receivers(subscriptions, 1, "a") == who{3});
    subscriptions.forget(3);
    CHECK(receivers(subscriptions, 0, "").empty());
    CHECK(receivers(subscriptions, 1, "a").empty());
}

TEST_CASE("subscription_index: thousands of steps agree with a model") {
    constexpr std::array<std::string_view, 4> names{"a", "b", "c", "d"};
    int_index subscriptions(2);
    std::map<std::pair<int, std::size_t>, std::set<std::string>> model;  // "*": the whole event
    std::map<int, std::ptrdiff_t> counts;
    std::mt19937 random(7);
    const auto pick = [&random](unsigned below) { return random() % below; };
    for (int step = 0; step < 20'000; ++step) {
        const int who_acts = static_cast<int>(pick(4));
        const std::size_t event = pick(2);
        std::set<std::string>& mine = model[{who_acts, event}];
        keys chosen;
        for (std::string_view name : names) {
            if (pick(3) == 0) {
                chosen.emplace_back(name);
            }
        }
        const bool whole = pick(4) == 0;
        const keys* const given = whole ? nullptr : &chosen;
        if (pick(2) == 0) {
            counts[who_acts] += subscriptions.subscribe(who_acts, event, given);
            if (whole) {
                mine = {"*"};
            } else {
                mine.erase("*");
                mine.insert(chosen.begin(), chosen.end());
            }
        } else {
            counts[who_acts] += subscriptions.unsubscribe(who_acts, event, given);
            if (whole) {
                mine.clear();
            }
            for (const std::string& key : chosen) {
                mine.erase(whole ? std::string() : key);
            }
        }
        const std::string key(names[pick(4)]);
        who expected;
        for (int one = 0; one < 4; ++one) {
            const auto& has = model[{one, event}];
            if (has.contains("*") || has.contains(key)) {
                expected.push_back(one);
            }
        }
        REQUIRE(receivers(subscriptions, event, key) == expected);
        REQUIRE(counts[who_acts] == static_cast<std::ptrdiff_t>(model[{who_acts, 0}].size() +
                                                                model[{who_acts, 1}].size()));
    }
}
