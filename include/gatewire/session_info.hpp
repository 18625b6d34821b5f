// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_INFO_HPP
#define GATEWIRE_SESSION_INFO_HPP

#include <cstdint>
#include <string>

namespace rpc::inline v1 {

/// What a client learns when it is connected; the parameter of `on_connected`.
struct session_info {
    std::string address;               ///< The server's address, as the options name it.
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

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SESSION_INFO_HPP
