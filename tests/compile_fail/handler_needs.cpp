// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: rpc::needs belongs to the engine's rpc::event, since the server asks for roles
// expect: "tick"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct tick {
    double price = 0;
};

struct gateway {
    void on_tick(const tick&);
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::on<"tick", &gateway::on_tick, rpc::needs<"trade">>>;
#else
    using rpc_table = rpc::table<rpc::on<"tick", &gateway::on_tick>>;
#endif
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
