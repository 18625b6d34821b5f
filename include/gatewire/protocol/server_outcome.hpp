// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_OUTCOME_HPP
#define GATEWIRE_PROTOCOL_SERVER_OUTCOME_HPP

#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/call_state.hpp>
#include <gatewire/protocol/greeting.hpp>
#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/protocol/subscription_change.hpp>
#include <gatewire/wire/buffer.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rpc::inline v1::protocol {

/// A question about the server as a whole.
struct inquiry {
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
    std::vector<inquiry> inquiries;              ///< To be answered, in order.
    std::vector<std::function<void()>> cancels;  ///< Reach methods whose call was cancelled.
    std::vector<std::string> earlier_cancels;    ///< Ids of such calls of earlier connections.
    std::optional<pending_hello> hello;          ///< To be judged: `admit` it or `turn_away`.
    std::vector<std::string> refusals;           ///< Of messages that made no sense, for the log.
    std::optional<close_reason> close;           ///< The connection must end, and why.
    bool is_full = false;                        ///< There is no room for more calls than these.

    /// Whether there is anything to be done but to run calls and to send responses.
    bool has_requests() const noexcept {
        return hello || !changes.empty() || !inquiries.empty() || !cancels.empty() ||
               !earlier_cancels.empty() || !refusals.empty();
    }
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_OUTCOME_HPP
