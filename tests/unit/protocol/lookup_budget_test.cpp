// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a peer may have for the asking is bounded by what it sends and by time. Method:
// literal sizes and times.

#include <gatewire/protocol/peer_limits.hpp>

#include <doctest/doctest.h>

#include <framing.hpp>

#include <chrono>

namespace {

using namespace std::chrono_literals;
using rpc::protocol::lookup_budget;
using test::at;

rpc::server_limits small_lookups() {
    rpc::server_limits result;
    result.lookup_size_max = 1000;
    result.lookup_size_per_second_max = 100;
    return result;
}

}  // namespace

TEST_CASE("lookup_budget: one answer may be larger than there is, and must be earned by time") {
    lookup_budget one(small_lookups());
    CHECK(one.covers(at(0ms), 0));
    one.spend(1500);
    CHECK_FALSE(one.covers(at(0ms), 0));
    CHECK_FALSE(one.covers(at(4900ms), 0));
    CHECK(one.covers(at(5100ms), 0));
}

TEST_CASE("lookup_budget: what a peer sends counts eight times, once") {
    lookup_budget one(small_lookups());
    CHECK(one.covers(at(0ms), 0));
    one.spend(1000);
    CHECK_FALSE(one.covers(at(0ms), 0));
    CHECK(one.covers(at(0ms), 100));
    one.spend(800);
    CHECK_FALSE(one.covers(at(0ms), 100));
}

TEST_CASE("lookup_budget: no time and no bytes bring more than the most") {
    lookup_budget one(small_lookups());
    CHECK(one.covers(at(24h), 1 << 20));
    one.spend(1000);
    CHECK_FALSE(one.covers(at(24h), 1 << 20));
}

TEST_CASE("lookup_budget: a credit is owed, and says when it is paid") {
    lookup_budget one(small_lookups());
    CHECK(one.covers(at(0ms), 0, 500));
    one.spend(1499);
    CHECK(one.covers(at(0ms), 0, 500));
    one.spend(201);
    CHECK_FALSE(one.covers(at(0ms), 0, 500));
    CHECK(one.paid_at(at(0ms), 500) > at(2s));
    CHECK(one.paid_at(at(0ms), 500) <= at(3s));
    CHECK(one.paid_at(at(0ms), 1'000'000) == at(0ms));
}

TEST_CASE("lookup_budget: a session's next connection has what the one before has left") {
    lookup_budget before(small_lookups());
    CHECK(before.covers(at(0ms), 0));
    before.spend(2000);
    lookup_budget next(small_lookups());
    next.go_on(before);
    CHECK_FALSE(next.covers(at(1s), 0));
}
