// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: on_disconnected must take a const rpc::error&
// expect: gateway

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct gateway {
#ifdef GATEWIRE_MISTAKE
    void on_disconnected(int);
#else
    void on_disconnected(const rpc::error&);
#endif
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
