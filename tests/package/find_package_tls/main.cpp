// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a program elsewhere uses TLS as it is delivered. Method: keys for a client, and a server
// that is told that its files do not exist.

#include <gatewire/rpc.hpp>
#include <gatewire/tls.hpp>

int main() {
    rpc::client_options options;
    options.tls = rpc::tls_client();
    try {
        rpc::tls_server({.certificate_file = "none.pem", .key_file = "none.key"});
    } catch (const rpc::error& why) {
        return why.code() == rpc::errc::invalid_certificate ? 0 : 1;
    }
    return 1;
}
