// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the code that README.md shows for NATS compiles. Method: as in guide.cpp.

#include "desk.hpp"

#include <gatewire/nats.hpp>
#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <string>

struct engine {
    std::string send_order(const order_request& request);
    using rpc_table =
        rpc::table<rpc::method<"send_order", &engine::send_order>,
                   rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>, rpc::latest>>;
};

struct gateway {
    void on_tick(const tick&);
    using rpc_table = rpc::table<rpc::remote<"send_order", std::string(order_request)>,
                                 rpc::on<"tick", &gateway::on_tick>>;
};

void over_nats(asio::io_context& io, engine& e, gateway& g, const order_request& order) {
    // clang-format off
    //[nats
    rpc::nats::server<engine> server{io.get_executor(), e,
                                     {.url = "nats://127.0.0.1:4222", .name = "desk"}};
    rpc::nats::client<gateway> client{io.get_executor(), g,
                                      {.url = "nats://127.0.0.1:4222", .name = "desk"}};
    client.call<"send_order">(order);                           // any engine of that name
    client.call<"send_order">(rpc::nats::to{"desk-1"}, order);  // the one with this engine_id
    client.subscribe<"tick">("rb2405");                         // the broker selects
    //]
}
