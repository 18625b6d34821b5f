// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: start and stop may come in any order and number; stop drains, and every call still ends.
// Method: held calls show what a stop does to them; rpc::serve is ended by signals in a process of
// its own.

#include "desk.hpp"
#include "raw_peer.hpp"
#include "victim.hpp"

#include <gatewire/rpc.hpp>

#include <asio/steady_timer.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace {

using test::error_of;
using test::remote_desk;
using test::rig;
using test::threading;
using test::watcher;
using namespace std::chrono_literals;

/// Looks again and again, and lets held calls go on once the server was told to stop.
void release_when_stopped(rpc::server<test::desk>& server, test::desk& engine) {
    const auto timer = std::make_shared<asio::steady_timer>(server.get_executor(), 5ms);
    timer->async_wait([timer, &server, &engine](const asio::error_code&) {
        if (server.is_running()) {
            release_when_stopped(server, engine);
        } else {
            engine.release();
        }
    });
}

std::vector<std::string> hooks_of(const watcher& gateway) {
    std::vector<std::string> hooks = gateway.story.all();
    std::erase_if(hooks, [](const std::string& what) { return what == "gap"; });
    return hooks;
}

}  // namespace

TEST_CASE("server: start and stop may be repeated, and a stopped server starts again") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        served.server.start();
        CHECK(served.server.addresses().size() == 1);
        watcher gateway;
        for (int round = 1; round <= 3; ++round) {
            CHECK(served.server.is_running());
            rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
            client.start();
            client.start();
            CHECK(client.call<"add">(1, 2) == 3);
            served.server.stop();
            served.server.stop();
            CHECK_FALSE(served.server.is_running());
            CHECK(gateway.losses.wait_for_count(static_cast<std::size_t>(round)));
            client.stop();
            client.stop();
            served.server.start();
        }
    }
}

TEST_CASE("client: it comes back to a server that was stopped and started again") {
    test::temporary_folder folder;
    rpc::server_options options;
    options.listen = {folder.address("desk.sock")};
    rig served(options);
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    for (std::size_t round = 1; round <= 3; ++round) {
        REQUIRE(gateway.sessions.wait_for_count(round));
        CHECK(client.call<"add">(1, 2) == 3);
        served.server.stop();
        REQUIRE(gateway.losses.wait_for_count(round));
        served.server.start();
    }
    CHECK(test::eventually([&] { return hooks_of(gateway).size() == 7; }));
    CHECK(hooks_of(gateway) == std::vector<std::string>{"connected", "disconnected", "connected",
                                                        "disconnected", "connected", "disconnected",
                                                        "connected"});
}

TEST_CASE("client: a stopped client refuses calls as not sent, and works when started again") {
    rig served;
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    CHECK(error_of([&] { client.call<"add">(1, 2); }).code() == rpc::errc::not_connected);
    for (int round = 0; round < 3; ++round) {
        client.start();
        CHECK(client.call<"add">(1, 2) == 3);
        auto held = client.async_call<"hold">(round, asio::use_future);
        REQUIRE(served.engine.held.wait_for_count(static_cast<std::size_t>(round) + 1));
        client.stop();
        CHECK_FALSE(client.is_connected());
        const rpc::error ended = error_of([&] { test::get(held); });
        CHECK(ended.code() == rpc::errc::cancelled);
        CHECK(ended.outcome() == rpc::outcome::may_have_run);
        const rpc::error refused = error_of([&] { client.call<"add">(1, 2); });
        CHECK(refused.code() == rpc::errc::not_connected);
        CHECK(refused.outcome() == rpc::outcome::not_sent);
    }
    CHECK(gateway.losses.wait_for_count(3));
    CHECK(gateway.sessions.count() == 3);
}

TEST_CASE("server: a draining server finishes what runs and refuses what is new") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        watcher gateway;
        rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
        client.start();
        auto held = client.async_call<"hold">(7, asio::use_future);
        REQUIRE(served.engine.held.wait_for_count(1));
        std::promise<void> drained;
        served.server.stop();
        served.server.when_drained([&] { drained.set_value(); });
        const rpc::error refused = error_of([&] { client.call<"add">(1, 2); });
        CHECK(refused.code() == rpc::errc::shutting_down);
        CHECK(refused.outcome() == rpc::outcome::not_sent);
        CHECK(served.server.connections() == 1);
        served.release();
        CHECK(test::get(held) == 7);
        test::get(drained.get_future());
        CHECK(served.server.connections() == 0);
        REQUIRE(gateway.losses.wait_for_count(1));
        CHECK(served.engine.additions == 0);
        CHECK_THROWS(test::raw_socket::connect(served.address()));
    }
}

