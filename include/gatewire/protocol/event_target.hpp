// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EVENT_TARGET_HPP
#define GATEWIRE_PROTOCOL_EVENT_TARGET_HPP

#include <cstdint>
#include <string>
#include <string_view>

/// Who alone shall have an event, as text; an empty text means everyone.
namespace rpc::inline v1::protocol {

/// The session with this number.
inline std::string target_session(std::uint64_t number) {
    return "#" + std::to_string(number);
}

/// Every client with this identity.
inline std::string target_identity(std::string_view identity) {
    return "=" + std::string(identity);
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EVENT_TARGET_HPP
