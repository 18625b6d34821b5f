// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_BACKOFF_HPP
#define GATEWIRE_PROTOCOL_BACKOFF_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace rpc::inline v1::protocol {

/// How long to pause before connecting again: bounded exponential backoff with full jitter.
///
/// The n-th pause is drawn evenly from zero to `min * 2^n`, at most `max`, so that clients which
/// lost their server together do not return together. The seed is the caller's.
class backoff {
public:
    backoff(std::chrono::milliseconds min, std::chrono::milliseconds max, std::uint64_t seed)
        : min_((std::max)(min, std::chrono::milliseconds{1})),
          max_((std::max)(max, min_)),
          bound_(min_),
          random_(seed) {}

    /// The next pause; the one after it may be longer.
    std::chrono::milliseconds next() {
        std::uniform_int_distribution<std::int64_t> pick(0, bound_.count());
        const std::chrono::milliseconds pause{pick(random_)};
        bound_ = bound_ > max_ / 2 ? max_ : bound_ * 2;
        return pause;
    }

    /// The longest pause, for a failure that will not be another one the next time.
    std::chrono::milliseconds longest() noexcept {
        bound_ = max_;
        return max_;
    }

    /// Begins anew, after a connection that worked.
    void reset() noexcept { bound_ = min_; }

private:
    std::chrono::milliseconds min_;
    std::chrono::milliseconds max_;
    std::chrono::milliseconds bound_;
    std::mt19937_64 random_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_BACKOFF_HPP
