// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: std::optional of a type that can be null itself would lose which of the two is
// expect: "amend"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <optional>
#include <variant>

struct engine {
    std::optional<std::variant<std::monostate, int>> amend();
    std::variant<std::monostate, int> amend_price();
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
