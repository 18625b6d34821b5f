// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an aggregate with a union has no JSON form: use std::variant
// expect: "place"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

union amount {
    int volume;
    float weight;
};

struct order {
    int kind;
#ifndef GATEWIRE_MISTAKE
    int volume;
#else
    amount some;
#endif
};

struct engine {
    void place(const order&);
    using rpc_table = rpc::table<rpc::method<"place", &engine::place>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
