// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: two entries of the table have the same name
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int send_order(int);
    int cancel_order(int);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"send_order", &engine::send_order>,
        rpc::method<"send_order", &engine::cancel_order>
#else
        rpc::method<"send_order", &engine::send_order>,
        rpc::method<"cancel_order", &engine::cancel_order>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
