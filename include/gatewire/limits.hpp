// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_LIMITS_HPP
#define GATEWIRE_LIMITS_HPP

#include <chrono>
#include <cstddef>

namespace rpc::inline v1 {

/// Bounds on what one connection of a server may cost. Sizes are bytes.
///
/// Every one is on by default. Too small refuses honest work with a clear error; too large lets
/// one peer take that much memory or time.
struct server_limits {
    /// The largest frame taken from a client. A larger length closes the connection unread.
    std::size_t frame_size_max = std::size_t{1} << 20;
    /// The same until a hello is accepted, where `server_options::authenticate` is set. A client's
    /// hello has the token and about 25 bytes and a name for each entry of the client's table.
    std::size_t unauthenticated_frame_size_max = std::size_t{16} << 10;
    /// Frames taken until a hello is accepted, where `server_options::authenticate` is set; one
    /// more closes the connection.
    std::size_t unauthenticated_frames_max = 256;
    /// Pings taken from one connection within a second; one more closes it.
    std::size_t pings_per_second_max = 10'000;
    /// `rpc.discover` and `rpc.stats` taken from one connection within a second, together; one more
    /// closes it.
    std::size_t inquiries_per_second_max = 100;
    /// Bytes that one client may have for the asking, beside eight for each byte it sends and those
    /// of `lookup_size_per_second_max`: statistics, the description, newest values of events that
    /// it subscribes to, and events that it was sent before. One answer may be larger; then more
    /// gets -32005 until it is earned. Newest values and events may cost twice what the server
    /// keeps of them before.
    std::size_t lookup_size_max = std::size_t{256} << 10;
    /// So much of that comes back each second.
    std::size_t lookup_size_per_second_max = std::size_t{1} << 20;
    /// Messages of one connection within a minute that are no JSON, no request or an answer to
    /// nothing, each of a batch counted; one more closes it.
    std::size_t nonsense_per_minute_max = 100;
    /// The largest frame sent. A larger answer becomes error -32008; a larger event is refused.
    std::size_t answer_size_max = std::size_t{16} << 20;
    /// Messages in one JSON-RPC batch.
    std::size_t batch_max = 100;
    /// Bytes of a request's `id` as it is written.
    std::size_t id_size_max = 128;
    /// Bytes of a method's name.
    std::size_t method_size_max = 256;
    /// Bytes of answers kept per session until the client says that they arrived; above it, more
    /// calls get -32005. Clients of this library say so early enough not to meet it.
    std::size_t answers_kept_max = std::size_t{64} << 20;
    /// Sessions that are kept although their connection is lost; one more ends the oldest.
    std::size_t sessions_kept_max = 1024;
    /// How often one session may go on on another connection within a minute; more hellos for it
    /// get -32005, and its client tries again later.
    std::size_t resumes_per_minute_max = 600;
    /// Bytes of events kept for clients that come back; the oldest are forgotten first, and a
    /// client that misses them is told which. Zero keeps none. Never more than `queue_soft_max`.
    std::size_t replay_size_max = std::size_t{8} << 20;
    /// Keys of all `rpc::latest` events whose newest value is kept; the oldest are forgotten first.
    std::size_t latest_keys_max = 65'536;
    /// Calls with a key that are remembered; one more gets -32005. `server::forget_keys` makes
    /// room.
    std::size_t once_keys_max = 100'000;
    /// Bytes of those calls and their answers; a call above it gets -32005. An answer that has no
    /// room when it comes is sent, but not kept: who asks again gets -32008.
    std::size_t once_size_max = std::size_t{64} << 20;
    /// `rpc::latest` events for a connection with more bytes waiting than this are conflated.
    std::size_t conflate_above = std::size_t{64} << 10;
    /// Calls of one connection that were read and have not been answered; more get -32005.
    std::size_t calls_in_flight_max = 256;
    /// Connections at a time; one more is told so and closed.
    std::size_t connections_max = 1024;
    /// Subscriptions of one connection, each key counted.
    std::size_t subscriptions_max = 1024;
    /// Bytes waiting to be sent on one connection, for `queue_soft_time` at most.
    std::size_t queue_soft_max = std::size_t{8} << 20;
    /// How long a connection may stay above `queue_soft_max`.
    std::chrono::milliseconds queue_soft_time{10'000};
    /// Bytes waiting to be sent on one connection; more closes it at once.
    std::size_t queue_hard_max = std::size_t{32} << 20;
    /// How long a write may make no progress.
    std::chrono::milliseconds write_deadline{10'000};
    /// How long the rest of a frame may take after its first byte.
    std::chrono::milliseconds frame_deadline{10'000};
    /// How long a new connection may say nothing at all; where `server_options::authenticate` is
    /// set, how long it may last without a hello that is accepted.
    std::chrono::milliseconds first_frame_deadline{10'000};
    /// How long a peer that never said hello may rest without a call or a subscription.
    std::chrono::milliseconds plain_idle_max{300'000};
};

/// Bounds on what one client may cost and wait for. Sizes are bytes.
struct client_limits {
    /// The largest frame taken from the server. A larger length closes the connection unread.
    std::size_t frame_size_max = std::size_t{16} << 20;
    /// Calls submitted and not completed, sent or waiting; one more fails with `overloaded`.
    std::size_t calls_pending_max = 65'536;
    /// Bytes of calls that wait for the connection or for a place in flight.
    std::size_t queue_hard_max = std::size_t{32} << 20;
    /// How long a write may make no progress.
    std::chrono::milliseconds write_deadline{10'000};
    /// How long the rest of a frame may take after its first byte.
    std::chrono::milliseconds frame_deadline{10'000};
    /// How long resolving, connecting and the hello may take, each.
    std::chrono::milliseconds connect_deadline{10'000};
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_LIMITS_HPP
