// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an aggregate with a C array has no JSON form: use std::array
// expect: "place"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <array>

struct order {
    int kind;
#ifdef GATEWIRE_MISTAKE
    char symbol[8];
#else
    std::array<char, 8> symbol;
#endif
};

struct engine {
    void place(const order&);
    using rpc_table = rpc::table<rpc::method<"place", &engine::place>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
