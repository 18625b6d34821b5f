// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a cancelled call ends once, the server hears of it, and nothing else is touched.
// Method: signals emitted before, while and after a call runs, on every kind of loop.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <memory>
#include <optional>
#include <vector>

namespace {

using test::remote_desk;
using test::rig;
using test::threading;
using test::watcher;
using namespace std::chrono_literals;

using endings = test::recorder<std::optional<rpc::error>>;

/// Calls `hold` so that `signal` reaches it.
template <class Client>
void hold_until(Client& client, int number, asio::cancellation_signal& signal, endings& ends) {
    client.template async_call<"hold">(
        number, asio::bind_cancellation_slot(signal.slot(), [&ends](std::exception_ptr why, int) {
            ends.add(test::error_in(why));
        }));
}

/// Emits where the client's handlers run, since a signal is not made for several threads.
template <class Client>
void emit(Client& client, asio::cancellation_signal& signal, asio::cancellation_type type) {
    test::get(asio::post(client.get_executor(),
                         asio::use_future([&signal, type] { signal.emit(type); })));
}

/// Holds until the timer of the other branch wins.
asio::awaitable<bool> lose_against_a_timer(rpc::client<remote_desk>& client) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, 50ms);
    const auto winner = co_await (client.async_call<"hold">(1, asio::use_awaitable) ||
                                  timer.async_wait(asio::use_awaitable));
    co_return winner.index() == 1;
}

}  // namespace

TEST_CASE("client: a cancelled call completes once, and the awaitable method sees it") {
    for (const threading how : test::all_threadings) {
        for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                asio::cancellation_type::total}) {
            CAPTURE(how);
            CAPTURE(static_cast<unsigned>(type));
            watcher gateway;
            endings ends;
            endings others;
            asio::cancellation_signal signal;
            asio::cancellation_signal never;
            rig served({}, how);
            rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
            client.start();
            REQUIRE(client.wait_connected(test::patience));
            hold_until(client, 1, signal, ends);
            hold_until(client, 2, never, others);
            REQUIRE(served.engine.held.wait_for_count(2));
            emit(client, signal, type);
            REQUIRE(ends.wait_for_count(1));
            REQUIRE(ends.all().front());
            CHECK(ends.all().front()->code() == rpc::errc::cancelled);
            CHECK(ends.all().front()->outcome() == rpc::outcome::may_have_run);
            REQUIRE(served.engine.given_up.wait_for_count(1));
            CHECK(served.engine.given_up.all() == std::vector<int>{1});

            CHECK(client.call<"release">() == 1);  // The other one was left alone.
            REQUIRE(others.wait_for_count(1));
            CHECK_FALSE(others.all().front());
            emit(client, signal, type);  // Too late, and nobody listens any more.
            CHECK(client.call<"add">(1, 2) == 3);
            CHECK(ends.count() == 1);
            CHECK(gateway.losses.count() == 0);
        }
    }
}

TEST_CASE("client: a call cancelled while it waits for the connection was not sent") {
    endings ends;
    asio::cancellation_signal signal;
    rpc::io_thread io;
    rpc::client_options options;
    options.address = test::unused_address();
    rpc::client<remote_desk> client(io.get_executor(), options);
    client.start();
    hold_until(client, 1, signal, ends);
    emit(client, signal, asio::cancellation_type::terminal);
    REQUIRE(ends.wait_for_count(1));
    REQUIRE(ends.all().front());
    CHECK(ends.all().front()->code() == rpc::errc::cancelled);
    CHECK(ends.all().front()->outcome() == rpc::outcome::not_sent);
}

TEST_CASE("client: a call cancelled before the engine comes to it never runs") {
    rig served;
    std::promise<void> open;
    std::promise<void> busy;
    served.engine.on_command = [&, gate = open.get_future().share()](int argument) {
        busy.set_value();
        gate.wait_for(test::patience);
        return argument;
    };
    endings ends;
    asio::cancellation_signal signal;
    rpc::io_thread io;
    rpc::client<remote_desk> client(io.get_executor(), served.to_here());
    client.start();
    auto blocking = client.async_call<"command">(1, asio::use_future);
    test::get(busy.get_future());
    hold_until(client, 1, signal, ends);
    emit(client, signal, asio::cancellation_type::terminal);
    REQUIRE(ends.wait_for_count(1));
    open.set_value();
    CHECK(test::get(blocking) == 1);
    CHECK(client.call<"release">() == 0);
    CHECK(client.call<"echo">("behind it") == "behind it");
}

TEST_CASE("client: a coroutine's branch that loses cancels its call") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        CHECK(test::get(asio::co_spawn(served.runs_on.get_executor(), lose_against_a_timer(client),
                                       asio::use_future)));
        CHECK(served.engine.given_up.wait_for_count(1));
        CHECK(client.call<"add">(1, 2) == 3);
    }
}

TEST_CASE("client: cancelling races with answers, and every call still completes exactly once") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        constexpr std::size_t count = 300;
        endings ends;
        std::vector<asio::cancellation_signal> signals(count);
        rig served({}, how);
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        for (std::size_t number = 0; number < count; ++number) {
            asio::post(client.get_executor(), [&, number] {
                client.async_call<"add">(
                    1, 2,
                    asio::bind_cancellation_slot(
                        signals[number].slot(),
                        [&ends](std::exception_ptr why, int) { ends.add(test::error_in(why)); }));
                asio::post(client.get_executor(), [&signals, number] {
                    signals[number].emit(asio::cancellation_type::terminal);
                });
            });
        }
        REQUIRE(ends.wait_for_count(count));
        CHECK(client.call<"add">(1, 2) == 3);
        CHECK(ends.count() == count);
        for (const auto& end : ends.all()) {
            CHECK((!end || end->code() == rpc::errc::cancelled));
        }
    }
}

TEST_CASE("server: rpc.cancel of a plain peer is answered by the call it cancels, as -32004") {
    rig served;
    test::raw_socket peer = test::raw_socket::connect(served.address());
    peer.send_frame(R"({"jsonrpc":"2.0","method":"hold","params":[1],"id":"mine"})");
    REQUIRE(served.engine.held.wait_for_count(1));
    // Another id, an unknown one, and nonsense change nothing.
    peer.send_frame(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":"other"}})");
    peer.send_frame(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":[1]}})");
    CHECK(peer.ask(R"({"jsonrpc":"2.0","method":"rpc.ping","id":2})").at("id") == 2);
    CHECK(served.engine.given_up.count() == 0);
    peer.send_frame(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":"mine"}})");
    const auto answer = peer.receive_json();
    CHECK(answer.at("id") == "mine");
    CHECK(answer.at("error").at("code") == -32004);
    CHECK(served.engine.given_up.count() == 1);
}
