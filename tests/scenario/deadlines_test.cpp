// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a deadline or a cancel ends one call, exactly once, wherever it meets it, and what nobody
// waits for any more is never started.
// Method: real servers and clients in a world where time passes when the test says so.

#include "scene.hpp"
#include "world_peer.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include <doctest/doctest.h>

namespace {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a call takes the latency of both ways and the method's own time, not a moment more") {
    scene play;
    play.world.set({.latency = 3ms});
    play.meet();
    const auto before = play.elapsed();
    CHECK(play.client->call<"rest">(40) == 40);
    CHECK(play.elapsed() - before == 46ms);
}

TEST_CASE("a call whose deadline passes is never started, though no cancel can say so") {
    scene play;
    play.meet();
    ending<int> holding;
    ending<int> waiting;
    play.client->async_call<"block">(500, holding.handler());
    play.client->async_call<"add">(rpc::timeout{100ms}, 1, 2, waiting.handler());
    play.world.async_wait(50ms, [&](const asio::error_code&) {
        play.link().stall(rpc::testing::direction::to_server);
    });
    play.world.run_for(1s);
    CHECK(holding.value == 500);
    REQUIRE(waiting.failure);
    CHECK(waiting.failure->code() == rpc::errc::deadline_exceeded);
    CHECK(play.engine.additions == 0);
}

