// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a peer that is gone, silent or slow is noticed within the times of the options, and nobody
// else is touched.
// Method: real servers and clients in a world where time passes when the test says so.

#include "scene.hpp"
#include "world_peer.hpp"

#include <doctest/doctest.h>

namespace {

using namespace test;
using namespace std::chrono_literals;
using rpc::testing::direction;

TEST_CASE("heartbeats keep a connection that rests for a day") {
    scene play;
    play.meet();
    play.world.run_for(24h);
    CHECK(play.gateway.story == "+");
    CHECK(play.client->call<"add">(1, 2) == 3);
}

TEST_CASE("a peer that is gone without a word is noticed by both sides in the heartbeat's time") {
    scene play;
    play.server_options.session_grace = 0ms;
    play.meet();
    play.link().vanish();
    ending<int> pending;
    play.client->async_call<"add">(1, 2, pending.handler());
    play.world.run_for(15s);
    REQUIRE(pending.failure);
    CHECK(pending.failure->code() == rpc::errc::connection_lost);
    CHECK(pending.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(play.engine.ends.size() == 1);
    CHECK(play.engine.ends.at(0).code() == rpc::errc::peer_silent);
    CHECK(play.engine.additions == 0);
    CHECK(play.client->call<"add">(1, 2) == 3);
    CHECK(play.gateway.story == "+-+");
}

TEST_CASE("what came behind a call whose answer ended the connection is not run") {
    scene play;
    play.server_options.limits.calls_in_flight_max = 1;
    play.server_options.limits.queue_soft_max = 5'000;
    play.server_options.limits.queue_hard_max = 10'000;
    play.begin_server();
    play.world.set({.window = 1'000});
    world_peer peer(play.world, rpc::client_options().address, false);
    peer.send(framed(R"({"jsonrpc":"2.0","method":"letters","params":[50000],"id":1})") +
              framed(R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":2})"));
    play.world.run_for(1s);
    CHECK(play.server->connections() == 0);
    CHECK(play.engine.additions == 0);
}

TEST_CASE("a connection that stands still for less than the heartbeat's time goes on") {
    scene play;
    play.meet();
    ending<int> pending;
    play.link().stall();
    play.client->async_call<"add">(1, 2, pending.handler());
    play.world.run_for(14s);
    CHECK(!pending.is_over());
    play.link().resume();
    play.world.run_until_idle();
    CHECK(pending.value == 3);
    CHECK(play.gateway.story == "+");
}

TEST_CASE("one direction that stands still is enough to be noticed") {
    for (const direction way : {direction::to_server, direction::to_client}) {
        CAPTURE(static_cast<int>(way));
        scene play;
        play.meet();
        play.link().stall(way);
        play.world.run_for(16s);
        CHECK(play.gateway.story.substr(0, 2) == "+-");
        CHECK(play.client->call<"add">(1, 2) == 3);
    }
}

TEST_CASE("heartbeats are answered while a method holds the engine") {
    scene play;
    play.meet();
    CHECK(play.client->call<"block">(rpc::timeout{10min}, 300'000) == 300'000);
    CHECK(play.gateway.story == "+");
}

TEST_CASE("a peer that connects and says nothing is sent away") {
    scene play;
    play.begin_server();
    const world_peer peer(play.world);
    play.world.run_for(play.server_options.limits.first_frame_deadline - 1ms);
    CHECK(!peer.is_over());
    play.world.run_for(2ms);
    CHECK(peer.is_over());
}

TEST_CASE("a peer that sends one byte per second is sent away when the frame should be whole") {
    scene play;
    play.begin_server();
    world_peer peer(play.world);
    peer.send(std::string_view("\0\0\1\0", 4));
    int seconds = 0;
    for (; !peer.is_over() && seconds < 60; ++seconds) {
        peer.send("x");
        play.world.run_for(1s);
    }
    CHECK(seconds == 10);
    CHECK(play.server->connections() == 0);
}

TEST_CASE("a plain peer may rest for a while, and for ever with a subscription") {
    scene play;
    play.begin_server();
    world_peer resting(play.world);
    world_peer listening(play.world);
    CHECK(resting.ask(R"({"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]})")["result"] == 3);
    listening.ask(R"({"jsonrpc":"2.0","id":1,"method":"rpc.subscribe","params":{"event":"news"}})");
    play.world.run_for(play.server_options.limits.plain_idle_max + 1ms);
    CHECK(resting.is_over());
    play.world.run_for(24h);
    CHECK(!listening.is_over());
    play.server->publish<"news">(std::string("still there"));
    CHECK(listening.receive()["params"]["data"] == "still there");
}

/// A reader that takes nothing, beside a client that takes everything.
struct slow_reader : scene {
    void subscribe() {
        meet();
        peer.emplace(world, client_options.address, false);
        peer->send_frame(
            R"({"jsonrpc":"2.0","id":1,"method":"rpc.subscribe","params":{"event":"news"}})");
        world.run_for(100ms);
    }
    void publish(int count) {
        for (int number = 0; number < count; ++number) {
            server->publish<"news">(std::string(10'000, 'n'));
        }
    }

    std::optional<world_peer> peer;
};

TEST_CASE("a subscriber that does not read is sent away after the write deadline, nobody else") {
    slow_reader play;
    play.subscribe();
    play.publish(100);
    play.world.run_for(play.server_options.limits.write_deadline - 1ms);
    CHECK(play.server->connections() == 2);
    CHECK(play.server->queued_bytes() > 900'000);
    play.world.run_for(1s);
    CHECK(play.server->connections() == 1);
    CHECK(play.server->queued_bytes() == 0);
    CHECK(play.engine.ends.at(0).code() == rpc::errc::peer_stuck);
    CHECK(play.gateway.news.size() == 100);
    CHECK(play.gateway.story == "+");
}

TEST_CASE("a subscriber that reads too slowly is sent away once the soft limit's time is over") {
    slow_reader play;
    play.server_options.limits.queue_soft_max = 500'000;
    play.server_options.limits.queue_soft_time = 5s;
    play.subscribe();
    // It reads enough to be no stuck writer, but what waits for it stays above the limit.
    play.world.connections().at(1).set({.latency = 900ms, .window = 40'000});
    play.peer->start_reading();
    play.publish(100);
    play.world.run_for(4'900ms);
    CHECK(play.server->connections() == 2);
    play.world.run_for(1s);
    CHECK(play.server->connections() == 1);
    CHECK(play.engine.ends.at(0).code() == rpc::errc::peer_stuck);
    CHECK(play.gateway.news.size() == 100);
}

TEST_CASE("a subscriber whose queue passes the hard limit is sent away at once") {
    slow_reader play;
    play.server_options.limits.queue_hard_max = 1'000'000;
    play.server_options.limits.queue_soft_max = 500'000;
    play.subscribe();
    for (int round = 0; round < 12; ++round) {
        play.publish(10);
        play.world.run_until_idle();
    }
    CHECK(play.server->connections() == 1);
    CHECK(play.engine.ends.at(0).code() == rpc::errc::peer_stuck);
    CHECK(play.gateway.news.size() == 120);
}

TEST_CASE("one connection too many is told why, and those that are there go on") {
    scene play;
    play.server_options.limits.connections_max = 1;
    play.meet();
    world_peer peer(play.world);
    CHECK(peer.receive()["error"]["code"] == -32005);
    play.world.run_for(3s);
    CHECK(peer.is_over());
    CHECK(play.client->call<"add">(1, 2) == 3);
}

}  // namespace
