// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: std::optional of a type that can be null itself would lose which of the two is
// expect: "amend"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <optional>

struct engine {
    void amend(std::optional<std::optional<double>>);
    void amend_price(std::optional<double>);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"amend", &engine::amend>
#else
        rpc::method<"amend", &engine::amend_price>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
