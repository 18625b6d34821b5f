// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A server and its client in one process: a call, and an event that is pushed.

//[hello
#include <gatewire/rpc.hpp>

#include <future>
#include <iostream>

struct quote {
    std::string symbol;
    double price;
};

struct engine {  // Any class can be served.
    int add(int a, int b) { return a + b; }

    using rpc_table = rpc::table<rpc::method<"add", &engine::add>, rpc::event<"quote", quote>>;
};

struct gateway {  // The engine as another process sees it.
    std::promise<quote> received;
    void on_quote(const quote& q) { received.set_value(q); }

    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int)>, rpc::on<"quote", &gateway::on_quote>>;
};

int main() {
    rpc::io_thread io;
    engine e;
    rpc::server<engine> server{io.get_executor(), e, {.listen = {"tcp://127.0.0.1:0"}}};
    server.start();

    gateway g;
    rpc::client<gateway> client{io.get_executor(), g, {.address = server.addresses().front()}};
    client.start();  // Connects, and connects again whenever it has to.
    std::cout << "1 + 2 = " << client.call<"add">(1, 2) << '\n';

    server.publish<"quote">(quote{"SPX", 2874.56});
    const quote q = g.received.get_future().get();
    std::cout << q.symbol << " at " << q.price << '\n';
}
//]
