// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PEER_PATIENCE_HPP
#define GATEWIRE_PROTOCOL_PEER_PATIENCE_HPP

#include <gatewire/limits.hpp>
#include <gatewire/protocol/link_watch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rpc::inline v1::protocol {

/// How long a server waits for a client that says nothing, and how much it takes of one that says
/// what costs nothing.
///
/// A client that said hello also promised heartbeats, so its silence means that it is gone. A plain
/// peer promised nothing: it only must begin to speak, and must not rest for ever without a
/// subscription. Where clients must prove who they are, all have the same short time for it.
class peer_patience {
public:
    /// @param needs_hello  Nothing is done for a peer before its hello is accepted.
    peer_patience(const server_limits& limits, std::chrono::milliseconds heartbeat_timeout,
                  time_point opened, bool needs_hello = false)
        : limits_(limits),
          heartbeat_timeout_(heartbeat_timeout),
          opened_(opened),
          needs_hello_(needs_hello) {}

    void heard_frame(time_point now) noexcept {
        has_spoken_ = true;
        frames_before_hello_ += has_greeted_ ? 0 : 1;
        if (now - counting_since_ >= std::chrono::seconds(1)) {
            counting_since_ = now;
            pings_ = 0;
            inquiries_ = 0;
        }
        if (now - nonsense_since_ >= std::chrono::minutes(1)) {
            nonsense_since_ = now;
            nonsense_before_ = nonsense_;
        }
    }
    /// @param count  All messages so far that made no sense.
    void heard_nonsense(std::uint64_t count) noexcept { nonsense_ = count; }
    void heard_ping() noexcept { ++pings_; }
    void heard_inquiry() noexcept { ++inquiries_; }
    void heard_hello() noexcept { has_greeted_ = true; }
    bool has_greeted() const noexcept { return has_greeted_; }

    /// Whether the peer must be given up for what it sent. Ask after each frame.
    bool is_flooded() const noexcept {
        return sends_too_much_unknown() || pings_ > limits_.pings_per_second_max ||
               inquiries_ > limits_.inquiries_per_second_max || makes_no_sense();
    }

    /// Why it must, if it must.
    std::optional<close_reason> check_flood() const {
        if (sends_too_much_unknown()) {
            return close_reason{errc::unauthenticated,
                                "no hello was accepted in " +
                                    std::to_string(limits_.unauthenticated_frames_max) + " frames"};
        }
        if (pings_ > limits_.pings_per_second_max) {
            return close_reason{errc::overloaded, "more than " +
                                                      std::to_string(limits_.pings_per_second_max) +
                                                      " pings within a second"};
        }
        if (inquiries_ > limits_.inquiries_per_second_max) {
            return close_reason{errc::overloaded,
                                "more than " + std::to_string(limits_.inquiries_per_second_max) +
                                    " questions about the server within a second"};
        }
        if (makes_no_sense()) {
            return close_reason{errc::protocol_violation,
                                "more than " + std::to_string(limits_.nonsense_per_minute_max) +
                                    " messages within a minute made no sense"};
        }
        return std::nullopt;
    }

    /// When patience ends. `is_resting`: no subscription and no call in flight.
    time_point deadline(time_point last_received, bool is_resting) const noexcept {
        if (has_greeted_) {
            return after(last_received, heartbeat_timeout_);
        }
        if (!has_spoken_ || needs_hello_) {
            return after(opened_, limits_.first_frame_deadline);
        }
        return is_resting ? after(last_received, limits_.plain_idle_max) : never;
    }

    /// Why the peer must be given up now, if it must.
    std::optional<close_reason> reason_to_end(time_point now, time_point last_received,
                                              bool is_resting) const {
        if (now < deadline(last_received, is_resting)) {
            return std::nullopt;
        }
        const auto milliseconds = [](std::chrono::milliseconds time) {
            return std::to_string(time.count()) + " ms";
        };
        if (has_greeted_) {
            return close_reason{errc::peer_silent,
                                "no sign of life for " + milliseconds(heartbeat_timeout_)};
        }
        if (has_spoken_ && needs_hello_) {
            return close_reason{
                errc::unauthenticated,
                "no hello was accepted for " + milliseconds(limits_.first_frame_deadline)};
        }
        return close_reason{
            errc::peer_silent,
            has_spoken_ ? "idle for " + milliseconds(limits_.plain_idle_max)
                        : "nothing was said for " + milliseconds(limits_.first_frame_deadline)};
    }

private:
    bool makes_no_sense() const noexcept {
        return nonsense_ - nonsense_before_ > limits_.nonsense_per_minute_max;
    }

    bool sends_too_much_unknown() const noexcept {
        return needs_hello_ && !has_greeted_ &&
               frames_before_hello_ > limits_.unauthenticated_frames_max;
    }

    const server_limits& limits_;
    std::chrono::milliseconds heartbeat_timeout_;
    time_point opened_;
    bool needs_hello_;
    bool has_spoken_ = false;
    bool has_greeted_ = false;
    std::size_t frames_before_hello_ = 0;
    time_point counting_since_{};
    std::size_t pings_ = 0;      // since then
    std::size_t inquiries_ = 0;  // since then
    time_point nonsense_since_{};
    std::uint64_t nonsense_ = 0;
    std::uint64_t nonsense_before_ = 0;  // until then
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_PEER_PATIENCE_HPP
