// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: the table has no method of this name
// expect: "send_ordr"

#include <gatewire/rpc.hpp>

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"send_order", int(int)>>;
};

void use(rpc::client<gateway>& client) {
#ifdef GATEWIRE_MISTAKE
    client.call<"send_ordr">(1);
#else
    client.call<"send_order">(1);
#endif
}
