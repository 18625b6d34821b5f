// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: this type has no table: give it 'using rpc_table = rpc::table<...>;' or
// expect: engine

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int send_order(int);
#ifndef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::method<"send_order", &engine::send_order>>;
#endif
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
