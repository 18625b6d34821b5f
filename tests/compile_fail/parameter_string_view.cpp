// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a view of a string cannot be received: use std::string
// expect: "find"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <string>
#include <string_view>

struct engine {
    int find(std::string_view);
    int find_copy(std::string);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"find", &engine::find>
#else
        rpc::method<"find", &engine::find_copy>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
