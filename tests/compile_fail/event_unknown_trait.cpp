// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an event takes the traits rpc::keyed_by, rpc::latest and rpc::needs only
// expect: "tick"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::event<"tick", int, rpc::offload>
#else
        rpc::event<"tick", int, rpc::latest>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
