// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an event handler takes one parameter, the event's payload
// expect: "tick"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct tick {
    double price = 0;
};

struct gateway {
#ifdef GATEWIRE_MISTAKE
    void on_tick(const tick&, int);
#else
    void on_tick(const tick&);
#endif
    using rpc_table = rpc::table<rpc::on<"tick", &gateway::on_tick>>;
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
