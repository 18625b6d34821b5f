// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a pointer has no JSON form: use the value or std::optional
// expect: "tick"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::event<"tick", double*>
#else
        rpc::event<"tick", double>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
