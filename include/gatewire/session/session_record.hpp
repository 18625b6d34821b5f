// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SESSION_RECORD_HPP
#define GATEWIRE_SESSION_SESSION_RECORD_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/protocol/subscription_list.hpp>
#include <gatewire/session_end.hpp>
#include <gatewire/session_stats.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::session {

/// What a server knows of one of its connections, beside what the protocol needs.
///
/// The identity is set at the hello, before any call is handed to the engine, and never changed, so
/// methods read it without a mutex. The subscriptions are guarded by the session's.
struct session_record {
    std::atomic<std::uint64_t>
        number;  ///< Of the session: kept when it goes on on another connection.
    std::shared_ptr<const std::string> peer;
    protocol::time_point connected_at;
    std::shared_ptr<const rpc::identity> identity{};  ///< Null for an anonymous client.
    protocol::subscription_list subscriptions{};
    std::uint64_t resumes = 0;  ///< How often the session went on.

    std::string identity_text() const { return identity ? identity->name : std::string(); }

    /// Where nobody is asked who clients are, those who showed a certificate are its subjects.
    void recognise(const std::optional<certificate>& shown) {
        if (shown) {
            identity = std::make_shared<const rpc::identity>(
                shown->common_name.empty() ? shown->fingerprint : shown->common_name);
        }
    }

    /// Who may go on with the session: the same name with the same roles, for what is subscribed
    /// to is not asked for again.
    std::string claimant() const {
        if (!identity) {
            return {};
        }
        std::vector<std::string_view> roles(identity->roles.begin(), identity->roles.end());
        std::sort(roles.begin(), roles.end());
        std::string result = std::to_string(identity->name.size()) + ' ' + identity->name;
        for (const std::string_view role : roles) {
            result.append("\n").append(role);
        }
        return result;
    }

    /// @param lag  How long what is being written has not moved.
    session_stats stats(const protocol::server_connection& connection,
                        const protocol::session_traffic& passed, protocol::duration lag) const {
        const protocol::session_counters& counted = passed.counters;
        session_stats result;
        result.session = number;
        result.peer = *peer;
        result.identity = identity_text();
        result.subscription_count = subscriptions.count();
        result.resumes = resumes;
        result.calls = counted.calls;
        result.errors = counted.errors;
        result.refused = counted.refused_calls();
        result.in_flight = connection.in_flight();
        result.events = counted.events;
        result.conflated = counted.conflated;
        result.bytes_received = passed.bytes_received;
        result.bytes_sent = passed.bytes_sent;
        result.queued_bytes = passed.queued_bytes;
        result.lag = microseconds(lag);
        result.answer_time_mean = microseconds(counted.answer_time_mean());
        result.answer_time_max = microseconds(counted.answer_time_max);
        result.connected_at = connected_at;
        return result;
    }

    session_end end(const protocol::close_reason& why) const {
        return {number, *peer, identity_text(), error(why.code, why.text)};
    }

private:
    static std::chrono::microseconds microseconds(protocol::duration time) {
        return std::chrono::duration_cast<std::chrono::microseconds>(time);
    }
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SESSION_RECORD_HPP
