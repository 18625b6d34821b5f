// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_OPTIONS_HPP
#define GATEWIRE_NATS_OPTIONS_HPP

#include <gatewire/log.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rpc::inline v1::nats {

/// Where a broker keeps streams.
enum class storage { file, memory };

/// Who a program is for the broker, and how the connection is protected. What is empty is not
/// used. A plain aggregate: name what is there.
struct credentials {
    std::string token{};
    std::string user{};
    std::string password{};
    /// A file with a JWT and a seed, as `nsc` writes it.
    std::string file{};
    /// Authorities of the broker's certificate, in PEM form; if it is set, the connection must be
    /// encrypted. A `tls://` address takes those of the system.
    std::string ca_file{};
    std::string certificate_file{};  ///< The own certificate, for a broker that asks for one.
    std::string key_file{};          ///< Its private key.
};

/// What bounds the streams of events. It takes effect where the streams are made, by the first
/// engine; later they are the broker's to change.
struct stream_limits {
    /// Events kept, the newest; an older client misses what is over it, and is told so. Zero or
    /// less: any number.
    std::int64_t events_max = 1'000'000;
    /// Their bytes. Zero or less: any number.
    std::int64_t size_max = std::int64_t{1} << 30;
    /// How old they get. Zero: any age.
    std::chrono::seconds age_max{std::chrono::hours(24)};
    /// Brokers that have a copy: 1, 3 or 5, not more than the cluster has.
    int replicas = 1;
    nats::storage storage = nats::storage::file;
    /// How long the broker knows an event again that an engine sends a second time, because it
    /// heard nothing of the first. Too short for an outage of the broker may store it twice.
    std::chrono::seconds duplicate_window{120};
};

/// How an engine is served over NATS. A plain aggregate: name what differs.
struct server_options {
    /// The broker, or several with commas between: `nats://host:port` or `tls://host:port`.
    std::string url{"nats://127.0.0.1:4222"};
    /// What engines and clients that belong together have in common: letters, digits, `-`, `_`.
    std::string name{"gatewire"};
    /// The name of this engine among them, for `rpc::nats::to`; made at random if it is empty. Two
    /// engines must not have the same one at the same time.
    std::string engine_id{};
    nats::credentials credentials{};
    stream_limits stream{};
    /// The roles of `rpc::needs` are not known here: the broker decides who may publish to which
    /// subject. Methods and events that need a role are refused unless this says that it does.
    bool broker_checks_roles = false;
    /// Calls that were received and have not been answered; more get -32005.
    std::size_t calls_in_flight_max = 1024;
    /// The largest answer or event. A broker takes 1 MiB unless it is told otherwise.
    std::size_t answer_size_max = std::size_t{1} << 20;
    /// Events that the stream has not confirmed yet; one more is refused by `publish`.
    std::size_t events_pending_max = 65'536;
    /// Bytes of those.
    std::size_t events_pending_size_max = std::size_t{64} << 20;
    /// Calls with a key that are remembered; one more gets -32005. `forget_keys` makes room.
    std::size_t once_keys_max = 100'000;
    /// Bytes of those calls and their answers.
    std::size_t once_size_max = std::size_t{64} << 20;
    /// How long `stop` lets running calls finish and events be confirmed. Zero ends at once.
    std::chrono::milliseconds drain_time{30'000};
    /// How long one attempt to connect may take. `start` makes one before it returns.
    std::chrono::milliseconds connect_timeout{2'000};
    /// The pause between attempts, to which up to as much is added by chance.
    std::chrono::milliseconds reconnect_wait{100};
    /// How long the stream may take to confirm an event before it is sent again.
    std::chrono::milliseconds confirm_timeout{1'000};
    /// Where methods with the trait `rpc::offload` run; by default on the server's executor, but
    /// beside the engine's strand.
    asio::any_io_executor worker{};
    /// Takes log records; silent by default.
    log_callback log{};
};

/// How a client finds its engines over NATS. A plain aggregate: name what differs.
struct client_options {
    std::string url{"nats://127.0.0.1:4222"};  ///< As at the server.
    std::string name{"gatewire"};              ///< As at the server.
    /// The engine that takes the calls of this client; any engine if it is empty.
    std::string engine{};
    nats::credentials credentials{};
    /// The last event of the stream that was handled in an earlier life of this program, as
    /// `event_position` told it: those after it are replayed. Without it the first events are those
    /// after connecting.
    std::optional<std::uint64_t> after{};
    /// How long a call may take, unless `rpc::timeout` says otherwise.
    std::chrono::milliseconds call_timeout{30'000};
    /// A call of an `rpc::idempotent` method that has no answer yet is sent again after this time,
    /// to whichever engine; no other call ever is.
    std::chrono::milliseconds retry_after{1'000};
    /// Calls submitted and not completed; one more fails with `overloaded`.
    std::size_t calls_pending_max = 65'536;
    std::chrono::milliseconds connect_timeout{2'000};  ///< As at the server.
    std::chrono::milliseconds reconnect_wait{100};     ///< As at the server.
    /// How often a resting stream of events gives a sign of life, at least 100 ms apart; after
    /// three without one its delivery is begun anew.
    std::chrono::milliseconds heartbeat{1'000};
    /// Takes log records; silent by default.
    log_callback log{};
};

/// Which engine alone shall run a call, among the first arguments of `call` and `async_call`:
/// `client.call<"add">(rpc::nats::to{"desk-1"}, 1, 2)`.
struct to {
    std::string engine;  ///< Its `server_options::engine_id`.
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_OPTIONS_HPP
