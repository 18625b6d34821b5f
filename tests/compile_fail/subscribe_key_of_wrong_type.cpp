// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a key is a text or an integer
// expect: "tick"

#include <gatewire/rpc.hpp>

#include <string>

struct gateway {
    void on_tick(const std::string&);
    using rpc_table = rpc::table<rpc::on<"tick", &gateway::on_tick>>;
};

void use(rpc::client<gateway>& client) {
#ifdef GATEWIRE_MISTAKE
    client.subscribe<"tick">(1.5);
#else
    client.subscribe<"tick">(15);
#endif
}
