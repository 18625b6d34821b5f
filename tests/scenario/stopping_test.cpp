// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: stopping and destroying either side loses no completion, and waits no longer than it says.
// Method: real servers and clients in a world where time passes when the test says so.

#include "scene.hpp"
#include "world_peer.hpp"

#include <doctest/doctest.h>

namespace {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a server that stops lets running calls finish and refuses new ones") {
    scene play;
    play.meet();
    ending<int> running;
    ending<int> refused;
    play.rest(running, 2'000);
    play.world.run_for(1s);
    play.server->stop();
    play.client->async_call<"add">(1, 2, refused.handler());
    bool is_drained = false;
    play.server->when_drained([&] { is_drained = true; });
    play.world.run_for(900ms);
    REQUIRE(refused.failure);
    CHECK(refused.failure->code() == rpc::errc::shutting_down);
    CHECK(!running.is_over());
    CHECK(!is_drained);
    play.world.run_for(200ms);
    CHECK(running.value == 2'000);
    CHECK(is_drained);
    CHECK(play.engine.additions == 0);
}

TEST_CASE("a call that outlasts the drain time may have run") {
    scene play;
    play.server_options.drain_time = 500ms;
    play.meet();
    ending<int> running;
    play.rest(running, 10'000);
    play.world.run_for(1s);
    play.server->stop();
    play.server->stop();
    play.world.run_for(499ms);
    CHECK(!running.is_over());
    play.world.run_for(2ms);
    REQUIRE(running.failure);
    CHECK(running.failure->code() == rpc::errc::connection_lost);
    CHECK(running.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(running.times == 1);
    CHECK(play.engine.rests_given_up == 1);
}

TEST_CASE("a server may be stopped by one of its methods") {
    scene play;
    play.meet();
    play.engine.on_command = [&](int argument) {
        play.server->stop();
        return argument + 1;
    };
    CHECK(play.client->call<"command">(1) == 2);
    play.world.run_for(1s);
    CHECK(play.server->connections() == 0);
    CHECK(play.gateway.story == "+-");
}

TEST_CASE("a stopped server starts again at its address, and its client comes back") {
    scene play;
    play.meet();
    play.server->stop();
    play.world.run_for(1s);
    CHECK(!play.client->is_connected());
    play.server->start();
    CHECK(play.client->call<"add">(1, 2) == 3);
    CHECK(play.gateway.story == "+-+");
}

TEST_CASE("destroying the server ends its calls once, each with what is known of it") {
    scene play;
    play.meet();
    ending<int> running;
    play.rest(running, 10'000);
    play.world.run_for(1s);
    play.server.reset();
    play.world.run_for(1s);
    REQUIRE(running.failure);
    CHECK(running.failure->code() == rpc::errc::connection_lost);
    CHECK(running.times == 1);
    CHECK(play.engine.rests_given_up == 1);
}

TEST_CASE("stopping the client ends its calls at once, and the server hears of it") {
    scene play;
    play.meet();
    ending<int> sent;
    play.rest(sent, 10'000);
    play.world.run_for(1s);
    play.client->stop();
    play.world.run_until_idle();
    REQUIRE(sent.failure);
    CHECK(sent.failure->code() == rpc::errc::cancelled);
    CHECK(sent.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(play.engine.ends.size() == 1);
    CHECK(play.engine.rests_given_up == 1);
    CHECK(play.gateway.story == "+-");
    CHECK(play.elapsed() == 1s);
}

TEST_CASE("destroying the client inside of the call of another one is no trouble") {
    scene play;
    play.meet();
    audience other_gateway;
    auto other = std::make_unique<rpc::client<audience>>(play.world.get_executor(), other_gateway,
                                                         play.world.client_options());
    other->start();
    REQUIRE(other->wait_connected());
    play.engine.on_command = [&](int argument) {
        other.reset();
        return argument;
    };
    CHECK(play.client->call<"command">(7) == 7);
    play.world.run_for(1s);
    CHECK(play.server->connections() == 1);
}

TEST_CASE("a plain peer that closes its half still gets its answers") {
    scene play;
    play.begin_server();
    world_peer peer(play.world);
    peer.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"rest","params":[700]})");
    peer.finish_sending();
    play.world.run_for(600ms);
    CHECK(!peer.is_over());
    CHECK(peer.receive()["result"] == 700);
    play.world.run_for(1s);
    CHECK(peer.is_over());
    CHECK(play.server->connections() == 0);
}

TEST_CASE("a connection that ends waits in peace for a peer that does not leave") {
    scene play;
    play.begin_server();
    const world_peer peer(play.world);
    play.world.run_for(play.server_options.limits.first_frame_deadline - 500ms);
    play.server->stop();
    play.world.run_for(1s);  // The deadline passes; the world would notice a timer that spins.
    CHECK(peer.is_over());
    CHECK(play.server->connections() == 1);
    play.world.run_for(2s);
    CHECK(play.server->connections() == 0);
}

}  // namespace
