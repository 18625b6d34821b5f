// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_STATS_HPP
#define GATEWIRE_SESSION_STATS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rpc::inline v1 {

/// One connection of a server at one moment; see `server::sessions`.
struct session_stats {
    std::uint64_t session = 0;  ///< Its number, as `caller::session` gives it.
    std::string peer;           ///< The client's address: `tcp://127.0.0.1:40712`.
    std::string identity;       ///< Who the client proved to be; empty for an anonymous one.
    /// What it subscribed to: `trade`, or `tick: rb2405` for each key; 64 of them at most.
    std::vector<std::string> subscriptions;
    std::size_t subscription_count = 0;  ///< All of them.
    std::uint64_t resumes = 0;           ///< How often the session went on on another connection.
    std::uint64_t calls = 0;             ///< Requests and notifications, those of `rpc.` left out.
    std::uint64_t errors = 0;            ///< Those of them that were answered with an error.
    std::uint64_t refused = 0;           ///< Those of them that were not given to the engine.
    std::size_t in_flight = 0;           ///< Read and not answered, on earlier connections too.
    std::uint64_t events = 0;            ///< Queued for it.
    std::uint64_t conflated = 0;         ///< Those of them that a newer one of their key replaced.
    std::uint64_t bytes_received = 0;    ///< Read from it, frame headers included.
    std::uint64_t bytes_sent = 0;        ///< Taken by the operating system, not just queued.
    std::size_t queued_bytes = 0;        ///< Not written yet.
    std::chrono::microseconds lag{};     ///< How long the bytes being written have not moved.
    /// From the arrival of a call to the moment at which its answer is queued, over all calls that
    /// an engine's method was asked for and that were answered.
    std::chrono::microseconds answer_time_mean{};
    std::chrono::microseconds answer_time_max{};           ///< The longest of them.
    std::chrono::steady_clock::time_point connected_at{};  ///< When it was accepted.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SESSION_STATS_HPP
