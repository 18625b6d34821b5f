// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_TIME_HPP
#define GATEWIRE_PROTOCOL_TIME_HPP

#include <chrono>

namespace rpc::inline v1::protocol {

using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

/// "Never", as a deadline.
inline constexpr time_point never = (time_point::max)();

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_TIME_HPP
