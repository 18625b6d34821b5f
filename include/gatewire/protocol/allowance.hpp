// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_ALLOWANCE_HPP
#define GATEWIRE_PROTOCOL_ALLOWANCE_HPP

#include <gatewire/limits.hpp>
#include <gatewire/protocol/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rpc::inline v1::protocol {

/// What a peer may have for a short question: statistics, the description, newest values, events
/// that it was sent before. In bytes that are sent to it, and as many for the work of finding them.
///
/// It grows with time and with what the peer sends. One answer may cost more than there is: what
/// the peer owes then must grow back before it gets more.
class allowance {
public:
    explicit allowance(const server_limits& limits)
        : most_(static_cast<std::int64_t>(limits.lookup_size_max)),
          per_second_(static_cast<std::int64_t>(limits.lookup_size_per_second_max)),
          left_(most_) {}

    /// Whether the peer may have something now.
    /// @param received  All bytes that it ever sent.
    /// @param credit    So much it may owe.
    bool covers(time_point now, std::uint64_t received, std::size_t credit = 0) noexcept {
        grow(now, received);
        return left_ + static_cast<std::int64_t>(credit) > 0;
    }

    /// Something costs this.
    void spend(std::size_t size) noexcept { left_ -= static_cast<std::int64_t>(size); }

    /// When the peer owes no more than the credit, if it sends nothing meanwhile.
    time_point paid_at(time_point now, std::size_t credit) const noexcept {
        const std::int64_t owed = -left_ - static_cast<std::int64_t>(credit);
        if (owed < 0) {
            return now;
        }
        return per_second_ == 0 ? never : now + std::chrono::seconds(owed / per_second_ + 1);
    }

    /// Goes on with what another connection of the session has left.
    void go_on(const allowance& before) noexcept {
        left_ = before.left_;
        since_ = before.since_;
    }

private:
    /// For each byte that the peer sends.
    static constexpr std::int64_t earned = 8;

    void grow(time_point now, std::uint64_t received) noexcept {
        using std::chrono::milliseconds;
        const auto time = std::chrono::duration_cast<milliseconds>(now - since_);
        since_ += time;
        const std::int64_t waited = (std::min)(time, milliseconds(3'600'000)).count();
        const auto sent = static_cast<std::int64_t>(received - received_);
        left_ = (std::min)(most_, left_ + per_second_ * waited / 1'000 + earned * sent);
        received_ = received;
    }

    std::int64_t most_;
    std::int64_t per_second_;
    std::int64_t left_;
    time_point since_{};
    std::uint64_t received_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_ALLOWANCE_HPP
