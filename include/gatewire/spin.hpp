// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SPIN_HPP
#define GATEWIRE_SPIN_HPP

#include <chrono>

namespace rpc::inline v1 {

/// How long a connection is polled after each sign of life before its thread sleeps, in the options
/// of servers and clients: `{.spin = rpc::spin{50us}}`. Zero, the default, sleeps at once.
///
/// While it polls, the loop's thread uses a whole core: what is saved is the time in which the
/// system wakes a sleeping core, tens of microseconds in each direction. Everything else on the
/// loop goes on between two looks. Too short, it only wastes time; too long, it burns what other
/// threads could use: with fewer cores than polling threads everything becomes slower.
struct spin {
    std::chrono::nanoseconds value{};  ///< Zero: it sleeps at once.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SPIN_HPP
