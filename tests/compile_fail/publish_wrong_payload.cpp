// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: what is published is not of the event's payload type
// expect: "tick"

#include <gatewire/rpc.hpp>

struct tick {
    double price = 0;
};

struct engine {
    using rpc_table = rpc::table<rpc::event<"tick", tick>>;
};

void use(rpc::server<engine>& server) {
#ifdef GATEWIRE_MISTAKE
    server.publish<"tick">(1.5);
#else
    server.publish<"tick">(tick{1.5});
#endif
}
