// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: on_session_end must take a const rpc::session_end&
// expect: engine

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int add(int a, int b);
#ifdef GATEWIRE_MISTAKE
    void on_session_end(int);
#else
    void on_session_end(const rpc::session_end&);
#endif
    using rpc_table = rpc::table<rpc::method<"add", &engine::add>>;
};

void serve(asio::io_context& io, engine& one) {
    rpc::server<engine> server(io.get_executor(), one);
}
