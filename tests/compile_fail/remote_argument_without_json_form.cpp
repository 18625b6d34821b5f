// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a pointer has no JSON form: use the value or std::optional
// expect: "add"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct gateway {
#ifdef GATEWIRE_MISTAKE
    using rpc_table = rpc::table<rpc::remote<"add", int(int*)>>;
#else
    using rpc_table = rpc::table<rpc::remote<"add", int(int)>>;
#endif
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
