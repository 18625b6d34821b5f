// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTS_PACKAGE_CONSUMER_HPP
#define GATEWIRE_TESTS_PACKAGE_CONSUMER_HPP

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

struct engine {
    int add(int a, int b) { return a + b; }

    using rpc_table = rpc::table<rpc::method<"add", &engine::add>>;
};

/// Constructs a server and a client of it in the other translation unit; nothing is connected.
bool constructs(asio::io_context& io);

#endif  // GATEWIRE_TESTS_PACKAGE_CONSUMER_HPP
