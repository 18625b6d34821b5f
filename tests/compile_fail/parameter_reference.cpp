// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a method's parameter must be a value or a reference to const: what a client
// expect: "find"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <string>

struct engine {
    int find(std::string&);
    int find_value(const std::string&);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"find", &engine::find>
#else
        rpc::method<"find", &engine::find_value>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
