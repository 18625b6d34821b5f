// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SESSION_COUNTERS_HPP
#define GATEWIRE_PROTOCOL_SESSION_COUNTERS_HPP

#include <gatewire/protocol/link_watch.hpp>

#include <algorithm>
#include <cstdint>

namespace rpc::inline v1::protocol {

/// What one connection of a server did so far. Guarded by what guards the connection.
struct session_counters {
    std::uint64_t calls = 0;      ///< Read from it, refused ones too.
    std::uint64_t errors = 0;     ///< Those of them that were answered with an error.
    std::uint64_t events = 0;     ///< Queued for it.
    std::uint64_t conflated = 0;  ///< Those of them that a newer one of their key replaced.
    duration answer_time_max{};   ///< From a call's arrival to its answer.

    /// A call was answered after this time.
    void answered(duration taken) noexcept {
        ++answers_;
        answer_time_ += taken;
        answer_time_max = (std::max)(answer_time_max, taken);
    }

    duration answer_time_mean() const noexcept {
        return answers_ == 0 ? duration{} : answer_time_ / static_cast<duration::rep>(answers_);
    }

private:
    std::uint64_t answers_ = 0;
    duration answer_time_{};
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SESSION_COUNTERS_HPP
