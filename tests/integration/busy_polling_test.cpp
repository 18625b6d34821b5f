// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: with `rpc::spin` everything works as without it: calls of every kind, events, rests longer
// than the polling, and the end of the connection. Method: both sides poll for less and for more
// time than a call takes, on every kind of loop.

#include "desk.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>

namespace {

using test::remote_desk;
using test::rig;
using test::threading;
using test::watcher;
using namespace std::chrono_literals;

rpc::server_options polling_server(std::chrono::nanoseconds time) {
    rpc::server_options options;
    options.spin = rpc::spin{time};
    return options;
}

}  // namespace

TEST_CASE("spin: calls and events go their way, however long is polled") {
    for (const threading how : test::all_threadings) {
        for (const auto time : {std::chrono::nanoseconds(1us), std::chrono::nanoseconds(2ms)}) {
            CAPTURE(how);
            CAPTURE(time.count());
            rig served(polling_server(time), how);
            watcher gateway;
            rpc::client_options options = served.to_here();
            options.spin = rpc::spin{time};
            rpc::client<watcher> client(served.runs_on.get_executor(), gateway, options);
            client.start();
            REQUIRE(client.wait_connected(test::patience));
            for (int number = 0; number < 50; ++number) {
                CHECK(client.call<"add">(number, 1) == number + 1);
            }
            CHECK(test::get(client.async_call<"add">(20, 3, asio::use_future)) == 23);
            CHECK(client.call<"trade">(3U) == 3);
            CHECK(gateway.fills.wait_for_count(3));
            served.server.stop();
            CHECK(gateway.losses.wait_for_count(1));
        }
    }
}

TEST_CASE("spin: a blocking call on the thread of a loop for one thread") {
    rig served(polling_server(1ms));
    for (const auto time : {std::chrono::nanoseconds(0), std::chrono::nanoseconds(1ms)}) {
        CAPTURE(time.count());
        asio::io_context loop(1);
        rpc::client_options options = served.to_here();
        options.spin = rpc::spin{time};
        rpc::client<remote_desk> client(loop.get_executor(), options);
        client.start();
        int sum = 0;
        asio::post(loop, [&] {
            for (int number = 0; number < 100; ++number) {
                sum += client.call<"add">(rpc::timeout{5s}, number, 0);
            }
            client.stop();
        });
        loop.run();
        CHECK(sum == 4950);
    }
}

TEST_CASE("client: what a loop throws while a blocking call runs it passes through the call") {
    rig served;
    asio::io_context loop(1);
    rpc::client<remote_desk> client(loop.get_executor(), served.to_here());
    client.start();
    bool has_thrown = false;
    asio::post(loop, [&] {
        asio::post(loop, [] { throw std::runtime_error("another handler's"); });
        try {
            client.call<"hold">(1);
        } catch (const std::runtime_error& thrown) {
            has_thrown = std::string(thrown.what()) == "another handler's";
        }
        CHECK(client.call<"add">(1, 2) == 3);
        client.stop();
    });
    loop.run();
    CHECK(has_thrown);
    served.release();
}
