// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Promise 1, calls: goal: a lost connection loses no call, runs none twice, and every call that
// fails says what it may have done.
// Method: real servers and clients in a world where connections break at chosen moments.

#include "desk_scene.hpp"

#include <doctest/doctest.h>

namespace {

using namespace test;
using namespace std::chrono_literals;
using rpc::testing::direction;
using rpc::testing::reachability;

TEST_CASE("resuming: a cut connection goes on with its session and its number") {
    desk_scene play;
    terminal one(play.world);
    const std::uint64_t number = one.client.call<"number">();
    play.link().cut();
    play.world.run_for(1s);
    REQUIRE(one.seen.story == "+-r");
    CHECK(one.seen.sessions[1].session == one.seen.sessions[0].session);
    CHECK(one.seen.sessions[1].epoch == one.seen.sessions[0].epoch);
    CHECK(one.client.call<"number">() == number);
    CHECK(play.server->connections() == 1);
    CHECK(play.engine.ends.empty());
}

TEST_CASE("resuming: a call that runs while the connection is lost is joined") {
    desk_scene play;
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(2'000, work.handler());
    play.world.run_for(500ms);
    play.link().cut();
    play.world.run_for(10s);
    CHECK(work.times == 1);
    CHECK(work.value == 2'000);
    CHECK(play.engine.begun == 1);
    CHECK(play.engine.given_up == 0);
    CHECK(one.seen.story == "+-r");
}

TEST_CASE("resuming: an answer lost on its way is sent again, the call does not run again") {
    desk_scene play;
    terminal one(play.world);
    ending<int> placed;
    play.link().stall(direction::to_client);
    one.client.async_call<"place">(7, placed.handler());
    play.world.run_for(1s);
    REQUIRE(play.engine.placed.size() == 1);
    REQUIRE(!placed.is_over());
    play.link().cut();
    play.world.run_for(1s);
    CHECK(placed.times == 1);
    CHECK(placed.value == 1);
    CHECK(play.engine.placed == std::vector{7});
    CHECK(one.seen.fills == std::vector{7});
}

TEST_CASE("resuming: a request lost on its way is sent again, in the order of the calls") {
    desk_scene play;
    terminal one(play.world);
    std::vector<ending<int>> placed(20);
    play.link().stall(direction::to_server);
    for (int volume = 0; volume < 20; ++volume) {
        one.client.async_call<"place">(volume, placed[static_cast<std::size_t>(volume)].handler());
    }
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(1s);
    REQUIRE(play.engine.placed.size() == 20);
    for (int volume = 0; volume < 20; ++volume) {
        CHECK(play.engine.placed[static_cast<std::size_t>(volume)] == volume);
        CHECK(placed[static_cast<std::size_t>(volume)].value == volume + 1);
    }
}

TEST_CASE("resuming: calls survive a connection that is lost again and again") {
    desk_scene play;
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(9'000, work.handler());
    for (int round = 0; round < 5; ++round) {
        play.world.run_for(1s);
        play.world.cut_all();
    }
    play.world.run_for(10s);
    CHECK(work.times == 1);
    CHECK(work.value == 9'000);
    CHECK(play.engine.begun == 1);
    CHECK(one.seen.story == "+-r-r-r-r-r");
}

TEST_CASE("resuming: a server that thinks the old connection alive lets the new one take over") {
    desk_scene play;
    rpc::client_options impatient;
    impatient.heartbeat = 500ms;
    impatient.heartbeat_timeout = 1s;
    terminal one(play.world, impatient);
    ending<int> work;
    one.client.async_call<"work">(4'000, work.handler());
    play.world.run_for(100ms);
    play.link().vanish();  // neither side hears of it
    play.world.run_for(8s);
    CHECK(work.value == 4'000);
    CHECK(play.engine.begun == 1);
    CHECK(one.seen.story == "+-r");
    CHECK(play.server->connections() == 1);
}

TEST_CASE(
    "resuming: a hello that was held up on its way does not take the session from a later one") {
    desk_scene play;
    terminal one(play.world);
    one.client.call<"place">(1);
    play.world.set({.latency = 20s});  // the greeting's time is over before it arrives
    play.world.cut_all();
    play.world.run_for(11s);
    play.world.set({.latency = 1ms});
    std::vector<ending<int>> placed(40);
    for (std::size_t at = 0; at < placed.size(); ++at) {
        one.client.async_call<"place">(static_cast<int>(at), placed[at].handler());
        play.world.run_for(500ms);
    }
    play.world.cut_all();
    play.world.run_for(10s);
    for (const ending<int>& one_of : placed) {
        CHECK(one_of.times == 1);
        CHECK(one_of.value.has_value());
    }
    CHECK(play.engine.placed.size() == 41);
}

TEST_CASE("resuming: a session outlives its connection for the grace time and not longer") {
    rpc::server_options options;
    options.session_grace = 2s;
    desk_scene play(options);
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(60'000, work.handler());
    play.world.run_for(1s);
    play.world.set(reachability::refused);
    play.link().cut();
    play.world.run_for(1'999ms);
    CHECK(!work.is_over());
    CHECK(play.engine.ends.empty());
    CHECK(play.engine.given_up == 0);
    play.world.run_for(2ms);
    REQUIRE(work.is_over());
    REQUIRE(work.failure);
    CHECK(work.failure->code() == rpc::errc::connection_lost);
    CHECK(work.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(play.engine.given_up == 1);
    REQUIRE(play.engine.ends.size() == 1);
    play.world.set(reachability::reachable);
    play.world.run_for(10s);
    REQUIRE(one.seen.sessions.size() == 2);
    CHECK(!one.seen.sessions[1].resumed);
    CHECK(one.client.call<"place">(1) == 1);
}

TEST_CASE("resuming: a client that stops ends its session at once") {
    desk_scene play;
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(60'000, work.handler());
    play.world.run_for(1s);
    one.client.stop();
    play.world.run_for(10ms);
    CHECK(play.engine.ends.size() == 1);
    CHECK(play.engine.given_up == 1);
    CHECK(work.failure->outcome() == rpc::outcome::may_have_run);
    one.client.start();
    play.world.run_for(1s);
    CHECK(one.seen.story == "+-+");
}

TEST_CASE("resuming: a server that stops says so, and calls that wait for it fail at once") {
    rpc::server_options options;
    options.drain_time = 1s;
    desk_scene play(options);
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(60'000, work.handler());
    play.world.run_for(1s);
    play.server->stop();
    play.world.run_for(1'100ms);
    REQUIRE(work.failure);
    CHECK(work.failure->code() == rpc::errc::connection_lost);
    CHECK(work.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(work.times == 1);
    CHECK(play.engine.given_up == 1);
}

TEST_CASE("resuming: after a restart only harmless calls run again, others may have run") {
    desk_scene play;
    terminal one(play.world);
    ending<int> work;
    ending<int> again;
    ending<int> keyed;
    one.client.async_call<"work">(2'000, work.handler());
    one.client.async_call<"work_again">(2'000, again.handler());
    one.client.async_call<"work_once">(2'000, keyed.handler());
    play.world.run_for(100ms);
    REQUIRE(play.engine.begun == 3);
    play.link().vanish();  // a process that is killed says nothing
    play.restart();
    play.world.cut_all();
    play.world.run_for(20s);
    REQUIRE(work.failure);
    CHECK(work.failure->outcome() == rpc::outcome::may_have_run);
    REQUIRE(keyed.failure);
    CHECK(keyed.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(again.value.has_value());
    CHECK(again.times == 1);
    CHECK(play.engine.begun == 4);
    REQUIRE(one.seen.gaps.size() == 1);  // what the one before published is not known
    CHECK(one.seen.gaps[0].reason == "the server was started anew");
}

TEST_CASE("resuming: a call given up while the connection is lost is cancelled when it is back") {
    desk_scene play;
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(rpc::timeout{2s}, 60'000, work.handler());
    play.world.run_for(1s);
    play.world.set(reachability::refused);
    play.link().cut();
    play.world.run_for(1'500ms);
    REQUIRE(work.failure);
    CHECK(work.failure->code() == rpc::errc::deadline_exceeded);
    CHECK(work.failure->outcome() == rpc::outcome::may_have_run);
    play.world.set(reachability::reachable);
    play.world.run_for(10s);
    CHECK(one.seen.story == "+-r");
    CHECK(play.engine.given_up == 1);
}

TEST_CASE("resuming: calls that were given up count until they end, and new ones wait for them") {
    rpc::server_options options;
    options.limits.calls_in_flight_max = 2;
    desk_scene play(options);
    terminal one(play.world);
    for (int round = 0; round < 3; ++round) {
        const std::size_t before = play.engine.placed.size();
        std::vector<ending<int>> works(2);
        for (ending<int>& work : works) {
            one.client.async_call<"work">(rpc::timeout{1s}, 60'000, work.handler());
        }
        play.world.run_for(500ms);
        play.world.set(reachability::refused);
        play.world.cut_all();
        play.world.run_for(1s);
        CHECK(works[0].failure->code() == rpc::errc::deadline_exceeded);
        std::vector<ending<int>> placed(5);
        for (std::size_t at = 0; at < placed.size(); ++at) {
            one.client.async_call<"place">(static_cast<int>(at), placed[at].handler());
        }
        play.world.set(reachability::reachable);
        play.world.run_for(10s);
        for (std::size_t at = 0; at < placed.size(); ++at) {
            CHECK_FALSE(placed[at].failure);
            REQUIRE(play.engine.placed.size() > before + at);
            CHECK(play.engine.placed[before + at] == static_cast<int>(at));
        }
    }
    CHECK(one.seen.story.find("+-r") == 0);
    CHECK(play.engine.given_up == 6);
    CHECK(play.server->sessions().at(0).in_flight == 0);
}

TEST_CASE("resuming: a cancel reaches a call that was joined") {
    desk_scene play;
    terminal one(play.world);
    ending<int> work;
    asio::cancellation_signal cancel;
    one.client.async_call<"work">(60'000,
                                  asio::bind_cancellation_slot(cancel.slot(), work.handler()));
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(1s);
    REQUIRE(one.seen.story == "+-r");
    cancel.emit(asio::cancellation_type::terminal);
    play.world.run_for(1s);
    REQUIRE(work.failure);
    CHECK(work.failure->code() == rpc::errc::cancelled);
    CHECK(play.engine.given_up == 1);
}

TEST_CASE("resuming: without a grace time the calls of a lost connection may have run, at once") {
    rpc::server_options options;
    options.session_grace = 0ms;
    desk_scene play(options);
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(60'000, work.handler());
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(1ms);
    REQUIRE(work.failure);
    CHECK(work.failure->code() == rpc::errc::connection_lost);
    CHECK(work.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(play.engine.given_up == 1);
    CHECK(play.engine.ends.size() == 1);
}

TEST_CASE("resuming: what is kept for a client is bounded, and refused, not forgotten") {
    rpc::server_options options;
    options.limits.answers_kept_max = 2'000;
    desk_scene play(options);
    terminal one(play.world);
    play.link().stall(direction::to_client);  // no acknowledgement comes back
    std::vector<ending<int>> placed(63);
    for (ending<int>& one_of : placed) {
        one.client.async_call<"place">(1, one_of.handler());
        play.world.run_for(1ms);
    }
    play.link().resume();
    play.world.run_for(1s);
    std::size_t refused = 0;
    for (const ending<int>& one_of : placed) {
        REQUIRE(one_of.is_over());
        if (one_of.failure) {
            CHECK(one_of.failure->code() == rpc::errc::overloaded);
            CHECK(one_of.failure->outcome() == rpc::outcome::not_sent);
            ++refused;
        }
    }
    CHECK(refused > 0);
    CHECK(play.engine.placed.size() + refused == 63);
    play.world.run_for(10s);  // a heartbeat acknowledges
    CHECK_NOTHROW(one.client.call<"place">(1));
}

TEST_CASE("resuming: sessions that wait are bounded, the oldest makes room") {
    rpc::server_options options;
    options.limits.sessions_kept_max = 2;
    desk_scene play(options);
    std::vector<std::unique_ptr<terminal>> terminals;
    for (int count = 0; count < 3; ++count) {
        terminals.push_back(std::make_unique<terminal>(play.world));
    }
    play.world.set(reachability::refused);
    for (int count = 0; count < 3; ++count) {
        play.link().cut();
        play.world.run_for(10ms);
    }
    REQUIRE(play.engine.ends.size() == 1);
    CHECK(play.engine.ends[0].session == 1);
    play.world.set(reachability::reachable);
    play.world.run_for(10s);
    CHECK(terminals[0]->seen.story == "+-+");
    CHECK(terminals[1]->seen.story == "+-r");
    CHECK(terminals[2]->seen.story == "+-r");
}

}  // namespace
