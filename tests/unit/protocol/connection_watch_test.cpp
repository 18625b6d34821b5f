// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a link is given up exactly when a frame does not end, a write does not move or a queue is
// too long. Method: each wait by itself, looked at one tick before and at its end.

#include "framing.hpp"

#include <gatewire/protocol/connection_watch.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace {

using rpc::protocol::connection_watch;
using rpc::protocol::never;
using test::at;
using namespace std::chrono_literals;

connection_watch made() {
    return connection_watch({100ms, 200ms, 1000, 300ms, 5000});
}

/// Why the link must end now, or nothing.
std::string reason(const connection_watch& watch, std::chrono::milliseconds now) {
    const auto why = watch.reason_to_end(at(now));
    return why ? std::string(to_string(why->code)) + ": " + why->text : std::string();
}

}  // namespace

TEST_CASE("connection_watch: a quiet link is left alone for ever") {
    connection_watch watch = made();
    CHECK(watch.next_deadline() == never);
    CHECK_FALSE(watch.reason_to_end(never).has_value());
    watch.received(at(0ms), false, true);
    watch.queued(1000, at(0ms));
    CHECK(watch.last_received() == at(0ms));
    CHECK(watch.next_deadline() == never);
    CHECK_FALSE(watch.reason_to_end(never).has_value());
}

TEST_CASE("connection_watch: a frame must end in time, however its bytes trickle in") {
    connection_watch watch = made();
    watch.received(at(0ms), true, false);
    CHECK(watch.next_deadline() == at(100ms));
    watch.received(at(50ms), true, false);
    watch.received(at(99ms), true, false);
    CHECK(watch.next_deadline() == at(100ms));
    CHECK(reason(watch, 99ms).empty());
    CHECK(reason(watch, 100ms) == "protocol_violation: a frame did not end in time");
    watch.received(at(99ms), false, true);
    CHECK(watch.next_deadline() == never);
    CHECK(reason(watch, 1000ms).empty());
}

TEST_CASE("connection_watch: each frame has its own time") {
    connection_watch watch = made();
    watch.received(at(0ms), true, false);
    watch.received(at(90ms), true, true);
    CHECK(watch.next_deadline() == at(190ms));
    watch.received(at(180ms), true, true);
    CHECK(reason(watch, 279ms).empty());
    CHECK_FALSE(reason(watch, 280ms).empty());
}

TEST_CASE("connection_watch: a write must move on") {
    connection_watch watch = made();
    watch.write_moved(at(0ms));
    CHECK(watch.next_deadline() == at(200ms));
    watch.write_moved(at(199ms));
    CHECK(watch.next_deadline() == at(399ms));
    CHECK(reason(watch, 398ms).empty());
    CHECK(reason(watch, 399ms) == "peer_stuck: the peer does not read");
    watch.write_done();
    CHECK(watch.next_deadline() == never);
    CHECK(reason(watch, 399ms).empty());
}

TEST_CASE("connection_watch: a queue over the soft limit must shrink in time") {
    connection_watch watch = made();
    watch.queued(1001, at(0ms));
    CHECK(watch.next_deadline() == at(300ms));
    watch.queued(4000, at(100ms));
    watch.queued(1001, at(299ms));
    CHECK(reason(watch, 299ms).empty());
    CHECK(reason(watch, 300ms) ==
          "peer_stuck: the peer reads too slowly: more than 1000 bytes waited for too long");
    watch.queued(1000, at(299ms));
    CHECK(watch.next_deadline() == never);
    CHECK(reason(watch, 300ms).empty());
    watch.queued(1001, at(400ms));
    CHECK(watch.next_deadline() == at(700ms));
}

TEST_CASE("connection_watch: a queue over the hard limit ends the link at once") {
    connection_watch watch = made();
    watch.queued(5000, at(0ms));
    CHECK(reason(watch, 0ms).empty());
    watch.queued(5001, at(0ms));
    CHECK(reason(watch, 0ms) == "peer_stuck: more than 5000 bytes wait to be read by the peer");
}

TEST_CASE("connection_watch: the earliest of the waits is the next one") {
    connection_watch watch = made();
    watch.queued(2000, at(0ms));
    CHECK(watch.next_deadline() == at(300ms));
    watch.write_moved(at(50ms));
    CHECK(watch.next_deadline() == at(250ms));
    watch.received(at(60ms), true, false);
    CHECK(watch.next_deadline() == at(160ms));
}
