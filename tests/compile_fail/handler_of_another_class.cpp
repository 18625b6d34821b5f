// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an event handler must be a member of the gateway, or a function whose first
// expect: "tick"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct tick {
    double price = 0;
};

struct other {
    void on_tick(const tick&);
};

struct gateway {
    void on_tick(const tick&);
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::on<"tick", &other::on_tick>>;
#else
    using rpc_table = rpc::table<rpc::on<"tick", &gateway::on_tick>>;
#endif
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
