// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_FACTS_HPP
#define GATEWIRE_PROTOCOL_SERVER_FACTS_HPP

#include <gatewire/protocol/extensions.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace rpc::inline v1::protocol {

/// What a connection is told about the server it belongs to.
struct server_facts {
    std::string session;                         ///< Names this connection's session.
    std::string epoch;                           ///< Names this run of the server.
    const std::atomic<std::uint64_t>* position;  ///< `seq` of the newest event.
    std::chrono::milliseconds heartbeat;
    std::chrono::milliseconds heartbeat_timeout;
    bool needs_token = false;  ///< Clients must be admitted before anything is done for them.
    std::chrono::milliseconds grace{0};  ///< A session outlives its connection for so long.
};

/// How a session goes on on another connection.
struct resumption {
    std::string session;                  ///< Its name.
    std::optional<missed_events> missed;  ///< What cannot be sent again.
    std::uint64_t last_event;             ///< Up to here the client has what it ever gets.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_FACTS_HPP
