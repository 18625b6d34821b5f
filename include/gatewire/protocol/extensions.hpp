// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EXTENSIONS_HPP
#define GATEWIRE_PROTOCOL_EXTENSIONS_HPP

#include <nlohmann/json.hpp>

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
/// | `rpc.hello`       | `hello_request`     | `hello_answer`     |
/// | `rpc.subscribe`   | `subscription`      | `subscribe_answer` |
/// | `rpc.unsubscribe` | `subscription`      | `subscribe_answer` |
/// | `rpc.ping`        | none                | `{}`               |
/// | `rpc.cancel`      | `cancel_request`    | none: notification |
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
    std::optional<std::uint64_t> last_event;  ///< `seq` of the last event that arrived.
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
    std::map<std::string, nlohmann::json> methods;
    std::map<std::string, nlohmann::json> events;
};

struct hello_answer {
    std::uint32_t protocol = version;
    std::string session;               ///< Names this session when it is resumed.
    std::string epoch;                 ///< Changes with each new server object.
    bool resumed = false;              ///< Whether the session asked for goes on.
    std::uint64_t event_position = 0;  ///< `seq` of the newest event.
    hello_limits limits;
    std::uint32_t heartbeat_ms = 0;  ///< The server wants a sign of life this often.
    std::optional<table_differences> differs;
};

/// Without keys: the whole event. With keys: those keys, and no longer the whole event.
/// Unsubscribing without keys ends all of the event, with keys only those.
struct subscription {
    std::string event;
    std::optional<std::vector<std::string>> keys;
};

struct subscribe_answer {
    std::uint64_t position = 0;  ///< Events with a higher `seq` are delivered from here on.
};

/// The id of the call to give up, exactly as it was sent.
struct cancel_request {
    nlohmann::json id;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EXTENSIONS_HPP
