// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a method must be a member of the engine, or a function whose first parameter is
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct other {
    int send_order(int);
};

struct engine {
    int send_order(int);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"send_order", &other::send_order>
#else
        rpc::method<"send_order", &engine::send_order>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
