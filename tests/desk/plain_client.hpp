// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_PLAIN_CLIENT_HPP
#define TESTS_PLAIN_CLIENT_HPP

#include "rpc_service/trading_service.hpp"

#include <gatewire/rpc.hpp>

#include <string>
#include <utility>

namespace test {

/// A client that knows the service's own table, and no gateway: every function as it is.
struct plain_client {
    explicit plain_client(const std::string& address, const std::string& token = {})
        : plain_client(rpc::client_options{.address = address, .token = token}) {}
    explicit plain_client(rpc::client_options options)
        : client(io.get_executor(), std::move(options)) {
        client.start();
    }
    rpc::io_thread io;
    rpc::client<trader::rpc_service::trading_service> client;
};

/// The name of the code with which a call fails; `none` if it does not.
std::string code_of(auto&& call) {
    try {
        call();
        return "none";
    } catch (const rpc::error& failure) {
        return std::string(rpc::to_string(static_cast<rpc::errc>(failure.code().value())));
    }
}

}  // namespace test

#endif  // TESTS_PLAIN_CLIENT_HPP
