// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: rpc::remote takes a function type, for example int(int, int)
// expect: "add"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct gateway {
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::remote<"add", int>>;
#else
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;
#endif
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
