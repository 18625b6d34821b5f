// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an aggregate with bit-fields or packed members has no JSON form
// expect: "place"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#ifdef GATEWIRE_MISTAKE
struct __attribute__((packed)) order {
#else
struct order {
#endif
    char side;
    int volume;
};

struct engine {
    void place(const order&);
    using rpc_table = rpc::table<rpc::method<"place", &engine::place>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
