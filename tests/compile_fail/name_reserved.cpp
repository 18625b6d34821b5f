// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a name must not be empty or begin with 'rpc.', which is reserved
// expect: "rpc.ping"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int ping();
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"rpc.ping", &engine::ping>
#else
        rpc::method<"ping", &engine::ping>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
