// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Prints the document of the trading desk's service, for tests/openrpc/check_documents.mjs.

#include "../openrpc/documents.hpp"

#include "rpc_service/trading_service.hpp"

#include <gatewire/openrpc.hpp>

int main() {
    test::print_document("trading desk", rpc::openrpc<trader::rpc_service::trading_service>("desk", "1.0.0"));
    return 0;
}
