// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a std::string_view or std::span parameter looks at the request, which is gone
// expect: "sum"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <span>

struct engine {
#ifdef GATEWIRE_MISTAKE
    asio::awaitable<double> sum(std::span<const double>);
#else
    double sum(std::span<const double>);
#endif
    using rpc_table = rpc::table<rpc::method<"sum", &engine::sum>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
