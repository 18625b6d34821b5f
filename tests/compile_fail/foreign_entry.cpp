// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a table holds rpc::method, rpc::event, rpc::remote and rpc::on only
// expect: engine

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int send_order(int);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"send_order", &engine::send_order>, rpc::latest
#else
        rpc::method<"send_order", &engine::send_order>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
