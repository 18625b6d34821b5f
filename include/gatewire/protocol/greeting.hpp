// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_GREETING_HPP
#define GATEWIRE_PROTOCOL_GREETING_HPP

#include <gatewire/protocol/call_state.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/service.hpp>

#include <string>

namespace rpc::inline v1::protocol {

/// The hello of a client with this contract; an empty token is not shown.
inline hello_request hello_of(const client_contract& contract, const std::string& token) {
    hello_request hello;
    if (!token.empty()) {
        hello.token = token;
    }
    hello.hears_ended = true;
    hello.table.emplace();
    for (const entry_description& entry : contract.methods) {
        hello.table->methods.emplace(entry.name, entry.fingerprint);
    }
    for (const entry_description& entry : contract.events) {
        hello.table->events.emplace(entry.name, entry.fingerprint);
    }
    return hello;
}

/// A hello whose token somebody must judge before it is answered.
struct pending_hello {
    std::string id;  ///< As it was written; empty for a notification.
    batch_ptr batch;
    hello_request hello;

    /// What the client showed; empty if there was none.
    std::string token() const { return hello.token.value_or(std::string()); }
};

/// Why a server refused a hello, for the log, where no secret may be seen, whatever it wrote.
inline std::string without_secret(const std::string& text, const std::string& token) {
    return !token.empty() && text.find(token) != std::string::npos ? "unknown token" : text;
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_GREETING_HPP
