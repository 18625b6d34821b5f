// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SUBSCRIPTION_CHANGE_HPP
#define GATEWIRE_PROTOCOL_SUBSCRIPTION_CHANGE_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rpc::inline v1::protocol {

/// A wish to receive an event or no longer.
struct subscription_change {
    std::uint32_t slot;
    bool is_wanted;
    std::size_t event;
    std::optional<std::vector<std::string>> keys;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SUBSCRIPTION_CHANGE_HPP
