// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SUBSCRIPTION_CHANGE_HPP
#define GATEWIRE_PROTOCOL_SUBSCRIPTION_CHANGE_HPP

#include <gatewire/protocol/call_state.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rpc::inline v1::protocol {

/// A wish to receive an event or no longer, until it is carried out. It is no call: it has no slot
/// among those in flight, and however many of them run, it is not refused for that.
struct subscription_change {
    std::string id;  ///< As it was written; empty for a notification.
    batch_ptr batch;
    bool is_wanted;
    std::size_t event;
    std::optional<std::vector<std::string>> keys;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SUBSCRIPTION_CHANGE_HPP
