// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SESSION_CONTEXT_HPP
#define GATEWIRE_SESSION_SESSION_CONTEXT_HPP

#include <gatewire/limits.hpp>
#include <gatewire/log.hpp>
#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/answer_buffers.hpp>
#include <gatewire/session/authenticator.hpp>
#include <gatewire/session/call_watch.hpp>
#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/once_book.hpp>
#include <gatewire/session/session_keeper.hpp>
#include <gatewire/session/strand_queue.hpp>
#include <gatewire/session_end.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rpc::inline v1::session {

class server_session;

/// Calls that came with one read, and the bytes that their views point into.
struct call_batch {
    std::shared_ptr<server_session> from;
    wire::buffer bytes;
    std::vector<protocol::call> calls;
    std::unique_ptr<session_end> end;  ///< No calls, but the end of the connection.
    answer_buffers answers{};          ///< Room for what the calls are answered.
};

using engine_queue = strand_queue<call_batch>;

/// What a session needs of the server it belongs to. All of it outlives the session.
struct session_context {
    const protocol::service& offers;
    const server_limits& limits;
    event_hub& hub;
    engine_queue& engine;
    const log_callback& log;
    const call_watch& watch;
    authenticator& door;
    session_keeper& keeper;
    once_book& once;
    const std::string& epoch;
    std::chrono::nanoseconds spin;  ///< How long connections are polled.
    bool is_single_threaded;        ///< No mutex is needed.
    const std::string& stats_role;  ///< Of who is told what others subscribed to.

    /// Somebody who must prove who they are needs no more for it.
    std::size_t first_frame_max() const noexcept {
        return door.is_needed()
                   ? (std::min)(limits.frame_size_max, limits.unauthenticated_frame_size_max)
                   : limits.frame_size_max;
    }

    protocol::link_bounds bounds() const noexcept {
        return {protocol::bounded(limits.frame_deadline), protocol::bounded(limits.write_deadline),
                limits.queue_soft_max, protocol::bounded(limits.queue_soft_time),
                limits.queue_hard_max};
    }

    /// The connection is over, and with it the session, if it has ended.
    /// @return Whether the engine is to hear of that.
    std::function<bool(const std::shared_ptr<server_session>&, bool has_ended)> forget{};

    /// The calls of a connection that is over have ended.
    std::function<void(const std::shared_ptr<server_session>&)> calls_ended{};

    /// What `rpc.stats` is answered, as JSON. Called without any mutex.
    std::function<std::string(bool has_lists)> statistics{};
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SESSION_CONTEXT_HPP
