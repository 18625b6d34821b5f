// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: the engine's table has no rpc::event of this name
// expect: "trade"

#include <gatewire/rpc.hpp>

struct tick {
    double price = 0;
};

struct engine {
    using rpc_table = rpc::table<rpc::event<"tick", tick>>;
};

void use(rpc::server<engine>& server) {
#ifdef GATEWIRE_MISTAKE
    server.publish<"trade">(tick{1.5});
#else
    server.publish<"tick">(tick{1.5});
#endif
}
