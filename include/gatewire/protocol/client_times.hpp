// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CLIENT_TIMES_HPP
#define GATEWIRE_PROTOCOL_CLIENT_TIMES_HPP

#include <chrono>

namespace rpc::inline v1::protocol {

/// The waits of a client's connection.
struct client_times {
    std::chrono::milliseconds greeting;           ///< For hello and subscriptions together.
    std::chrono::milliseconds heartbeat;          ///< The longest rest before a ping.
    std::chrono::milliseconds heartbeat_timeout;  ///< The longest silence of the server.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CLIENT_TIMES_HPP
