// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: rpc::params must give one name for each parameter of the method
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int send_order(int, int);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"send_order", &engine::send_order, rpc::params<"price">>
#else
        rpc::method<"send_order", &engine::send_order, rpc::params<"price", "volume">>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
