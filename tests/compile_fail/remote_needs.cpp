// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: rpc::needs belongs to the engine's rpc::method, since the server asks for roles
// expect: "add"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct gateway {
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int), rpc::needs<"trade">>>;
#else
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;
#endif
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
