// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server waits for a silent client as long as that client may be silent, and says why it
// gave up. Method: each kind of client at the last moment and one tick before.

#include "framing.hpp"

#include <gatewire/protocol/peer_limits.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace {

using rpc::protocol::never;
using rpc::protocol::peer_limits;
using test::at;
using namespace std::chrono_literals;

rpc::server_limits bounds() {
    rpc::server_limits limits;
    limits.first_frame_deadline = 100ms;
    limits.plain_idle_max = 1000ms;
    return limits;
}

std::string reason(const peer_limits& peer, std::chrono::milliseconds now,
                   std::chrono::milliseconds last_received, bool is_resting) {
    const auto why = peer.reason_to_end(at(now), at(last_received), is_resting);
    if (!why) {
        return {};
    }
    CHECK(why->code == rpc::errc::peer_silent);
    return why->text;
}

}  // namespace

TEST_CASE("peer_limits: who says nothing at all is given up first, busy or not") {
    const rpc::server_limits limits = bounds();
    const peer_limits peer(limits, 500ms, at(10ms));
    for (bool is_resting : {false, true}) {
        CHECK(peer.deadline({}, is_resting) == at(110ms));
        CHECK(reason(peer, 109ms, 0ms, is_resting).empty());
        CHECK(reason(peer, 110ms, 0ms, is_resting) == "nothing was said for 100 ms");
    }
    // Bytes that make no frame do not count.
    CHECK(peer.deadline(at(105ms), true) == at(110ms));
}

TEST_CASE("peer_limits: a plain peer may rest for a while, and work or listen for ever") {
    const rpc::server_limits limits = bounds();
    peer_limits peer(limits, 500ms, at(0ms));
    peer.on_frame(at(5ms));
    CHECK_FALSE(peer.said_hello());
    CHECK(peer.deadline(at(50ms), false) == never);
    CHECK(reason(peer, 1'000'000ms, 50ms, false).empty());
    CHECK(peer.deadline(at(50ms), true) == at(1050ms));
    CHECK(reason(peer, 1049ms, 50ms, true).empty());
    CHECK(reason(peer, 1050ms, 50ms, true) == "idle for 1000 ms");
}

TEST_CASE("peer_limits: where a hello is needed, talking does not buy time") {
    const rpc::server_limits limits = bounds();
    peer_limits peer(limits, 500ms, at(10ms), true);
    CHECK(reason(peer, 110ms, 0ms, true) == "nothing was said for 100 ms");
    peer.on_frame(at(5ms));
    for (bool is_resting : {false, true}) {
        CHECK(peer.deadline(at(105ms), is_resting) == at(110ms));
        CHECK_FALSE(peer.reason_to_end(at(109ms), at(105ms), is_resting).has_value());
        const auto why = peer.reason_to_end(at(110ms), at(105ms), is_resting);
        REQUIRE(why.has_value());
        CHECK(why->code == rpc::errc::unauthenticated);
        CHECK(why->text == "no hello was accepted for 100 ms");
    }
    peer.on_hello();
    CHECK(peer.deadline(at(105ms), true) == at(605ms));
}

TEST_CASE("peer_limits: who said hello must give signs of life, busy or not") {
    const rpc::server_limits limits = bounds();
    peer_limits peer(limits, 500ms, at(0ms));
    peer.on_frame(at(5ms));
    peer.on_hello();
    CHECK(peer.said_hello());
    for (bool is_resting : {false, true}) {
        CHECK(peer.deadline(at(50ms), is_resting) == at(550ms));
        CHECK(reason(peer, 549ms, 50ms, is_resting).empty());
        CHECK(reason(peer, 550ms, 50ms, is_resting) == "no sign of life for 500 ms");
    }
}

TEST_CASE("peer_limits: frames without a hello are numbered where one is needed, else not") {
    for (const bool needs_hello : {true, false}) {
        CAPTURE(needs_hello);
        rpc::server_limits limits = bounds();
        limits.unauthenticated_frames_max = 3;
        peer_limits peer(limits, 500ms, at(0ms), needs_hello);
        for (int frame = 0; frame < 3; ++frame) {
            peer.on_frame(at(5ms));
            CHECK_FALSE(peer.check_flood().has_value());
        }
        peer.on_frame(at(5ms));
        const auto why = peer.check_flood();
        CHECK(why.has_value() == needs_hello);
        if (why) {
            CHECK(why->code == rpc::errc::unauthenticated);
            CHECK(why->text == "no hello was accepted in 3 frames");
        }
        peer.on_hello();
        CHECK_FALSE(peer.check_flood().has_value());
    }
}

TEST_CASE("peer_limits: too many pings within a second are a flood; spread they are none") {
    rpc::server_limits limits = bounds();
    limits.pings_per_second_max = 2;
    peer_limits peer(limits, 500ms, at(0ms));
    for (int round = 0; round < 3; ++round) {
        CAPTURE(round);
        for (int ping = 0; ping < 2; ++ping) {
            peer.on_frame(at(1000ms * round + 999ms * ping));
            peer.on_ping();
            CHECK_FALSE(peer.check_flood().has_value());
        }
    }
    peer.on_frame(at(2999ms));
    peer.on_ping();
    const auto why = peer.check_flood();
    REQUIRE(why.has_value());
    CHECK(why->code == rpc::errc::overloaded);
    CHECK(why->text == "more than 2 pings within a second");
}
