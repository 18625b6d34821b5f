// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_HPP
#define GATEWIRE_PROTOCOL_CALL_HPP

#include <gatewire/protocol/call_state.hpp>
#include <gatewire/protocol/time.hpp>

#include <cstdint>
#include <string_view>

namespace rpc::inline v1::protocol {

/// A call for the engine. The views point into the frame that brought it.
struct call {
    std::uint32_t slot;
    std::uint32_t method;
    std::string_view id;      ///< As it was written; empty for a notification.
    std::string_view params;  ///< As they were written, not yet checked; empty when absent.
    time_point deadline;      ///< Not to be started from here on.
    bool is_batched;          ///< The answer is gathered, not sent by itself.
    call_state* state;        ///< Lives until the call is finished.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_HPP
