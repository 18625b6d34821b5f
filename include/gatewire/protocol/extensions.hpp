// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EXTENSIONS_HPP
#define GATEWIRE_PROTOCOL_EXTENSIONS_HPP

#include <gatewire/json/kinds.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The messages of the methods that begin with `rpc.`, normative. Their params are objects.
///
/// | method            | params              | result             |
/// | ----------------- | ------------------- | ------------------ |
/// | `rpc.hello`       | `hello_request`     | `hello_response`     |
/// | `rpc.subscribe`   | `subscription`      | `subscribe_response` |
/// | `rpc.unsubscribe` | `subscription`      | `subscribe_response` |
/// | `rpc.ping`        | none                | `{}`               |
/// | `rpc.cancel`      | `cancel_request`    | none: notification |
/// | `rpc.ack`         | `ack_request`       | none: notification |
/// | `rpc.bye`         | `bye_request`       | none: notification |
/// | `rpc.ended`       | `ended_call`        | none: notification |
/// | `rpc.discover`    | none                | OpenRPC 1.3.2      |
/// | `rpc.stats`       | none                | see `stats_text`   |
///
/// A hello opens a session. When its connection is lost, the session is kept for `grace_ms`: calls
/// that were read go on, and their answers are kept. A hello on a new connection that names the
/// session and the epoch goes on with it: the answer says `resumed`, the subscriptions are as they
/// were, and the events since `last_event` follow. The client then sends every call that was not
/// answered again, with its id and the same params: the server answers it with what it kept, or
/// when the call that runs has ended, and runs only what never arrived. The first `rpc.ack` of the
/// connection says that all were sent again. A hello for a session that still has a connection
/// ends that connection. A session that goes on too often is refused with -32005 and kept: its
/// client tries again later.
///
/// A server keeps the answers to calls until `rpc.ack` says that they arrived; where too many bytes
/// are kept, calls are refused with -32005 until then. It also notes which `latest` events it sent
/// behind others with higher numbers, for `last_event` says nothing of them: those come again after
/// a resume unless `events_arrived` says that they arrived, or, without it, something newer did.
///
/// Calls that still run for an earlier connection count as in flight, those too that the client
/// does not ask for again. The answer to the hello lists all of them as `running`. If the hello
/// says `hears_ended`, the server tells with `rpc.ended` when one ends that was not asked for
/// again; of the others the client hears by their answers.
///
/// `rpc.bye`, from either side, says that the session ends with this connection.
///
/// `rpc.discover` describes the server, events included; see `rpc::openrpc`. Methods and events
/// that the client lacks a role for are in it, with the roles that they need. `rpc.stats` counts
/// what the server did and lists its connections. Each of the two is answered once in one batch;
/// more are refused with -32005.
///
/// A server that authenticates its clients does nothing else than `rpc.ping` for a peer whose hello
/// was not accepted: requests are answered with -32001, those in one batch with the hello too, and
/// notifications are ignored. A hello whose token is refused is answered with -32001, and the
/// connection ends. Other servers ignore the token, and their peers need not say hello.
namespace rpc::inline v1::protocol {

inline constexpr std::uint32_t version = 1;

inline constexpr std::string_view hello_method = "rpc.hello";
inline constexpr std::string_view subscribe_method = "rpc.subscribe";
inline constexpr std::string_view unsubscribe_method = "rpc.unsubscribe";
inline constexpr std::string_view ping_method = "rpc.ping";
inline constexpr std::string_view cancel_method = "rpc.cancel";
inline constexpr std::string_view ack_method = "rpc.ack";
inline constexpr std::string_view bye_method = "rpc.bye";
inline constexpr std::string_view ended_method = "rpc.ended";
inline constexpr std::string_view discover_method = "rpc.discover";
inline constexpr std::string_view stats_method = "rpc.stats";

/// Fingerprints by name, 16 hexadecimal digits each, of what a client calls and handles.
struct table_fingerprints {
    std::map<std::string, std::string> methods;
    std::map<std::string, std::string> events;
};

/// First message of a client of this library. A second one on the same connection is refused.
struct hello_request {
    std::uint32_t protocol = version;
    std::optional<std::string> token;         ///< What authenticates the client.
    std::optional<table_fingerprints> table;  ///< What the client expects of the server.
    std::optional<std::string> session;       ///< The session to resume.
    std::optional<std::string> epoch;         ///< The epoch in which it was opened.
    std::optional<std::uint64_t> last_event;  ///< The highest `seq` of an event that arrived.
    /// The same for each event by its name; without it, `last_event` holds for all.
    std::optional<std::map<std::string, std::uint64_t>> events;
    /// Frames of answers that arrived in the session so far; see `ack_request`.
    std::optional<std::uint64_t> answers;
    /// Frames of events that arrived in the session so far; see `ack_request`.
    std::optional<std::uint64_t> events_arrived;
    /// Grows from hello to hello of a session: one that was held up on its way, and comes after a
    /// later one, does not get the session. Neither does one that is more than 2^20 ahead.
    std::optional<std::uint64_t> attempt;
    std::optional<bool> hears_ended;  ///< The client understands `rpc.ended`.
};

/// What a client may count on.
struct hello_limits {
    std::uint64_t frame_size_max = 0;       ///< Bytes of a frame to the server.
    std::uint64_t calls_in_flight_max = 0;  ///< Unanswered calls; more are refused.
    std::uint64_t batch_max = 0;            ///< Messages in a batch.
    std::uint64_t subscriptions_max = 0;    ///< Subscriptions, each key counted.
};

/// The server's own description of entries whose fingerprints differ; `null`: not served.
struct table_differences {
    std::map<std::string, codec::raw_text> methods;
    std::map<std::string, codec::raw_text> events;
};

/// Events of a resumed session that the server cannot send again.
struct missed_events {
    std::uint64_t from = 0;  ///< `seq` of the first one.
    std::uint64_t to = 0;    ///< `seq` of the last one.
    std::string reason;
};

struct hello_response {
    std::uint32_t protocol = version;
    std::string session;               ///< Names this session when it is resumed.
    std::string epoch;                 ///< Changes with each new server object.
    bool resumed = false;              ///< Whether the session asked for goes on.
    std::uint64_t event_position = 0;  ///< `seq` of the newest event.
    hello_limits limits;
    std::uint32_t heartbeat_ms = 0;  ///< The server wants a sign of life this often.
    std::optional<table_differences> differs;
    std::optional<std::uint32_t> grace_ms;  ///< A lost session is kept so long; none: not at all.
    std::optional<missed_events> missed;    ///< With `resumed` only.
    /// With `resumed`: the ids of the session's calls that still run, as far as they have one.
    std::optional<std::vector<codec::raw_text>> running;
};

/// Without keys: the whole event. With keys: those keys, and no longer the whole event.
/// Unsubscribing without keys ends all of the event, with keys only those.
struct subscription {
    std::string event;
    std::optional<std::vector<std::string>> keys;
};

struct subscribe_response {
    std::uint64_t position = 0;  ///< Events with a higher `seq` are delivered from here on.
};

/// The id of the call to give up, exactly as it was sent.
struct cancel_request {
    codec::raw_value id;
};

/// So many frames with answers arrived in this session, the answers to its hellos included; a batch
/// of answers is one. A connection that goes on with a session counts on from the `answers` of its
/// hello, or from zero without. Events are counted in the same way, but need not be told.
struct ack_request {
    std::uint64_t answers = 0;
    std::optional<std::uint64_t> events_arrived;
};

/// The id of a call that ended and is not answered.
struct ended_call {
    codec::raw_value id;
};

struct bye_request {
    std::string reason;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EXTENSIONS_HPP
