// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_INFO_HPP
#define GATEWIRE_SESSION_INFO_HPP

#include <gatewire/error.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace rpc::inline v1 {

/// What a client learns when it is connected; the parameter of `on_connected`.
struct session_info {
    std::string address;  ///< The server's address, as the options name it.
    /// The server's name for this session. Where nobody is authenticated it is all that somebody
    /// needs to go on with the session, so it belongs into no log.
    std::string session;
    std::string epoch;                 ///< Changes when the server was started anew.
    bool resumed = false;              ///< Whether this continues the session before.
    std::uint64_t event_position = 0;  ///< Number of the newest event at that moment.
};

/// Events that this client may have missed; the parameter of `on_gap`. A snapshot query after it
/// brings everything up to date.
struct gap {
    std::uint64_t from = 0;  ///< Number of the first event that may be missing.
    std::uint64_t to = 0;    ///< Number of the last one.
    std::string reason;      ///< One sentence: why they were not delivered.
};

/// Events that the client was told to want and does not receive; the parameter of
/// `on_subscription_refused`. They stay wanted: they are asked for again on the next connection,
/// and what the server had no room for as soon as it has some.
struct refused_subscription {
    std::string event;              ///< Its name in the table.
    std::vector<std::string> keys;  ///< Those of its keys that are meant; empty: all of the event.
    /// `overloaded`: the server takes no more subscriptions of one client. `forbidden`: a role is
    /// missing. `frame_too_large`: the key is too long. `contract_mismatch`: the event is another
    /// one there. `invalid_params`: it has no such event, or none with keys.
    error why;
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SESSION_INFO_HPP
