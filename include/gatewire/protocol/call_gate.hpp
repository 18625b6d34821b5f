// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_GATE_HPP
#define GATEWIRE_PROTOCOL_CALL_GATE_HPP

#include <gatewire/limits.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/server_extensions.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/session_memory.hpp>
#include <gatewire/wire/json/envelope.hpp>
#include <gatewire/wire/json/read.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::protocol {

/// Decides whether a call of a method that is served may run.
class call_gate {
public:
    using message = wire::json::message;

    call_gate(const server_limits& limits, const server_extensions& extensions,
              const session_memory& memory)
        : limits_(limits), extensions_(extensions), memory_(memory) {}

    /// What the connection is doing.
    struct state {
        bool is_draining;
        bool is_full;  ///< There is no room for one more call in flight.
    };

    bool admits(const message& call, const entry_description& method, state now) const {
        return !now.is_draining && !now.is_full &&
               memory_.answers.size() <= limits_.answers_kept_max &&
               extensions_.lacking(method).empty() && (call.key.empty() || knows(call, method));
    }

    /// The error for a call that is not admitted: its code and its text.
    std::pair<int, std::string> refusal(const message& call, const entry_description& method,
                                        state now) const {
        const std::string name = "the method '" + wire::json::printable(call.method) + "'";
        if (const std::string_view role = extensions_.lacking(method); !role.empty()) {
            return {forbidden_code, name + " needs the role '" + std::string(role) + "'"};
        }
        if (now.is_draining) {
            return {shutting_down_code, "the server is shutting down"};
        }
        if (!call.key.empty() && !method.is_once) {
            return {invalid_params_code, "rpc.key: " + name + " takes no key"};
        }
        if (!call.key.empty() && !knows(call, method)) {
            return {outcome_unknown_code,
                    "rpc.epoch: the server was started anew since the key was made, so it does not "
                    "know whether the call ran"};
        }
        if (now.is_full) {
            return {overloaded_code, "too many calls in flight: the limit is " +
                                         std::to_string(limits_.calls_in_flight_max)};
        }
        return {overloaded_code, "too many bytes of answers are kept: the limit is " +
                                     std::to_string(limits_.answers_kept_max) +
                                     "; rpc.ack says which of them arrived"};
    }

private:
    /// Whether the key of a call means something here.
    bool knows(const message& call, const entry_description& method) const {
        return method.is_once && (call.epoch.empty() || call.epoch == extensions_.epoch());
    }

    const server_limits& limits_;
    const server_extensions& extensions_;
    const session_memory& memory_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_GATE_HPP
