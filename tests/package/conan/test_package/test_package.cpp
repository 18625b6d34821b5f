// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int add(int a, int b) { return a + b; }
    using rpc_table = rpc::table<rpc::method<"add", &engine::add>>;
};

int main() {
    asio::io_context io;
    engine served;
    rpc::server<engine> server{io.get_executor(), served};
    rpc::client<engine> client{io.get_executor()};
    return server.is_running() || client.is_connected() ? 1 : 0;
}
