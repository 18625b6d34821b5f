// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an aggregate with a base class has no JSON form: make the base a
// expect: "place"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct named {
    int kind;
};

#ifdef GATEWIRE_MISTAKE
struct order : named {
#else
struct order {
    named name;
#endif
    int volume;
};

struct engine {
    void place(const order&);
    using rpc_table = rpc::table<rpc::method<"place", &engine::place>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
