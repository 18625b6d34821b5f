// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_DELIVERY_HPP
#define GATEWIRE_PROTOCOL_DELIVERY_HPP

#include <cstdint>
#include <string_view>

namespace rpc::inline v1::protocol {

/// Something that one frame brought for the client.
struct delivery {
    enum class kind : unsigned char { result, error, event };

    kind what;
    std::uint64_t number;   ///< The call's id, or the event's place among the handlers.
    std::string_view text;  ///< The result, the error object or the event's data, as written.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_DELIVERY_HPP
