// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an aggregate with a reference has no JSON form: make the member a value
// expect: "place"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct order {
    int kind;
#ifdef GATEWIRE_MISTAKE
    int& volume;
#else
    int volume;
#endif
};

struct engine {
    void place(const order&);
    using rpc_table = rpc::table<rpc::method<"place", &engine::place>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
