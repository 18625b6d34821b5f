// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CONNECTION_WATCH_HPP
#define GATEWIRE_PROTOCOL_CONNECTION_WATCH_HPP

#include <gatewire/detail/linkage.hpp>
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

/// Whether it is useless to connect again before somebody changes something: the client is not let
/// in, or the two do not understand each other.
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

/// The bounds of a connection, whichever side it serves.
struct connection_bounds {
    duration frame_deadline;
    duration write_deadline;
    std::size_t queue_soft_max;
    duration queue_soft_time;
    std::size_t queue_hard_max;
};

/// Watches the bytes of one connection: frames that do not end, writes that do not move, queues
/// that grow. It is told what happens and when; it says when to look again and when to give up.
class connection_watch {
public:
    explicit connection_watch(const connection_bounds& bounds) : bounds_(bounds) {}

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

    /// Why the connection must end now, if it must.
    GATEWIRE_COLD std::optional<close_reason> reason_to_end(time_point now) const {
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

    /// When `reason_to_end` may have something to say.
    time_point next_deadline() const noexcept {
        return (std::min)({after(soft_since_, bounds_.queue_soft_time),
                           after(writing_since_, bounds_.write_deadline),
                           after(partial_since_, bounds_.frame_deadline)});
    }

private:
    static bool passed(time_point since, duration wait, time_point now) noexcept {
        return since != never && now >= after(since, wait);
    }

    connection_bounds bounds_;
    time_point last_received_{};
    time_point partial_since_ = never;
    time_point soft_since_ = never;
    time_point writing_since_ = never;
    std::size_t queued_ = 0;
};

/// The waits of a client's connection.
struct client_times {
    std::chrono::milliseconds greeting;           ///< For hello and subscriptions together.
    std::chrono::milliseconds heartbeat;          ///< The longest rest before a ping.
    std::chrono::milliseconds heartbeat_timeout;  ///< The longest silence of the server.
};

/// How long a client waits for a server that says nothing, and when it asks for a sign of life.
class server_watch {
public:
    explicit server_watch(const client_times& times) : times_(times) {}

    void opened(time_point now) noexcept { opened_ = last_sent_ = now; }
    /// The greeting goes on: the server has as long again for the next response.
    void prolong(time_point now) noexcept { opened_ = now; }
    /// Bytes were sent: no ping is needed for a while.
    void sent(time_point now) noexcept { last_sent_ = now; }
    void pinged(time_point now) noexcept { last_sent_ = last_ping_ = now; }
    /// The server wants a sign of life this often.
    void shorten_heartbeat(std::chrono::milliseconds heartbeat) noexcept {
        times_.heartbeat = (std::min)(times_.heartbeat, heartbeat);
    }

    /// Why the server must be given up, if it must.
    GATEWIRE_COLD std::optional<close_reason> reason_to_end(time_point now,
                                                            time_point last_received,
                                                            bool is_ready) const {
        if (!is_ready) {
            return now < after(opened_, times_.greeting)
                       ? std::nullopt
                       : std::optional(close_reason{errc::peer_silent,
                                                    "the server did not answer the hello in time"});
        }
        if (now >= after(last_received, times_.heartbeat_timeout)) {
            return close_reason{errc::peer_silent,
                                "no sign of life from the server for " +
                                    std::to_string(times_.heartbeat_timeout.count()) + " ms"};
        }
        return std::nullopt;
    }

    /// When a ping is due on a connection that is ready.
    time_point ping_time(time_point last_received) const noexcept {
        const time_point quiet = (std::min)(last_received, last_sent_);
        return after((std::max)(quiet, last_ping_), (std::max)(times_.heartbeat, heartbeat_min));
    }

    time_point deadline(time_point last_received, bool is_ready) const noexcept {
        if (!is_ready) {
            return after(opened_, times_.greeting);
        }
        return (std::min)(after(last_received, times_.heartbeat_timeout), ping_time(last_received));
    }

private:
    static constexpr std::chrono::milliseconds heartbeat_min{1};  // or it would do nothing else

    client_times times_;
    time_point opened_{};
    time_point last_sent_{};
    time_point last_ping_{};
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CONNECTION_WATCH_HPP
