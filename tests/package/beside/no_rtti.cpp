// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: without run-time type information a program serves and calls. Method: one call.

#include "../consumer.hpp"

#include <exception>

int main() {
    asio::io_context io;
    engine served;
    rpc::server_options listening;
    listening.listen = {"tcp://127.0.0.1:0"};
    rpc::server<engine> server{io.get_executor(), served, listening};
    server.start();
    rpc::client_options there;
    there.address = server.addresses().front();
    rpc::client<engine> client{io.get_executor(), served, there};
    client.start();
    int sum = 0;
    client.async_call<"add">(1, 2, [&](std::exception_ptr failure, int result) {
        sum = failure ? -1 : result;
        io.stop();
    });
    io.run();
    return sum == 3 ? 0 : 1;
}
