// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_TIME_HPP
#define GATEWIRE_PROTOCOL_TIME_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace rpc::inline v1::protocol {

using time_point = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

/// "Never", as a deadline.
inline constexpr time_point never = (time_point::max)();

/// A duration as the clock counts, which is up to 292 years. One that is longer is for ever, the
/// greatest there is; one that is negative is none.
template <class Count, class Unit>
constexpr duration bounded(std::chrono::duration<Count, Unit> time) noexcept {
    using given = std::chrono::duration<Count, Unit>;
    if (!(time > given::zero())) {  // Not a number is no time, either.
        return duration::zero();
    }
    const given longest = std::chrono::duration_cast<given>((duration::max)());
    // As a fraction the longest is rounded up, to what does not fit.
    const bool is_for_ever =
        std::chrono::treat_as_floating_point_v<Count> ? time >= longest : time > longest;
    return is_for_ever ? (duration::max)() : std::chrono::duration_cast<duration>(time);
}

/// When so much time has passed since then; `never` if the clock does not get there.
template <class Count, class Unit>
constexpr time_point after(time_point since, std::chrono::duration<Count, Unit> time) noexcept {
    const duration wait = bounded(time);
    return since > never - wait ? never : since + wait;
}

/// A duration in milliseconds for a peer, up to 24 days: timers of other languages count up to
/// there. A peer that gets less than the truth only asks earlier than needed.
constexpr std::uint32_t wire_milliseconds(std::chrono::milliseconds time) noexcept {
    constexpr std::chrono::milliseconds longest{0x7fffffff};
    return static_cast<std::uint32_t>(
        std::clamp(time, std::chrono::milliseconds::zero(), longest).count());
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_TIME_HPP
