// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SERVER_STATS_HPP
#define GATEWIRE_SERVER_STATS_HPP

#include <gatewire/session_stats.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rpc::inline v1 {

/// A server at one moment; see `server::stats`. Counts go over its life, those of connections that
/// are over included. Calls are requests and notifications, those of `rpc.` left out.
struct server_stats {
    std::string epoch;                    ///< Names this server object, as clients see it.
    std::chrono::milliseconds uptime{};   ///< Since the last `start`; zero before the first.
    std::size_t connected = 0;            ///< Connections, draining ones included.
    std::size_t kept = 0;                 ///< Sessions without one, that wait for their client.
    std::uint64_t resumed = 0;            ///< How often a session went on on another connection.
    std::uint64_t resumes_refused = 0;    ///< How often one was not let go on, so soon again.
    std::uint64_t calls = 0;              ///< Read, those that were sent again included.
    std::uint64_t started = 0;            ///< Given to the engine.
    std::uint64_t answered = 0;           ///< Those of them that were answered, in whatever way.
    std::uint64_t failed = 0;             ///< Those of them that were answered with an error.
    std::uint64_t refused = 0;            ///< Not given to the engine.
    std::size_t in_flight = 0;            ///< Given to the engine and not ended.
    std::uint64_t events = 0;             ///< Published; each has a number.
    std::uint64_t deliveries = 0;         ///< Queued for a connection, counted for each.
    std::uint64_t conflated = 0;          ///< Those that a newer one of their key replaced.
    std::uint64_t bytes_received = 0;     ///< Read, frame headers included.
    std::uint64_t bytes_sent = 0;         ///< Taken by the operating system, not just queued.
    std::size_t queued_bytes = 0;         ///< Of the deepest send queue.
    std::vector<session_stats> sessions;  ///< The connections, ordered by number.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SERVER_STATS_HPP
