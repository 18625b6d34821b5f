// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The server goes away and comes back on the same port. The client connects again, subscribes
// again, and sends what waited for the connection, all by itself.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <chrono>
#include <future>
#include <optional>
#include <string>

struct engine {
    int add(int a, int b) { return a + b; }
    using rpc_table = rpc::table<rpc::method<"add", &engine::add>, rpc::event<"news", std::string>>;
};

struct gateway {
    std::promise<void> connected;
    std::promise<std::string> disconnected;
    std::promise<std::string> news;

    void on_connected(const rpc::session_info&) { connected.set_value(); }
    void on_disconnected(const rpc::error& why) { disconnected.set_value(why.message()); }
    void on_news(const std::string& text) { news.set_value(text); }

    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int)>, rpc::on<"news", &gateway::on_news>>;
};

// Waits for what the promise tells, and makes it ready for the next time.
template <class Value>
Value next(std::promise<Value>& promise) {
    auto future = promise.get_future();
    future.wait();
    promise = {};
    return future.get();
}

int main() {
    rpc::io_thread io;
    engine e;
    std::optional<rpc::server<engine>> server;
    server.emplace(io.get_executor(), e, rpc::server_options{.listen = {"tcp://127.0.0.1:0"}});
    server->start();
    const std::string address = server->addresses().front();

    gateway g;
    rpc::client<gateway> client{io.get_executor(), g, {.address = address}};
    client.start();
    next(g.connected);
    server->publish<"news">("before");
    prove(next(g.news) == "before", "events arrive");

    server.reset();
    const std::string reason = next(g.disconnected);
    std::cout << "lost: " << reason << '\n';
    auto waiting = client.async_call<"add">(1, 2, asio::use_future);

    server.emplace(io.get_executor(), e, rpc::server_options{.listen = {address}});
    server->start();
    next(g.connected);
    prove(waiting.get() == 3, "a call made meanwhile waited for the connection");
    server->publish<"news">("after");
    prove(next(g.news) == "after", "events arrive again");
}
