// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a view of a string cannot be received: use std::string
// expect: "note"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <string>
#include <string_view>

struct gateway {
#ifdef GATEWIRE_MISTAKE
    void on_note(std::string_view);
#else
    void on_note(const std::string&);
#endif
    using rpc_table = rpc::table<rpc::on<"note", &gateway::on_note>>;
};

void connect(asio::io_context& io, gateway& one) {
    rpc::client<gateway> client(io.get_executor(), one);
}
