// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_PROXY_FAULTS_HPP
#define GATEWIRE_TESTING_PROXY_FAULTS_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace rpc::inline v1::testing {

/// One of the two directions of a connection.
enum class direction { to_server, to_client };

/// What a proxy does to the bytes of one direction, on all its connections. Changed and read on the
/// proxy's thread only, except for the counters.
struct direction_faults {
    bool is_stalled = false;
    bool is_lost = false;
    std::optional<std::uint64_t> cut_at;      ///< Counted in passed bytes.
    std::optional<std::uint64_t> corrupt_at;  ///< Counted in passed bytes.
    std::atomic<std::uint64_t> passed = 0;
    std::atomic<std::uint64_t> lost = 0;

    /// How many of these bytes may pass before a cut is due.
    std::size_t allowed(std::size_t count) const noexcept {
        if (!cut_at) {
            return count;
        }
        return static_cast<std::size_t>((std::min<std::uint64_t>)(count, *cut_at - passed));
    }

    bool must_cut() const noexcept { return cut_at && passed >= *cut_at; }

    /// Spoils what is to be spoilt among the next bytes, and counts them as passed.
    void pass(char* bytes, std::size_t count) noexcept {
        if (corrupt_at && *corrupt_at < passed + count) {
            bytes[*corrupt_at - passed] = static_cast<char>(bytes[*corrupt_at - passed] ^ 1);
            corrupt_at.reset();
        }
        passed += count;
    }
};

struct proxy_faults {
    std::array<direction_faults, 2> ways;
    std::size_t bytes_per_second = 0;  ///< 0 is as fast as it goes.
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_PROXY_FAULTS_HPP
