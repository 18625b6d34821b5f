// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PUBLISHED_EVENT_HPP
#define GATEWIRE_PROTOCOL_PUBLISHED_EVENT_HPP

#include <gatewire/protocol/shared_frame.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rpc::inline v1::protocol {

/// An event on its way to those who want it. The views belong to whoever hands it on.
struct published_event {
    std::uint64_t number = 0;  ///< Its `seq`.
    std::size_t event = 0;     ///< Its place among the server's events.
    bool is_latest = false;    ///< A newer one of the same key makes it worthless.
    std::string_view key;      ///< Empty where the event has none.
    std::string_view target;   ///< Who alone shall have it, as `event_target` writes it, or empty.
    std::string_view frame;    ///< As it is sent.
    /// The same, if it can be kept without a copy; null otherwise.
    const shared_frame* shared = nullptr;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_PUBLISHED_EVENT_HPP
