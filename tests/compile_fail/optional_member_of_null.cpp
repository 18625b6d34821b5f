// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: std::optional of a type that can be null itself would lose which of the two is
// expect: changes

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <optional>
#include <variant>
#include <vector>

struct changes {
#ifdef GATEWIRE_MISTAKE
    std::vector<std::optional<std::monostate>> marks;
#else
    std::vector<std::monostate> marks;
#endif
};

struct engine {
    void amend(const changes&);
    using rpc_table = rpc::table<rpc::method<"amend", &engine::amend>>;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
