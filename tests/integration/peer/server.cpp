// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: something for plain_peer.py to talk to. Method: a few methods, one event, a port of its
// own, whose number is printed.

#include <gatewire/rpc.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

namespace {

struct tick {
    std::string symbol;
    double price = 0;
};

struct engine {
    int add(int a, int b) { return a + b; }
    int touch() { return ++touched; }
    void move(const std::string& symbol, double price) { on_tick({symbol, price}); }

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add, rpc::params<"a", "b">>,
                   rpc::method<"touch", &engine::touch>, rpc::method<"move", &engine::move>,
                   rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>>>;

    std::function<void(const tick&)> on_tick;
    int touched = 0;
};

}  // namespace

int main() {
    engine served;
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    rpc::serve(served, options, [&](rpc::server<engine>& server) {
        served.on_tick = [&server](const tick& event) { server.publish<"tick">(event); };
        const std::string address = server.addresses().front();
        std::printf("%s\n", address.substr(address.rfind(':') + 1).c_str());
        std::fflush(stdout);
    });
    return EXIT_SUCCESS;
}
