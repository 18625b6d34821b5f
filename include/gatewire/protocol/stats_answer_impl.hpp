// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_STATS_ANSWER_IMPL_HPP
#define GATEWIRE_PROTOCOL_STATS_ANSWER_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/stats_answer.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace rpc::inline v1::protocol {

GATEWIRE_INLINE server_stats stats_of(const session_traffic& total, duration uptime) {
    server_stats stats;
    stats.uptime = std::chrono::duration_cast<std::chrono::milliseconds>(
        (std::max)(uptime, duration::zero()));
    stats.calls = total.counters.calls;
    stats.started = total.counters.started();
    stats.answered = total.counters.answers();
    stats.failed = total.counters.failures();
    stats.refused = total.counters.refused_calls();
    stats.in_flight = total.in_flight;
    stats.deliveries = total.counters.events;
    stats.conflated = total.counters.conflated;
    stats.bytes_received = total.bytes_received;
    stats.bytes_sent = total.bytes_sent;
    stats.queued_bytes = total.queued_bytes;
    return stats;
}

inline nlohmann::json json_of(const session_stats& stats, time_point now) {
    nlohmann::json json = nlohmann::json::object();
    json["session"] = stats.session;
    json["peer"] = stats.peer;
    json["identity"] = stats.identity;
    nlohmann::json& subscriptions = json["subscriptions"] = nlohmann::json::array();
    for (const std::string& one : stats.subscriptions) {
        subscriptions.get_ref<nlohmann::json::array_t&>().emplace_back(one);
    }
    const auto age = now - stats.connected_at;
    json["connected_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
    json["calls"] = stats.calls;
    json["errors"] = stats.errors;
    json["refused"] = stats.refused;
    json["in_flight"] = stats.in_flight;
    json["events"] = stats.events;
    json["conflated"] = stats.conflated;
    json["bytes_received"] = stats.bytes_received;
    json["bytes_sent"] = stats.bytes_sent;
    json["queued_bytes"] = stats.queued_bytes;
    json["lag_us"] = stats.lag.count();
    json["answer_time_mean_us"] = stats.answer_time_mean.count();
    json["answer_time_max_us"] = stats.answer_time_max.count();
    return json;
}

GATEWIRE_INLINE std::string stats_text(const server_stats& stats, time_point now) {
    nlohmann::json json = nlohmann::json::object();
    json["epoch"] = stats.epoch;
    json["uptime_ms"] = stats.uptime.count();
    nlohmann::json& sessions = json["sessions"];
    sessions["connected"] = stats.connected;
    sessions["kept"] = stats.kept;
    nlohmann::json& calls = json["calls"];
    calls["read"] = stats.calls;
    calls["started"] = stats.started;
    calls["answered"] = stats.answered;
    calls["failed"] = stats.failed;
    calls["refused"] = stats.refused;
    calls["in_flight"] = stats.in_flight;
    nlohmann::json& events = json["events"];
    events["published"] = stats.events;
    events["queued"] = stats.deliveries;
    events["conflated"] = stats.conflated;
    nlohmann::json& bytes = json["bytes"];
    bytes["received"] = stats.bytes_received;
    bytes["sent"] = stats.bytes_sent;
    bytes["queued_max"] = stats.queued_bytes;
    nlohmann::json& connections = json["connections"] = nlohmann::json::array();
    for (const session_stats& one : stats.sessions) {
        connections.get_ref<nlohmann::json::array_t&>().push_back(json_of(one, now));
    }
    // An identity is whatever text the server's owner made of it.
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_STATS_ANSWER_IMPL_HPP
