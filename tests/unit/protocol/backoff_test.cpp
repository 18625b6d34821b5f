// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: pauses double up to a bound, never pass it, and are spread over all that it allows. Method:
// fixed seeds, many draws at each step.

#include <gatewire/protocol/backoff.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace {

using rpc::protocol::backoff;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// The n-th pauses of many clients that lost their server together.
std::vector<milliseconds> nth_pauses(int step, milliseconds min, milliseconds max) {
    std::vector<milliseconds> pauses;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        backoff wait(min, max, seed * 7919 + 1);
        for (int before = 0; before < step; ++before) {
            static_cast<void>(wait.next());
        }
        pauses.push_back(wait.next());
    }
    return pauses;
}

}  // namespace

TEST_CASE("backoff: the bound doubles with each pause and stops at the longest") {
    constexpr std::array bounds{100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms, 1000ms};
    for (std::size_t step = 0; step < bounds.size(); ++step) {
        CAPTURE(step);
        const auto pauses = nth_pauses(static_cast<int>(step), 100ms, 1000ms);
        const auto [least, most] = std::minmax_element(pauses.begin(), pauses.end());
        CHECK(*least >= 0ms);
        CHECK(*most <= bounds[step]);
        // 4000 draws leave no tenth of the range empty: the jitter is full.
        CHECK(*least < bounds[step] / 10);
        CHECK(*most > bounds[step] * 9 / 10);
        std::array<int, 10> tenths{};
        for (milliseconds pause : pauses) {
            ++tenths[static_cast<std::size_t>(pause.count() * 10 / (bounds[step].count() + 1))];
        }
        for (int count : tenths) {
            CHECK(count > 300);
            CHECK(count < 500);
        }
    }
}

TEST_CASE("backoff: the same seed gives the same pauses, another one others") {
    backoff first(100ms, 10s, 42);
    backoff same(100ms, 10s, 42);
    backoff other(100ms, 10s, 43);
    int differ = 0;
    for (int step = 0; step < 20; ++step) {
        const milliseconds pause = first.next();
        CHECK(pause == same.next());
        differ += pause != other.next() ? 1 : 0;
    }
    CHECK(differ > 15);
}

TEST_CASE("backoff: after a connection that worked it begins anew") {
    backoff wait(10ms, 10s, 1);
    for (int round = 0; round < 100; ++round) {
        for (int step = 0; step < 8; ++step) {
            static_cast<void>(wait.next());
        }
        wait.reset();
        CHECK(wait.next() <= 10ms);
    }
}

TEST_CASE("backoff: the longest pause is there at once, whatever was drawn, and stays the bound") {
    backoff wait(10ms, 10s, 1);
    for (int round = 0; round < 3; ++round) {
        CHECK(wait.longest() == 10s);
    }
    milliseconds most{};
    for (int step = 0; step < 100; ++step) {
        most = (std::max)(most, wait.next());
    }
    CHECK(most > 5s);
    wait.reset();
    CHECK(wait.next() <= 10ms);
}

TEST_CASE("backoff: bounds that make no sense are mended") {
    backoff none(0ms, 0ms, 1);
    backoff negative(-5ms, -10ms, 1);
    backoff crossed(50ms, 10ms, 1);
    for (int step = 0; step < 100; ++step) {
        CHECK(none.next() <= 1ms);
        const milliseconds pause = negative.next();
        CHECK(pause >= 0ms);
        CHECK(pause <= 1ms);
        CHECK(crossed.next() <= 50ms);
    }
}

TEST_CASE("backoff: without a longest pause the bound does not overflow") {
    backoff wait(1ms, (milliseconds::max)(), 1);
    for (int step = 0; step < 200; ++step) {
        CHECK(wait.next() >= 0ms);
    }
}
