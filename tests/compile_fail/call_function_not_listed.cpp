// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: the table has no rpc::method with this function
// expect: cancel_order

#include <gatewire/rpc.hpp>

struct engine {
    int send_order(int);
    int cancel_order(int);
    using rpc_table = rpc::table<rpc::method<"send_order", &engine::send_order>>;
};

void use(rpc::client<engine>& client) {
#ifdef GATEWIRE_MISTAKE
    client.call<&engine::cancel_order>(1);
#else
    client.call<&engine::send_order>(1);
#endif
}
