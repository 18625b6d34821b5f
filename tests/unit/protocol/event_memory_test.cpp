// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client knows exactly what it may have missed between two sessions. Method: literal
// numbers and epochs.

#include <gatewire/protocol/event_memory.hpp>

#include <doctest/doctest.h>

#include <optional>

namespace {

using rpc::protocol::event_memory;

}  // namespace

TEST_CASE("event_memory: the first session misses nothing, whatever happened before it") {
    event_memory memory;
    CHECK_FALSE(memory.begin("a", 1000).has_value());
}

TEST_CASE("event_memory: nothing is missed when nothing was published meanwhile") {
    event_memory memory;
    memory.begin("a", 10);
    CHECK_FALSE(memory.begin("a", 10).has_value());
    memory.arrived(11);
    memory.arrived(12);
    CHECK_FALSE(memory.begin("a", 12).has_value());
}

TEST_CASE("event_memory: what was published while the connection was down is a gap") {
    event_memory memory;
    memory.begin("a", 10);
    memory.arrived(12);
    const auto missed = memory.begin("a", 20);
    REQUIRE(missed.has_value());
    CHECK(missed->from == 13);
    CHECK(missed->to == 20);
    CHECK(missed->reason == "the connection was lost");
    // It was told once; the next session begins where this one did.
    CHECK_FALSE(memory.begin("a", 20).has_value());
    CHECK(memory.begin("a", 21)->from == 21);
}

TEST_CASE("event_memory: numbers of single events may leave some out, and never go back") {
    event_memory memory;
    memory.begin("a", 0);
    memory.arrived(5);
    memory.arrived(3);
    const auto missed = memory.begin("a", 6);
    REQUIRE(missed.has_value());
    CHECK(missed->from == 6);
    CHECK(missed->to == 6);
}

TEST_CASE("event_memory: a server that was started anew counts from one") {
    event_memory memory;
    memory.begin("a", 10);
    memory.arrived(1000);
    const auto missed = memory.begin("b", 7);
    REQUIRE(missed.has_value());
    CHECK(missed->from == 1);
    CHECK(missed->to == 7);
    CHECK(missed->reason == "the server was started anew");
    // Numbers of the old epoch mean nothing in the new one.
    CHECK(memory.begin("b", 8)->from == 8);
}
