// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Prints the document of the trading desk's service, for tests/openrpc/check_documents.mjs.

#include "../openrpc/documents.hpp"

#include "rpc_service/trading_service.hpp"

#include <gatewire/openrpc.hpp>

#include <nlohmann/json.hpp>

int main() {
    using service = trader::rpc_service::trading_service;
    test::print_document("trading desk", rpc::openrpc<service>("desk", "1.0.0"));
    return 0;
}
