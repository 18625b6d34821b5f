// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a method must be a member of the engine, or a function whose first parameter is
// expect: "twice"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"twice", [](int number) { return number * 2; }>
#else
        rpc::method<"twice", [](engine&, int number) { return number * 2; }>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
