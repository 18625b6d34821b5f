// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: on_subscription_refused must take a const rpc::refused_subscription&
// expect: gateway

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct gateway {
#ifdef GATEWIRE_MISTAKE
    void on_subscription_refused(int);
#else
    void on_subscription_refused(const rpc::refused_subscription&);
#endif
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
