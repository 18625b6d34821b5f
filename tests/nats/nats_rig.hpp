// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_NATS_RIG_HPP
#define TESTS_NATS_RIG_HPP

#include "broker.hpp"
#include "waiting.hpp"

#include <gatewire/nats.hpp>
#include <gatewire/rpc.hpp>

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Engines and clients over a broker.
namespace test {

struct price {
    std::string symbol;
    int value = 0;
};

struct deal {
    int number = 0;
};

/// What an engine of trading looks like to a test.
class pit {
public:
    explicit pit(std::string own_name = "pit") : name(std::move(own_name)) {}

    int add(int a, int b) {
        ++runs;
        return a + b;
    }
    std::string who() { return name; }
    int fail(int code) { throw rpc::error{code, "no such symbol", {{"symbol", "x"}}}; }
    int buy(int count) {
        bought += count;
        return bought;
    }
    /// Holds the strand until it is told to go on.
    int block() {
        ++runs;
        eventually([this] { return may_go.load(); });
        return 1;
    }
    asio::awaitable<int> sleep() {
        asio::steady_timer gate(co_await asio::this_coro::executor);
        gate.expires_after(std::chrono::hours(1));
        ++runs;
        try {
            co_await gate.async_wait(asio::use_awaitable);
        } catch (...) {
            ++cancelled;
            throw;
        }
        co_return 1;
    }
    bool has_deadline(const rpc::caller& caller) { return caller.deadline().has_value(); }
    std::string peer(const rpc::caller& caller) { return caller.peer(); }
    int secret() { return 7; }
    std::string letters(std::size_t count) { return std::string(count, 'x'); }

    using rpc_table = rpc::table<
        rpc::method<"add", &pit::add>, rpc::method<"who", &pit::who>,
        rpc::method<"fail", &pit::fail>, rpc::method<"buy", &pit::buy, rpc::once>,
        rpc::method<"block", &pit::block>, rpc::method<"block aside", &pit::block, rpc::offload>,
        rpc::method<"sleep", &pit::sleep>, rpc::method<"has_deadline", &pit::has_deadline>,
        rpc::method<"peer", &pit::peer>, rpc::method<"secret", &pit::secret, rpc::needs<"secrets">>,
        rpc::method<"letters", &pit::letters>,
        rpc::event<"price", price, rpc::keyed_by<&price::symbol>, rpc::latest>,
        rpc::event<"print", price, rpc::keyed_by<&price::symbol>>, rpc::event<"deal", deal>>;

    const std::string name;
    std::atomic<int> runs{0};
    std::atomic<int> cancelled{0};
    std::atomic<bool> may_go{false};
    int bought = 0;
};

/// Notes what it hears.
class listener {
public:
    void on_price(const price& what) { prices.add(what.symbol + std::to_string(what.value)); }
    void on_print(const price& what) { prints.add(what.symbol + std::to_string(what.value)); }
    void on_deal(const deal& what) { deals.add(what.number); }
    void on_connected(const rpc::session_info& info) { connected.add(info); }
    void on_disconnected(const rpc::error& why) { disconnected.add(why.message()); }
    void on_gap(const rpc::gap& missed) { gaps.add(missed); }
    void on_subscription_refused(const rpc::refused_subscription& what) { refused.add(what); }

    using rpc_table = rpc::table<
        rpc::remote<"add", int(int, int)>, rpc::remote<"who", std::string(), rpc::idempotent>,
        rpc::remote<"fail", int(int)>, rpc::remote<"buy", int(int), rpc::once>,
        rpc::remote<"block", int()>, rpc::remote<"block aside", int()>, rpc::remote<"sleep", int()>,
        rpc::remote<"has_deadline", bool()>, rpc::remote<"peer", std::string()>,
        rpc::remote<"secret", int()>, rpc::remote<"letters", std::string(std::size_t)>,
        rpc::remote<"unknown", int()>, rpc::on<"price", &listener::on_price>,
        rpc::on<"print", &listener::on_print>, rpc::on<"deal", &listener::on_deal>>;

    recorder<rpc::refused_subscription> refused;
    recorder<std::string> prices;
    recorder<std::string> prints;
    recorder<int> deals;
    recorder<rpc::session_info> connected;
    recorder<std::string> disconnected;
    recorder<rpc::gap> gaps;
};

/// An engine that is served. The loop goes last.
struct served_pit {
    explicit served_pit(const broker& at, rpc::nats::server_options options = {})
        : engine(options.engine_id), server(io.get_executor(), engine, with(at, options)) {
        server.start();
    }
    static rpc::nats::server_options with(const broker& at, rpc::nats::server_options options) {
        options.url = at.url();
        options.reconnect_wait = std::chrono::milliseconds(20);
        return options;
    }

    rpc::io_thread io;
    pit engine;
    rpc::nats::server<pit> server;
};

struct hearing_client {
    explicit hearing_client(const broker& at, rpc::nats::client_options options = {})
        : client(io.get_executor(), heard, with(at, options)) {}
    static rpc::nats::client_options with(const broker& at, rpc::nats::client_options options) {
        options.url = at.url();
        options.reconnect_wait = std::chrono::milliseconds(20);
        options.heartbeat = std::chrono::milliseconds(200);
        return options;
    }
    rpc::nats::client<listener>* operator->() { return &client; }
    bool connect() {
        client.start();
        return client.wait_connected(patience);
    }

    rpc::io_thread io;
    listener heard;
    rpc::nats::client<listener> client;
};

/// A started client without events.
struct calling_client : hearing_client {
    explicit calling_client(const broker& at, rpc::nats::client_options options = {})
        : hearing_client(at, std::move(options)) {
        client.unsubscribe<"price">();
        client.unsubscribe<"print">();
        client.unsubscribe<"deal">();
        connect();
    }
};

}  // namespace test

#endif  // TESTS_NATS_RIG_HPP
