// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: code that the library calls may call back into it, and a wait that cannot end is refused.
// Method: blocking calls, stop and publish from handlers and methods on every kind of loop.

#include "desk.hpp"

#include <gatewire/rpc.hpp>

#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace {

using test::error_of;
using test::remote_desk;
using test::rig;
using test::threading;
using test::watcher;
using namespace std::chrono_literals;

/// Makes a blocking call on `executor` and tells what it threw.
template <class Executor, class Client>
rpc::error blocked_on(const Executor& executor, Client& client) {
    const auto promise = std::make_shared<std::promise<rpc::error>>();
    asio::post(executor, [promise, &client] {
        try {
            client.template call<"add">(rpc::timeout{1s}, 1, 2);
            promise->set_exception(std::make_exception_ptr(std::runtime_error("it worked")));
        } catch (const rpc::error& thrown) {
            promise->set_value(thrown);
        }
    });
    return test::get(promise->get_future());
}

}  // namespace

TEST_CASE("client: a blocking call works inside of an event handler") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        watcher gateway;
        std::promise<int> sum;
        rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
        gateway.react = [&](const test::fill& event) {
            if (event.number == 1) {
                sum.set_value(client.call<"add">(40, 2));
            }
        };
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        CHECK(client.call<"trade">(2U) == 2);
        CHECK(test::get(sum.get_future()) == 42);
        CHECK(gateway.fills.wait_for_count(2));
    }
}

TEST_CASE("client: a blocking call works inside of a completion handler and of a hook") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        struct hooked {
            void on_connected(const rpc::session_info&) { connected(); }
            std::function<void()> connected;
            using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;
        } gateway;
        rpc::client<hooked> client(served.runs_on.get_executor(), gateway, served.to_here());
        std::promise<int> in_hook;
        gateway.connected = [&] { in_hook.set_value(client.call<"add">(1, 2)); };
        client.start();
        CHECK(test::get(in_hook.get_future()) == 3);

        std::promise<int> in_handler;
        client.async_call<"add">(3, 4, [&](const std::exception_ptr&, int sum) {
            in_handler.set_value(client.call<"add">(sum, 1));
        });
        CHECK(test::get(in_handler.get_future()) == 8);
    }
}

TEST_CASE("server: a method may call another server, by a client on the same loop") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig first({}, how);
        test::desk second_engine;
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0"};
        rpc::server<test::desk> second(first.runs_on.get_executor(), second_engine, options);
        second.start();
        rpc::client_options to_second;
        to_second.address = second.addresses().front();
        rpc::client<remote_desk> inner(first.runs_on.get_executor(), to_second);
        inner.start();
        first.engine.on_command = [&](int argument) { return inner.call<"add">(argument, 1); };
        rpc::client<remote_desk> outer(first.runs_on.get_executor(), first.to_here());
        outer.start();
        CHECK(outer.call<"command">(1) == 2);
        CHECK(test::get(outer.async_call<"command">(2, asio::use_future)) == 3);
    }
}

TEST_CASE("server: a method may publish and stop its own server") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        served.engine.on_command = [&](int argument) {
            served.engine.on_fill({7, 1, "last words"});
            served.server.stop();
            return argument;
        };
        watcher gateway;
        rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        CHECK(client.call<"command">(5) == 5);
        CHECK(gateway.losses.wait_for_count(1));
        CHECK_FALSE(served.server.is_running());
        CHECK(test::eventually([&] { return served.server.connections() == 0; }));
    }
}

TEST_CASE("client: handlers may stop and start their own client") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        watcher gateway;
        rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
        gateway.react = [&](const test::fill& event) {
            if (event.number == 1 && gateway.sessions.count() == 1) {
                client.stop();
                client.start();
            }
        };
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        client.notify<"trade">(1U);
        CHECK(gateway.sessions.wait_for_count(2));
        REQUIRE(client.wait_connected(test::patience));
        CHECK(client.call<"add">(1, 2) == 3);
        CHECK(gateway.losses.count() == 1);
    }
}

TEST_CASE("client: a blocking call on the only thread of a pool is refused, not sent") {
    rig served;
    asio::thread_pool pool(1);
    rpc::client<remote_desk> client(pool.get_executor(), served.to_here());
    client.start();
    CHECK(client.call<"add">(1, 2) == 3);  // From outside of the pool.
    const rpc::error refused = blocked_on(pool.get_executor(), client);
    CHECK(refused.code() == rpc::errc::would_deadlock);
    CHECK(refused.outcome() == rpc::outcome::not_sent);
    CHECK(client.call<"add">(1, 2) == 3);
    client.stop();
    pool.stop();
    pool.join();
}

TEST_CASE("client: a blocking call inside of the strand that is its executor is refused") {
    rig served;
    SUBCASE("of an io_context") {
        rpc::io_thread io;
        const auto strand = asio::make_strand(io.get_executor());
        rpc::client<remote_desk> client(strand, served.to_here());
        client.start();
        CHECK(client.call<"add">(1, 2) == 3);
        CHECK(blocked_on(strand, client).code() == rpc::errc::would_deadlock);
    }
    SUBCASE("of a thread_pool") {
        asio::thread_pool pool(2);
        const auto strand = asio::make_strand(pool.get_executor());
        {
            rpc::client<remote_desk> client(strand, served.to_here());
            client.start();
            CHECK(client.call<"add">(1, 2) == 3);
            CHECK(blocked_on(strand, client).code() == rpc::errc::would_deadlock);
        }
        pool.stop();
        pool.join();
    }
    SUBCASE("of any executor") {
        rpc::io_thread io;
        const auto strand = asio::make_strand(asio::any_io_executor(io.get_executor()));
        rpc::client<remote_desk> client(strand, served.to_here());
        client.start();
        CHECK(blocked_on(strand, client).code() == rpc::errc::would_deadlock);
    }
}
