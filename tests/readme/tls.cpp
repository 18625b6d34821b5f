// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the code that README.md shows for TLS compiles. Method: as in guide.cpp.

#include <gatewire/rpc.hpp>
#include <gatewire/tls.hpp>

#include <asio/io_context.hpp>

struct engine {
    int add(int a, int b);
    using rpc_table = rpc::table<rpc::method<"add", &engine::add>>;
};

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;
};

void encrypt(asio::io_context& io, engine& e, gateway& g) {
    // clang-format off
    //[tls
    auto keys = rpc::tls_server({.certificate_file = "server.pem", .key_file = "server.key",
                                 .client_ca_file = "ca.pem"});  // this one asks for certificates
    rpc::server<engine> server{io.get_executor(), e, {.listen = {"tls://0.0.0.0:2014"},
                                                      .tls = keys}};
    rpc::client<gateway> client{io.get_executor(), g, {
        .address = "tls://desk.example:2014",
        .tls = rpc::tls_client({.ca_file = "ca.pem", .certificate_file = "ada.pem",
                                .key_file = "ada.key"})}};
    //]
}
