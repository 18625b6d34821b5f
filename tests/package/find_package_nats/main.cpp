// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a program elsewhere uses NATS as it is delivered. Method: an engine and a client whose
// broker does not exist, so that a call says that it was not sent.

#include <gatewire/nats.hpp>
#include <gatewire/rpc.hpp>

#include <chrono>

struct engine {
    int add(int a, int b) { return a + b; }
    using rpc_table = rpc::table<rpc::method<"add", &engine::add>>;
};

int main() {
    rpc::io_thread io;
    engine served;
    const char* const nowhere = "nats://127.0.0.1:1";
    rpc::nats::server<engine> server(io.get_executor(), served, {.url = nowhere});
    rpc::nats::client<engine> client(io.get_executor(), {.url = nowhere});
    server.start();
    client.start();
    try {
        client.call<"add">(rpc::timeout{std::chrono::milliseconds(20)}, 1, 2);
    } catch (const rpc::error& why) {
        return why.outcome() == rpc::outcome::not_sent ? 0 : 1;
    }
    return 1;
}
