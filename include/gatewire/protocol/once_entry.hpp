// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_ONCE_ENTRY_HPP
#define GATEWIRE_PROTOCOL_ONCE_ENTRY_HPP

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rpc::inline v1::protocol {

/// Takes the answer to a call: the members behind its id, `"result":7}` or `"error":{..}}`.
using once_waiter = std::function<void(const std::string& tail)>;

/// A call with a key, from its start until the book is cleared.
struct once_entry {
    std::string place;                  ///< Method, identity and key.
    std::string params;                 ///< As they were written.
    std::optional<std::string> answer;  ///< Its tail; nothing while the call runs.
    std::vector<once_waiter> waiters;   ///< Who asked for the same while it ran.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_ONCE_ENTRY_HPP
