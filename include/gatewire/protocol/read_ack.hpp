// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_READ_ACK_HPP
#define GATEWIRE_PROTOCOL_READ_ACK_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/protocol/extensions.hpp>

namespace rpc::inline v1::protocol {

/// Reads `rpc.ack` as clients send it, as a notification. @return false for anything else. Its
/// params are read whole, so whoever takes it needs no more of it to be validated.
inline bool read_ack(const codec::message& received, ack_request& read) {
    codec::read_error unused;
    return received.method == ack_method && received.id.empty() &&
           codec::read_text(received.params, read, unused);
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_READ_ACK_HPP
