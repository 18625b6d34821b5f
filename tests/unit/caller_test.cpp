// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a method learns who is calling, until when, and whether it is still wanted. Method: callers
// made by hand.

#include <gatewire/caller.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

TEST_CASE("caller: one made by a test is local, anonymous, patient and not cancelled") {
    const rpc::caller who;
    CHECK(who.peer() == "local");
    CHECK(who.identity().empty());
    CHECK_FALSE(who.has_role("trade"));
    CHECK_FALSE(who.has_role(""));
    CHECK(who.session() == 0);
    CHECK_FALSE(who.deadline().has_value());
    CHECK_FALSE(who.cancelled());
}

TEST_CASE("caller: a copy sees the cancel that comes later, and keeps the peer's name alive") {
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    const rpc::caller::clock::time_point until{std::chrono::seconds(5)};
    std::optional<rpc::caller> copy;
    {
        const rpc::caller who(std::make_shared<const std::string>("tcp://a:1"), until, cancelled);
        copy = who;
    }
    CHECK(copy->peer() == "tcp://a:1");
    CHECK(copy->deadline() == until);
    CHECK_FALSE(copy->cancelled());
    *cancelled = true;
    CHECK(copy->cancelled());
}

TEST_CASE("caller: one that proved who it is has a name and the number of its connection") {
    const auto known =
        std::make_shared<const rpc::identity>("ada", std::vector<std::string>{"trade"});
    const rpc::caller who(std::make_shared<const std::string>("tcp://a:1"), std::nullopt, nullptr,
                          known, 7);
    CHECK(who.identity() == "ada");
    CHECK(who.has_role("trade"));
    CHECK_FALSE(who.has_role("trad"));
    CHECK(who.session() == 7);
    CHECK_FALSE(who.cancelled());
}