TEST_CASE("server: a call still running when the drain time is over is ended, as may have run") {
    for (const std::chrono::milliseconds drain_time : {0ms, 50ms}) {
        CAPTURE(drain_time.count());
        rpc::server_options options;
        options.drain_time = drain_time;
        rig served(options);
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();
        auto held = client.async_call<"hold">(7, asio::use_future);
        REQUIRE(served.engine.held.wait_for_count(1));
        std::promise<void> drained;
        served.server.stop();
        served.server.when_drained([&] { drained.set_value(); });
        const rpc::error ended = error_of([&] { test::get(held); });
        CHECK(ended.code() == rpc::errc::connection_lost);
        CHECK(ended.outcome() == rpc::outcome::may_have_run);
        CHECK(served.engine.given_up.wait_for_count(1));
        test::get(drained.get_future());
    }
}

TEST_CASE("server: when_drained tells at once when nothing runs, and once") {
    rig served;
    test::recorder<int> told;
    served.server.when_drained([&] { told.add(1); });
    served.server.when_drained([&] { told.add(2); });  // Replaces the first.
    served.server.stop();
    REQUIRE(told.wait_for_count(1));
    served.server.start();
    served.server.stop();
    served.server.when_drained([&] { told.add(3); });
    REQUIRE(told.wait_for_count(2));
    CHECK(told.all() == std::vector<int>{2, 3});
}

TEST_CASE("server: it can be started again while it still drains") {
    rig served;
    rpc::client<remote_desk> first(served.runs_on.get_executor(), served.to_here());
    first.start();
    auto held = first.async_call<"hold">(1, asio::use_future);
    REQUIRE(served.engine.held.wait_for_count(1));
    served.server.stop();
    served.server.start();
    rpc::client<remote_desk> second(served.runs_on.get_executor(), served.to_here());
    second.start();
    CHECK(second.call<"add">(1, 2) == 3);
    served.release();
    CHECK(test::get(held) == 1);
}

TEST_CASE("server: publishing on a stopped server reaches nobody and harms nothing") {
    rig served;
    served.server.stop();
    served.server.publish<"fill">(test::fill{1, 1, "nobody"});
    served.server.start();
    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    client.start();
    CHECK(client.call<"add">(1, 2) == 3);
}

TEST_CASE("serve: a signal drains it: what runs is answered, then the function returns") {
    test::victim process("tcp://127.0.0.1:0");
    rpc::io_thread io;
    rpc::client_options options;
    options.address = process.address();
    rpc::client<remote_desk> client(io.get_executor(), options);
    client.start();
    // The victim lets go of what it holds once it hears of the command, which comes later.
    auto held = client.async_call<"hold">(5, asio::use_future);
    auto released = client.async_call<"command">(0, asio::use_future);
    CHECK(test::get(released) == 0);
    process.signal(SIGTERM);
    CHECK(test::get(held) == 5);
    CHECK(process.wait() == 0);
}

TEST_CASE("serve: a second signal ends the drain") {
    test::victim process("tcp://127.0.0.1:0");
    rpc::io_thread io;
    rpc::client_options options;
    options.address = process.address();
    rpc::client<remote_desk> client(io.get_executor(), options);
    client.start();
    auto held = client.async_call<"hold">(5, asio::use_future);
    CHECK(client.call<"add">(1, 2) == 3);
    process.signal(SIGINT);
    CHECK(test::eventually([&] {  // Refused: the first signal was heard.
        try {
            client.call<"add">(1, 2);
            return false;
        } catch (const rpc::error& refused) {
            return refused.code() == rpc::errc::shutting_down;
        }
    }));
    process.signal(SIGINT);
    CHECK(process.wait() == 0);
    CHECK(error_of([&] { test::get(held); }).code() == rpc::errc::connection_lost);
}

TEST_CASE("serve: an address that cannot be bound is thrown") {
    test::desk engine;
    rpc::server_options options;
    options.listen = {"nowhere"};
    CHECK(error_of([&] { rpc::serve(engine, options); }).code() == rpc::errc::invalid_address);
}

// Runs in a process of its own only; see tests/support/victim.hpp.
TEST_CASE("victim: serves until it is ended" * doctest::skip()) {
    const auto address = test::victim::listen_address();
    if (!address) {
        return;
    }
    test::desk engine;
    rpc::server_options options;
    options.listen = {*address};
    options.heartbeat = 100ms;
    rpc::serve(engine, options, [&](rpc::server<test::desk>& server) {
        engine.on_fill = [&server](const test::fill& event) { server.publish<"fill">(event); };
        engine.on_command = [&](int argument) {
            release_when_stopped(server, engine);
            return argument;
        };
        test::victim::report(server.addresses().front());
    });
}
