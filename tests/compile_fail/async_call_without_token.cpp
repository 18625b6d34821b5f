// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: async_call takes a completion token after the arguments
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <exception>
#include <string>

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"send_order", int(int, std::string)>>;
};

void use(rpc::client<gateway>& client) {
#ifdef GATEWIRE_MISTAKE
    client.async_call<"send_order">(1, "a");
#else
    client.async_call<"send_order">(1, "a", [](const std::exception_ptr&, int) {});
#endif
}
