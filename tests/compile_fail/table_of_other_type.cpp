// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: rpc_table must be an rpc::table<...>
// expect: engine

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int send_order(int);
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::method<"send_order", &engine::send_order>;
#else
    using rpc_table = rpc::table<rpc::method<"send_order", &engine::send_order> >;
#endif
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
