// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_OUTGOING_CALL_HPP
#define GATEWIRE_SESSION_OUTGOING_CALL_HPP

#include <gatewire/session/call_completion.hpp>

#include <chrono>
#include <cstddef>
#include <string_view>

namespace rpc::inline v1::session {

/// A call as it is submitted.
struct outgoing_call {
    std::size_t method;         ///< Its place in the contract.
    std::string_view body;      ///< The request, lacking the members `rpc` and `id` and the brace.
    completion_ptr completion;  ///< Null for a notification.
    std::chrono::milliseconds timeout;
    std::string_view members{};  ///< More of the request's `rpc`, each with a comma before it.
    bool is_keyed = false;       ///< The server runs it once for its key.
    bool is_idempotent = false;  ///< Running it twice does no harm.
    bool is_awaited = false;     ///< A thread waits for it and does nothing else meanwhile.
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_OUTGOING_CALL_HPP
