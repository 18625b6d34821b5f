// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_DELIVERY_HPP
#define GATEWIRE_PROTOCOL_DELIVERY_HPP

#include <cstdint>
#include <string_view>

namespace rpc::inline v1::protocol {

/// Something that one frame brought for the client.
struct delivery {
    enum class kind : unsigned char {
        result,
        error,
        event,
        welcome,       ///< The hello was answered.
        subscription,  ///< A subscription request was.
        ended  ///< No answer: a call that nobody waits for takes no place in flight any more.
    };

    /// Whether it ends a call.
    bool is_of_call() const noexcept { return what == kind::result || what == kind::error; }

    kind what;
    /// The call's id, the event's place among the handlers, or the subscription request's number.
    std::uint64_t number;
    /// The result, the error object or the event's data, as written. Of a subscription request the
    /// error object, or nothing.
    std::string_view text;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_DELIVERY_HPP
