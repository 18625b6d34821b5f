// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: rpc::needs must name a role

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int add(int a, int b);
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::method<"add", &engine::add, rpc::needs<"">>>;
#else
    using rpc_table = rpc::table<rpc::method<"add", &engine::add, rpc::needs<"trade">>>;
#endif
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
