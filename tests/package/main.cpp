// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a program elsewhere uses the library as it is delivered. Method: two translation units
// instantiate the same classes, so that a definition that is not inline shows at the link.

#include "consumer.hpp"

int main() {
    asio::io_context io;
    engine served;
    rpc::server<engine> server{io.get_executor(), served};
    return constructs(io) && rpc::version == GATEWIRE_EXPECTED_VERSION ? 0 : 1;
}
