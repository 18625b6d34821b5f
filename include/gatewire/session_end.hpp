// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_END_HPP
#define GATEWIRE_SESSION_END_HPP

#include <gatewire/error.hpp>

#include <cstdint>
#include <string>

namespace rpc::inline v1 {

/// A connection that ended; the parameter of an engine's optional member
/// `void on_session_end(const rpc::session_end&)`.
///
/// It is called where methods run, once for each connection that ended while the server lives, the
/// ones that `stop` ended too: after the connection's last call has begun there. Awaitable and
/// offloaded methods of that connection may still be running then, and have been told to give up.
/// An exception that leaves it is logged.
struct session_end {
    std::uint64_t session = 0;  ///< Its number, as `caller::session` gives it.
    std::string peer;           ///< The client's address: `tcp://127.0.0.1:40712`.
    std::string identity;       ///< Who the client proved to be; empty for an anonymous one.
    error reason;               ///< Why it ended.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SESSION_END_HPP
