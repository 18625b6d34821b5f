// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a method must be a member function, a function or a captureless lambda without
// expect: "price"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    double price(int);
    double last = 0;
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"price", &engine::last>
#else
        rpc::method<"price", &engine::price>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
