// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_PENDING_CALL_HPP
#define GATEWIRE_NATS_PENDING_CALL_HPP

#include <gatewire/json/write.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/call_id.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace rpc::inline v1::nats {

/// A call of a client that has not completed.
struct pending_call {
    session::completion_ptr completion;
    std::string subject;
    std::string body;
    std::string key;
    protocol::time_point deadline{};
    protocol::time_point again = protocol::never;  ///< When to send it again.
    std::uint64_t order = 0;                       ///< Calls are sent in this order.
    unsigned attempts = 0;  ///< How often it was sent to where somebody may have listened.
    bool is_idempotent = false;
    bool is_sent = false;  ///< On this connection.
};

/// The whole request. The time that is left travels with it.
/// @param id  Null for a notification, which has no answer.
inline wire::buffer request_text(const pending_call& call, const protocol::call_id* id,
                                 protocol::time_point now) {
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    wire::buffer text;
    text.append(call.body);
    if (id != nullptr) {
        constexpr std::int64_t timeout_max = 0xffffffff;
        const std::int64_t left = duration_cast<milliseconds>(call.deadline - now).count();
        text.append(R"(,"rpc":{"timeout_ms":)");
        codec::write_integer(text, std::clamp(left, std::int64_t{1}, timeout_max));
        text.append(call.key);
        text.append(R"(},"id":)");
        codec::write_integer(text, *id);
    }
    text.append('}');
    return text;
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_PENDING_CALL_HPP
