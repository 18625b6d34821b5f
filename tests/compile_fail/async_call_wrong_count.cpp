// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: the method is called with the wrong number of arguments
// expect: "send_order"

#include <gatewire/rpc.hpp>

#include <exception>
#include <string>

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"send_order", int(int, std::string)>>;
};

void use(rpc::client<gateway>& client) {
    const auto done = [](const std::exception_ptr&, int) {};
#ifdef GATEWIRE_MISTAKE
    client.async_call<"send_order">(1, "a", 2, done);
#else
    client.async_call<"send_order">(1, "a", done);
#endif
}
