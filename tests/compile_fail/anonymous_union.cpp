// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an aggregate with a union has no JSON form: use std::variant
// expect: "place"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <variant>

struct order {
    int kind;
#ifdef GATEWIRE_MISTAKE
    union {
        int volume;
        float weight;
    };
#else
    std::variant<int, float> amount;
#endif
};

struct engine {
    void place(const order&);
    using rpc_table = rpc::table<rpc::method<"place", &engine::place>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
