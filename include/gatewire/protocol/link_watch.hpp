// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_LINK_WATCH_HPP
#define GATEWIRE_PROTOCOL_LINK_WATCH_HPP

#include <gatewire/error.hpp>
#include <gatewire/protocol/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace rpc::inline v1::protocol {

/// Why a connection ends.
struct close_reason {
    errc code;
    std::string text;
};

/// Whether a connection that ended like this may have been lost by accident, so that its session
/// goes on if both sides are still there.
constexpr bool is_loss(errc code) noexcept {
    return code == errc::connection_lost || code == errc::peer_silent || code == errc::peer_stuck;
}

/// Whether a server that answers a connection like this will answer the next one likewise, until
/// somebody changes something: who connects is not let in, or is not understood.
constexpr bool is_refusal(errc code) noexcept {
    switch (code) {
        case errc::unauthenticated:
        case errc::forbidden:
        case errc::contract_mismatch:
        case errc::method_not_found:
        case errc::invalid_params:
        case errc::invalid_request:
        case errc::invalid_value:
        case errc::invalid_certificate: return true;
        default: return false;
    }
}

/// The bounds that a link keeps, whichever side it serves.
struct link_bounds {
    duration frame_deadline;
    duration write_deadline;
    std::size_t queue_soft_max;
    duration queue_soft_time;
    std::size_t queue_hard_max;
};

/// Watches the bytes of one connection: frames that do not end, writes that do not move, queues
/// that grow. It is told what happens and when; it says when to look again and when to give up.
class link_watch {
public:
    explicit link_watch(const link_bounds& bounds) : bounds_(bounds) {}

    /// Bytes came in; `partial` tells whether they left an unfinished frame behind, and `whole`
    /// whether a frame was completed.
    void received(time_point now, bool partial, bool whole) noexcept {
        last_received_ = now;
        if (!partial) {
            partial_since_ = never;
        } else if (whole || partial_since_ == never) {
            partial_since_ = now;
        }
    }

    /// The queue of bytes to be sent has a new length.
    void queued(std::size_t bytes, time_point now) noexcept {
        queued_ = bytes;
        if (bytes <= bounds_.queue_soft_max) {
            soft_since_ = never;
        } else if (soft_since_ == never) {
            soft_since_ = now;
        }
    }

    /// A write began or moved on.
    void write_moved(time_point now) noexcept { writing_since_ = now; }
    void write_done() noexcept { writing_since_ = never; }

    /// How long the write that is under way has not moved.
    duration stuck_for(time_point now) const noexcept {
        return writing_since_ == never ? duration{} : now - writing_since_;
    }

    time_point last_received() const noexcept { return last_received_; }

    /// Why the link must end now, if it must.
    std::optional<close_reason> reason_to_end(time_point now) const {
        if (queued_ > bounds_.queue_hard_max) {
            return close_reason{errc::peer_stuck, "more than " +
                                                      std::to_string(bounds_.queue_hard_max) +
                                                      " bytes wait to be read by the peer"};
        }
        if (passed(soft_since_, bounds_.queue_soft_time, now)) {
            return close_reason{errc::peer_stuck, "the peer reads too slowly: more than " +
                                                      std::to_string(bounds_.queue_soft_max) +
                                                      " bytes waited for too long"};
        }
        if (passed(writing_since_, bounds_.write_deadline, now)) {
            return close_reason{errc::peer_stuck, "the peer does not read"};
        }
        if (passed(partial_since_, bounds_.frame_deadline, now)) {
            return close_reason{errc::protocol_violation, "a frame did not end in time"};
        }
        return std::nullopt;
    }

    /// When `check` may have something to say.
    time_point next_deadline() const noexcept {
        return (std::min)({after(soft_since_, bounds_.queue_soft_time),
                           after(writing_since_, bounds_.write_deadline),
                           after(partial_since_, bounds_.frame_deadline)});
    }

private:
    static bool passed(time_point since, duration wait, time_point now) noexcept {
        return since != never && now >= after(since, wait);
    }

    link_bounds bounds_;
    time_point last_received_{};
    time_point partial_since_ = never;
    time_point soft_since_ = never;
    time_point writing_since_ = never;
    std::size_t queued_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_LINK_WATCH_HPP
