// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SESSION_CONTEXT_HPP
#define GATEWIRE_SESSION_SESSION_CONTEXT_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/error.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/log.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/protocol/server_subscriptions.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/session/close_barrier.hpp>
#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/idempotency_keys.hpp>
#include <gatewire/session/resumable_sessions.hpp>
#include <gatewire/session/serial_queue.hpp>
#include <gatewire/session_end.hpp>
#include <gatewire/session_stats.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
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
struct session_state {
    /// Of the session: the same after it was resumed on another connection.
    std::atomic<std::uint64_t> number;
    std::shared_ptr<const std::string> peer;
    protocol::time_point connected_at;
    std::shared_ptr<const rpc::identity> identity{};  ///< Null for an anonymous client.
    protocol::session_subscriptions subscriptions{};
    std::uint64_t resumes = 0;  ///< How often the session was resumed.

    std::string identity_text() const { return identity ? identity->name : std::string(); }

    bool has_role(const std::string& role) const {
        return !role.empty() && identity && identity->has_role(role);
    }

    /// Where nobody is asked who clients are, those who showed a certificate are its subjects.
    void recognise(const std::optional<certificate>& shown) {
        if (shown) {
            identity = std::make_shared<const rpc::identity>(
                shown->common_name.empty() ? shown->fingerprint : shown->common_name);
        }
    }

    /// Who may go on with the session: the same name with the same roles, for what is subscribed
    /// to is not asked for again.
    GATEWIRE_COLD std::string claimant() const {
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

    /// Who made a call.
    caller caller_of(const protocol::call& what) const {
        std::optional<caller::clock::time_point> deadline;
        if (what.deadline != protocol::never) {
            deadline = what.deadline;
        }
        const std::shared_ptr<protocol::call_state> call = what.state->shared_from_this();
        std::shared_ptr<const std::string> trace;
        if (!call->traceparent.empty()) {
            // A copy: the state is another call's soon, and who has this may keep it.
            trace = std::make_shared<const std::string>(call->traceparent);
        }
        return {peer, deadline, {call, &call->cancelled}, identity, number, std::move(trace)};
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

/// What the user's code says of a client.
struct verdict {
    std::optional<rpc::identity> identity;  ///< Nothing: the client is refused.
    std::string refusal;                    ///< Why, for the client and the log.
};

/// Asks the user's code who a client is.
class authenticator {
public:
    using question = std::function<rpc::identity(const credentials&)>;

    /// @param ask  Must outlive this; may be empty.
    explicit authenticator(const question& ask) : ask_(ask) {}

    bool is_needed() const noexcept { return static_cast<bool>(ask_); }

    /// Call without any mutex.
    GATEWIRE_COLD verdict ask(const credentials& shown) {
        if (!barrier_.enter()) {
            return {std::nullopt, "the server is shutting down"};
        }
        verdict said = judge(shown);
        barrier_.leave();
        // The text goes into logs, where no secret may be seen, whatever the user's code wrote.
        if (!shown.token.empty() && said.refusal.find(shown.token) != std::string::npos) {
            said.refusal = unknown;
        }
        return said;
    }

    /// Waits until nobody is asked; from here on everyone is refused.
    void close() { barrier_.close(); }

private:
    static constexpr const char* unknown = "the client is not known here";

    verdict judge(const credentials& shown) const {
        try {
            return {ask_(shown), {}};
        } catch (const error& refused) {
            return {std::nullopt, refused.message()};
        } catch (const std::exception& refused) {
            return {std::nullopt, std::string(detail::words_of(refused))};
        } catch (...) {
            return {std::nullopt, unknown};
        }
    }

    const question& ask_;
    close_barrier barrier_;
};

class server_session;

/// Calls that came with one read, and the bytes that their views point into.
struct call_batch {
    std::shared_ptr<server_session> from;
    wire::buffer bytes;
    std::vector<protocol::call> calls;
    std::unique_ptr<session_end> end;  ///< No calls, but the end of the connection.
    response_buffers responses{};      ///< Room for the responses to the calls.
};

using engine_queue = strand_queue<std::unique_ptr<call_batch>>;

/// What a session needs of the server it belongs to. All of it outlives the session.
struct session_context {
    const protocol::service& offers;
    const server_limits& limits;
    event_hub& hub;
    engine_queue& engine;
    const log_callback& log;
    const call_observer& watch;
    session::authenticator& authenticator;
    resumable_sessions& sessions;
    idempotency_keys& keys;
    const std::string& epoch;
    std::chrono::nanoseconds spin;  ///< How long connections are polled.
    bool is_single_threaded;        ///< No mutex is needed.
    const std::string& stats_role;  ///< Of who may see what others subscribed to.

    /// Somebody who must prove who they are needs no more for it.
    std::size_t first_frame_max() const noexcept {
        return authenticator.is_needed()
                   ? (std::min)(limits.frame_size_max, limits.unauthenticated_frame_size_max)
                   : limits.frame_size_max;
    }

    protocol::connection_bounds bounds() const noexcept {
        return {protocol::bounded(limits.frame_deadline), protocol::bounded(limits.write_deadline),
                limits.queue_soft_max, protocol::bounded(limits.queue_soft_time),
                limits.queue_hard_max};
    }

    /// The connection is over, and with it the session, if it has ended.
    /// @return Whether the engine is to hear of that.
    std::function<bool(const std::shared_ptr<server_session>&, bool has_ended)> forget{};

    /// The calls of a connection that is over have ended.
    std::function<void(const std::shared_ptr<server_session>&)> calls_ended{};

    /// The result of `rpc.stats`, as JSON. Called without any mutex.
    std::function<std::string(bool has_lists)> statistics{};
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SESSION_CONTEXT_HPP
