// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: the method is called with an argument of the wrong type
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <optional>

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"send_order", int(std::optional<int>)>>;
};

int use(rpc::client<gateway>& client) {
#ifdef GATEWIRE_MISTAKE
    return client.call<"send_order">(1.5);
#else
    return client.call<"send_order">(1);
#endif
}
