// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_OUTCOME_HPP
#define GATEWIRE_PROTOCOL_SERVER_OUTCOME_HPP

#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/server_subscriptions.hpp>
#include <gatewire/wire/buffer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

/// What a connection is told about the server it belongs to.
struct server_facts {
    std::string session;                         ///< Names this connection's session.
    std::string_view epoch;                      ///< Names this run of the server; outlives all.
    const std::atomic<std::uint64_t>* position;  ///< `seq` of the newest event.
    std::chrono::milliseconds heartbeat;
    std::chrono::milliseconds heartbeat_timeout;
    bool needs_token = false;  ///< Clients must be admitted before anything is done for them.
    std::chrono::milliseconds grace{0};  ///< A session outlives its connection for so long.
};

/// What a session that is resumed on another connection begins with.
struct resumption {
    std::string session;                  ///< Its name.
    std::optional<missed_events> missed;  ///< What cannot be sent again.
    std::uint64_t last_event;             ///< Up to here the client has what it ever gets.
};

/// A hello that somebody must admit or turn away before it is answered.
struct pending_hello {
    std::string id;  ///< As it was written; empty for a notification.
    batch_ptr batch;
    hello_request hello;

    /// What the client showed; empty if there was none.
    std::string token() const { return hello.token.value_or(std::string()); }
};

/// A query about the server as a whole.
struct server_query {
    enum class subject : unsigned char { document, statistics };

    subject about;
    std::string id;  ///< As it was written.
    batch_ptr batch;
};

/// What is to be done for what a client sent. Several frames add to one outcome.
struct server_outcome {
    std::vector<call> calls;                     ///< To be run, in order.
    wire::buffer responses;                      ///< Frames to be sent.
    std::vector<subscription_change> changes;    ///< To be carried out, in order.
    std::vector<server_query> queries;           ///< To be answered, in order.
    std::vector<std::function<void()>> cancels;  ///< Reach methods whose call was cancelled.
    std::vector<std::string> earlier_cancels;    ///< Ids of such calls of earlier connections.
    std::unique_ptr<pending_hello> hello;        ///< To be given to `admit` or `turn_away`.
    std::vector<std::string> refusals;           ///< Of messages that made no sense, for the log.
    std::optional<close_reason> close;           ///< The connection must end, and why.
    bool is_full = false;                        ///< There is no room for more calls than these.

    /// Whether there is anything to be done but to run calls and to send responses.
    bool has_requests() const noexcept {
        return hello || !changes.empty() || !queries.empty() || !cancels.empty() ||
               !earlier_cancels.empty() || !refusals.empty();
    }
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_OUTCOME_HPP
