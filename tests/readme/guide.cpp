// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the code that README.md shows in its guide compiles. Method: README.md quotes this file,
// and a test compares the two to the letter.

#include "desk.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

using namespace std::chrono_literals;

// clang-format off
//[serve
struct engine {
    std::string send_order(const rpc::caller& who, const order_request& request);
    asio::awaitable<std::vector<bar>> query_history(history_request request);

    using rpc_table = rpc::table<
        rpc::method<"send_order", &engine::send_order, rpc::params<"request">>,
        rpc::method<"query_history", &engine::query_history>,
        rpc::method<"version", [](engine&) { return std::string("1.0"); }>,
        rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>, rpc::latest>,
        rpc::event<"trade", trade>>;
};
//]

//[gateway
struct gateway {                                         // the remote side, as this process sees it
    void on_tick(const tick&);
    void on_connected(const rpc::session_info&);         // optional, like the next three
    void on_disconnected(const rpc::error&);
    void on_gap(const rpc::gap&);
    void on_subscription_refused(const rpc::refused_subscription&);

    using rpc_table = rpc::table<rpc::remote<"send_order", std::string(order_request)>,
                                 rpc::on<"tick", &gateway::on_tick>>;
};
//]

asio::awaitable<void> call(asio::any_io_executor executor, gateway& g, order_request request) {
    //[call
    rpc::client<gateway> client{executor, g, {.address = "tcp://127.0.0.1:2014"}};
    client.start();                                          // connects, reconnects, resubscribes
    auto id = client.call<"send_order">(request);            // blocks; throws rpc::error
    client.call<"send_order">(rpc::timeout{200ms}, request); // options come first
    auto f = client.async_call<"send_order">(request, asio::use_future);    // any completion token
    co_await client.async_call<"send_order">(request, asio::use_awaitable);
    client.notify<"send_order">(request);                    // no answer wanted
    client.subscribe<"tick">("rb2405", "ag2406");            // these keys instead of all ticks
    //]
}

void ask_who(asio::io_context& io, engine& e, gateway& g, const std::string& secret) {
    //[who
    rpc::server<engine> server{io.get_executor(), e, {
        .listen = {"tcp://0.0.0.0:2014"},
        .authenticate = [secret](const rpc::credentials& shown) -> rpc::identity {
            if (rpc::same_secret(shown.token, secret)) { return {"alice", {"trade"}}; }
            throw rpc::error{rpc::errc::unauthenticated, "unknown token"};
        }}};
    rpc::client<gateway> client{io.get_executor(), g, {.address = "tcp://desk:2014",
                                                       .token = secret}};
    //]
}

void describe() {
    //[describe
    std::ofstream("desk.openrpc.json") << rpc::openrpc<engine>("desk", "1.0").dump(2);
    //]
}
