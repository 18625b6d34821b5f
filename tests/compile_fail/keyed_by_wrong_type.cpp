// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: rpc::keyed_by must name a member or a function of the event's payload that
// expect: "tick"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <string>

struct tick {
    std::string symbol;
    double price = 0;
};

struct engine {
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::event<"tick", tick, rpc::keyed_by<&tick::price>>
#else
        rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
