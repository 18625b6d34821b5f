// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_PATIENCE_HPP
#define GATEWIRE_PROTOCOL_SERVER_PATIENCE_HPP

#include <gatewire/protocol/link_watch.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace rpc::inline v1::protocol {

/// The waits of a client's connection.
struct client_times {
    std::chrono::milliseconds greeting;           ///< For hello and subscriptions together.
    std::chrono::milliseconds heartbeat;          ///< The longest rest before a ping.
    std::chrono::milliseconds heartbeat_timeout;  ///< The longest silence of the server.
};

/// How long a client waits for a server that says nothing, and when it asks for a sign of life.
class server_patience {
public:
    explicit server_patience(const client_times& times) : times_(times) {}

    void opened(time_point now) noexcept { opened_ = last_sent_ = now; }
    /// The greeting goes on: the server has as long again for the next answer.
    void prolong(time_point now) noexcept { opened_ = now; }
    /// Bytes were sent: no ping is needed for a while.
    void sent(time_point now) noexcept { last_sent_ = now; }
    void pinged(time_point now) noexcept { last_sent_ = last_ping_ = now; }
    /// The server wants a sign of life this often.
    void hasten(std::chrono::milliseconds heartbeat) noexcept {
        times_.heartbeat = (std::min)(times_.heartbeat, heartbeat);
    }

    /// Why the server must be given up, if it must.
    std::optional<close_reason> reason_to_end(time_point now, time_point last_received,
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

#endif  // GATEWIRE_PROTOCOL_SERVER_PATIENCE_HPP
