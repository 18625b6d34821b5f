// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: the method is called with an argument of the wrong type
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <string>

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"send_order", int(int, std::string)>>;
};

int use(rpc::client<gateway>& client) {
#ifdef GATEWIRE_MISTAKE
    return client.call<"send_order">("1", "a");
#else
    return client.call<"send_order">(1, "a");
#endif
}
