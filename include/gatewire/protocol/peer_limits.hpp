// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PEER_LIMITS_HPP
#define GATEWIRE_PROTOCOL_PEER_LIMITS_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rpc::inline v1::protocol {

/// How long a server waits for a silent client, and how many messages that cost a client nothing
/// (pings, queries, nonsense) it takes.
///
/// A client that said hello also promised heartbeats, so its silence means that it is gone. A plain
/// peer promised nothing: it only must begin to speak, and must not rest for ever without a
/// subscription. Where clients must prove who they are, all have the same short time for it.
class peer_limits {
public:
    /// @param needs_hello  Nothing is done for a peer before its hello is accepted.
    peer_limits(const server_limits& limits, std::chrono::milliseconds heartbeat_timeout,
                time_point opened, bool needs_hello = false)
        : limits_(limits),
          silence_max_(bounded(heartbeat_timeout)),
          opened_(opened),
          needs_hello_(needs_hello) {}

    void on_frame(time_point now) noexcept {
        has_spoken_ = true;
        frames_before_hello_ += said_hello_ ? 0 : 1;
        if (now == last_frame_) {  // One read brings many.
            return;
        }
        last_frame_ = now;
        if (now - counting_since_ >= std::chrono::seconds(1)) {
            counting_since_ = now;
            pings_ = 0;
            queries_ = 0;
        }
        if (now - nonsense_since_ >= std::chrono::minutes(1)) {
            nonsense_since_ = now;
            nonsense_before_ = nonsense_;
        }
    }
    /// @param count  All messages so far that made no sense.
    void on_nonsense(std::uint64_t count) noexcept { nonsense_ = count; }
    void on_ping() noexcept { ++pings_; }
    void on_query() noexcept { ++queries_; }
    void on_hello() noexcept { said_hello_ = true; }
    bool said_hello() const noexcept { return said_hello_; }

    /// Whether the peer must be given up for what it sent. Ask after each frame.
    bool is_flooded() const noexcept {
        return sends_too_much_unknown() || pings_ > limits_.pings_per_second_max ||
               queries_ > limits_.inquiries_per_second_max || makes_no_sense();
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
        if (queries_ > limits_.inquiries_per_second_max) {
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

    /// When the peer must be given up. `is_resting`: no subscription and no call in flight.
    time_point deadline(time_point last_received, bool is_resting) const noexcept {
        if (said_hello_) {
            return after(last_received, silence_max_);
        }
        if (!has_spoken_ || needs_hello_) {
            return after(opened_, limits_.first_frame_deadline);
        }
        return is_resting ? after(last_received, limits_.plain_idle_max) : never;
    }

    /// Why the peer must be given up now, if it must.
    GATEWIRE_COLD std::optional<close_reason> reason_to_end(time_point now,
                                                            time_point last_received,
                                                            bool is_resting) const {
        if (now < deadline(last_received, is_resting)) {
            return std::nullopt;
        }
        const auto milliseconds = [](auto time) {
            return std::to_string(
                       std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
                   " ms";
        };
        if (said_hello_) {
            return close_reason{errc::peer_silent,
                                "no sign of life for " + milliseconds(silence_max_)};
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
        return needs_hello_ && !said_hello_ &&
               frames_before_hello_ > limits_.unauthenticated_frames_max;
    }

    const server_limits& limits_;
    duration silence_max_;
    time_point opened_;
    bool needs_hello_;
    bool has_spoken_ = false;
    bool said_hello_ = false;
    std::size_t frames_before_hello_ = 0;
    time_point last_frame_ = never;
    time_point counting_since_{};
    std::size_t pings_ = 0;    // since then
    std::size_t queries_ = 0;  // since then
    time_point nonsense_since_{};
    std::uint64_t nonsense_ = 0;
    std::uint64_t nonsense_before_ = 0;  // until then
};

/// What a peer may have for a short question: statistics, the description, newest values, events
/// that it was sent before. In bytes that are sent to it, and as many for the work of finding them.
///
/// It grows with time and with what the peer sends. One response may cost more than there is: what
/// is owed then must grow back before the peer gets more.
class lookup_budget {
public:
    explicit lookup_budget(const server_limits& limits)
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
    void go_on(const lookup_budget& before) noexcept {
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

#endif  // GATEWIRE_PROTOCOL_PEER_LIMITS_HPP
