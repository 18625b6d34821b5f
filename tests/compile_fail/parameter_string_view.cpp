// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a std::string_view or std::span parameter looks at the request, which is gone
// expect: "find"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <string_view>

struct engine {
    int find(std::string_view);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"find", &engine::find, rpc::offload>
#else
        rpc::method<"find", &engine::find>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
