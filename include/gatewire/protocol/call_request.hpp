// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_REQUEST_HPP
#define GATEWIRE_PROTOCOL_CALL_REQUEST_HPP

#include <chrono>
#include <cstddef>
#include <string_view>

namespace rpc::inline v1::protocol {

/// A call as a client makes it, from its face to the table of its calls. The views need to be
/// valid only until it is submitted.
struct call_request {
    std::size_t method;     ///< Its place in the contract; `protocol::not_listed`: it has none.
    std::string_view body;  ///< The request, lacking the members `rpc` and `id` and the brace.
    std::chrono::milliseconds timeout;
    bool is_idempotent = false;  ///< Running it twice does no harm.
    bool is_keyed = false;       ///< The server runs it once for its key.
    bool is_awaited = false;     ///< A thread waits for it and does nothing else meanwhile.
    std::string_view members{};  ///< More of the request's `rpc`, each with a comma before it.
    std::string_view trace{};    ///< That of the call, which stands among them, too.
    std::string_view engine{};   ///< Who alone is to run it; empty for any. Only over a broker.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_REQUEST_HPP
