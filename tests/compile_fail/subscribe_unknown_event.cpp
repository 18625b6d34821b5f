// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: the table has no rpc::on of this name
// expect: "trade"

#include <gatewire/rpc.hpp>

#include <string>

struct gateway {
    void on_tick(const std::string&);
    using rpc_table = rpc::table<rpc::on<"tick", &gateway::on_tick>>;
};

void use(rpc::client<gateway>& client) {
#ifdef GATEWIRE_MISTAKE
    client.subscribe<"trade">("a");
#else
    client.subscribe<"tick">("a");
#endif
}
