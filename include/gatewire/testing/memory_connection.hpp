// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_CONDITIONS_HPP
#define GATEWIRE_TESTING_CONDITIONS_HPP

#include <chrono>
#include <cstddef>

namespace rpc::inline v1::testing {

/// What a connection of a `rpc::testing::world` is like. A plain aggregate: name what differs.
struct conditions {
    /// How long bytes are on their way, in each direction. Connecting takes two of it.
    std::chrono::microseconds latency{0};
    /// At most so much is added to each latency, by chance. Bytes never overtake each other.
    std::chrono::microseconds jitter{0};
    /// Whether each read gives a random part of what has arrived, at least one byte.
    bool split_reads = false;
    /// Bytes that may be on their way or unread in one direction; then the writer waits.
    std::size_t window = std::size_t{64} << 10;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_CONDITIONS_HPP
