// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "consumer.hpp"

bool constructs(asio::io_context& io) {
    engine served;
    rpc::server<engine> server{io.get_executor(), served};
    rpc::client<engine> client{io.get_executor(), served};
    return true;
}