TEST_CASE("a call whose deadline passes while the engine is busy is never started") {
    scene play;
    play.meet();
    ending<int> holding;
    ending<int> waiting;
    play.client->async_call<"block">(500, holding.handler());
    play.client->async_call<"add">(rpc::timeout{100ms}, 1, 2, waiting.handler());
    play.world.run_for(1s);
    CHECK(holding.value == 500);
    REQUIRE(waiting.failure);
    CHECK(waiting.failure->code() == rpc::errc::deadline_exceeded);
    CHECK(waiting.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(waiting.times == 1);
    CHECK(play.engine.additions == 0);
}

/// Takes its time with what it is told.
struct slow_observer final : rpc::observer {
    explicit slow_observer(rpc::testing::world& world) : world_(world) {}
    void on_call_started(const rpc::observed_call&) noexcept override {
        ++starts;
        world_.run_for(started);
    }
    void on_event(const rpc::observed_event&) noexcept override { world_.run_for(published); }

    std::chrono::milliseconds started{0};
    std::chrono::milliseconds published{0};
    int starts = 0;

private:
    rpc::testing::world& world_;
};

TEST_CASE("a call whose deadline passes while an observer takes its time is never started") {
    for (const bool is_event : {true, false}) {
        CAPTURE(is_event);
        scene play;
        const auto watching = std::make_shared<slow_observer>(play.world);
        play.server_options.observer = watching;
        play.begin_server();
        play.engine.on_command = [&](int argument) {
            play.server->publish<"news">("told");
            return argument;
        };
        (is_event ? watching->published : watching->started) = 200ms;
        test::world_peer peer(play.world);
        const std::string options =
            R"(,"rpc":{"timeout_ms":)" + std::to_string(is_event ? 100 : 300) + "}}";
        peer.send(framed(R"({"jsonrpc":"2.0","method":"command","params":[1],"id":1})") +
                  framed(R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":2)" + options));
        CHECK(peer.receive()["result"] == 1);
        CHECK(peer.receive()["error"]["code"] == -32003);
        CHECK(play.engine.additions == 0);
        CHECK(watching->starts == (is_event ? 1 : 2));
    }
}

TEST_CASE("a call whose deadline passes while it runs is ended on both sides") {
    scene play;
    play.meet();
    ending<int> late;
    play.rest(late, 5'000, 100ms);
    play.world.run_for(99ms);
    CHECK(play.engine.rests_begun == 1);
    CHECK(!late.is_over());
    play.world.run_for(1ms);
    REQUIRE(late.failure);
    CHECK(late.failure->code() == rpc::errc::deadline_exceeded);
    CHECK(late.failure->outcome() == rpc::outcome::may_have_run);
    play.world.run_for(1ms);
    CHECK(play.engine.rests_given_up == 1);
    CHECK(play.client->call<"add">(1, 2) == 3);
    CHECK(play.gateway.story == "+");
}

TEST_CASE(
    "an answer that comes after the deadline is dropped, and the next one is not taken for it") {
    scene play;
    play.meet();
    play.link().set({.latency = 80ms});
    CHECK(failure_of([&] { play.client->call<"add">(rpc::timeout{100ms}, 1, 1); }).code() ==
          rpc::errc::deadline_exceeded);
    CHECK(play.client->call<"add">(2, 2) == 4);
    CHECK(play.engine.additions == 2);
}

TEST_CASE("a call without any time is not sent") {
    scene play;
    play.meet();
    for (const auto none : {0ms, -1ms, (std::chrono::milliseconds::min)()}) {
        CAPTURE(none.count());
        const rpc::error why =
            failure_of([&] { play.client->call<"add">(rpc::timeout{none}, 1, 1); });
        CHECK(why.code() == rpc::errc::deadline_exceeded);
        CHECK(why.outcome() == rpc::outcome::not_sent);
    }
    play.world.run_for(1s);
    CHECK(play.engine.additions == 0);
}

TEST_CASE("a call that finds no connection within its time was not sent") {
    scene play;
    play.world.set(rpc::testing::reachability::refused);
    play.begin();
    const rpc::error why = failure_of([&] { play.client->call<"add">(rpc::timeout{2s}, 1, 1); });
    CHECK(why.code() == rpc::errc::deadline_exceeded);
    CHECK(why.outcome() == rpc::outcome::not_sent);
    CHECK(play.elapsed() == 2s);
    play.world.set(rpc::testing::reachability::reachable);
    play.world.run_for(10s);
    CHECK(play.engine.additions == 0);
}

TEST_CASE("a call made while there is no connection is sent when there is one") {
    scene play;
    play.world.set(rpc::testing::reachability::refused);
    play.begin();
    ending<int> patient;
    play.client->async_call<"add">(1, 2, patient.handler());
    play.world.run_for(3s);
    CHECK(!patient.is_over());
    play.world.set(rpc::testing::reachability::reachable);
    play.world.run_for(6s);
    CHECK(patient.value == 3);
    CHECK(patient.times == 1);
}

/// A call of `rest` that can be cancelled.
struct cancellable {
    void begin(scene& play, int milliseconds) {
        play.client->async_call<"rest">(
            milliseconds, asio::bind_cancellation_slot(signal.slot(), noted.handler()));
    }
    void cancel() { signal.emit(asio::cancellation_type::terminal); }

    asio::cancellation_signal signal;
    ending<int> noted;
};

TEST_CASE("a call cancelled before there is a connection was not sent") {
    scene play;
    play.world.set(rpc::testing::reachability::refused);
    play.begin();
    cancellable call;
    call.begin(play, 10);
    play.world.run_for(1s);
    call.cancel();
    play.world.run_until_idle();
    REQUIRE(call.noted.failure);
    CHECK(call.noted.failure->code() == rpc::errc::cancelled);
    CHECK(call.noted.failure->outcome() == rpc::outcome::not_sent);
    play.world.set(rpc::testing::reachability::reachable);
    play.world.run_for(10s);
    CHECK(play.engine.rests_begun == 0);
    CHECK(call.noted.times == 1);
}

TEST_CASE("a call cancelled while it waits for the engine never runs") {
    scene play;
    play.meet();
    ending<int> holding;
    cancellable call;
    play.client->async_call<"block">(500, holding.handler());
    call.begin(play, 10);
    play.world.async_wait(100ms, [&](const asio::error_code&) { call.cancel(); });
    play.world.run_for(1s);
    CHECK(holding.value == 500);
    REQUIRE(call.noted.failure);
    CHECK(call.noted.failure->code() == rpc::errc::cancelled);
    CHECK(call.noted.failure->outcome() == rpc::outcome::may_have_run);
    CHECK(play.engine.rests_begun == 0);
    CHECK(call.noted.times == 1);
}

TEST_CASE("a call cancelled while it runs is given up by the engine, and others go on") {
    scene play;
    play.meet();
    cancellable call;
    ending<int> other;
    call.begin(play, 500);
    play.rest(other, 500);
    play.world.run_for(100ms);
    call.cancel();
    play.world.run_for(1s);
    CHECK(call.noted.failure->code() == rpc::errc::cancelled);
    CHECK(call.noted.times == 1);
    CHECK(play.engine.rests_given_up == 1);
    CHECK(other.value == 500);
}

TEST_CASE("a cancel that comes after the answer changes nothing") {
    scene play;
    play.meet();
    cancellable call;
    call.begin(play, 10);
    play.world.run_for(1s);
    CHECK(call.noted.value == 10);
    call.cancel();
    play.world.run_for(1s);
    CHECK(call.noted.times == 1);
    CHECK(play.client->call<"add">(1, 2) == 3);
}

TEST_CASE("a cancel that crosses the answer on the way completes the call once") {
    scene play;
    play.meet();
    play.link().set({.latency = 20ms});
    cancellable call;
    call.begin(play, 10);
    play.world.run_for(40ms);  // the answer is half way back
    call.cancel();
    play.world.run_for(1s);
    CHECK(call.noted.times == 1);
    CHECK(call.noted.failure->code() == rpc::errc::cancelled);
    CHECK(play.engine.rests_ended == 1);
    CHECK(play.client->call<"add">(1, 2) == 3);
}

}  // namespace
