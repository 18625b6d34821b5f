// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a remote takes the traits rpc::params, rpc::once and
// expect: "add"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct gateway {
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int), rpc::latest>>;
#else
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int), rpc::params<"a", "b">>>;
#endif
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
