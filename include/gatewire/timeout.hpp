// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TIMEOUT_HPP
#define GATEWIRE_TIMEOUT_HPP

#include <chrono>

namespace rpc::inline v1 {

/// How long one call may take, waiting for a connection included; the first argument of `call` and
/// `async_call`: `client.call<"add">(rpc::timeout{200ms}, 1, 2)`. The time travels with the call:
/// a server does not start it once it is over.
struct timeout {
    /// Zero or less ends the call at once, unsent; over 292 years never does.
    std::chrono::milliseconds value{};
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_TIMEOUT_HPP
