// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a method takes the traits rpc::params, rpc::offload, rpc::once,
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int send_order(int);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"send_order", &engine::send_order, rpc::latest>
#else
        rpc::method<"send_order", &engine::send_order, rpc::offload>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
