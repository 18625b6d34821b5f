// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_STATS_ANSWER_HPP
#define GATEWIRE_PROTOCOL_STATS_ANSWER_HPP

#include <gatewire/protocol/session_counters.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/server_stats.hpp>

#include <string>

namespace rpc::inline v1::protocol {

/// The counts of all connections of a server. An uptime below zero counts as none.
server_stats stats_of(const session_traffic& total, duration uptime);

/// What `rpc.stats` is answered: an object with the members of `rpc::server_stats`, in groups.
///
/// `{"epoch", "uptime_ms", "sessions": {"connected", "kept", "resumed", "resumes_refused"},
///   "calls": {"read", "started", "answered", "failed", "refused", "in_flight"},
///   "events": {"published", "queued", "conflated"},
///   "bytes": {"received", "sent", "queued_max"}, "connections": [...]}`
///
/// Each of `connections` has the members of `rpc::session_stats` with its times as counts:
/// `connected_ms` (how long ago), `lag_us`, `answer_time_mean_us`, `answer_time_max_us`. The list
/// `subscriptions` is there for those only who may see it, `has_lists`. More members may come;
/// readers ignore those that they do not know.
std::string stats_text(const server_stats& stats, time_point now, bool has_lists);

}  // namespace rpc::inline v1::protocol

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/protocol/stats_answer_impl.hpp>
#endif

#endif  // GATEWIRE_PROTOCOL_STATS_ANSWER_HPP
