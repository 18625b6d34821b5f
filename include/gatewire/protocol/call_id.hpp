// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_ID_HPP
#define GATEWIRE_PROTOCOL_CALL_ID_HPP

#include <cstdint>

namespace rpc::inline v1::protocol {

/// The id of a call as it travels: the slot in the low half, how often the slot was used in the
/// high half, so that a late answer never meets the slot's next call.
using call_id = std::uint64_t;

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_ID_HPP
