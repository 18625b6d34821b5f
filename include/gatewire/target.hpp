// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TARGET_HPP
#define GATEWIRE_TARGET_HPP

#include <cstdint>
#include <string>

namespace rpc::inline v1 {

/// Who alone shall get an event, before its payload: one client, by the number of its session as
/// `caller::session` gives it. `server.publish<"fill">(rpc::to_session{who.session()}, fill);`
///
/// The client must have subscribed to the event like any other. A client that lost its connection
/// gets it when it comes back within `session_grace`.
struct to_session {
    std::uint64_t number = 0;  ///< As `session_stats::number` and `caller::session` tell it.
};

/// The same for every client that authenticated itself as this identity.
struct to_identity {
    std::string name;  ///< As `server_options::authenticate` gave it; not empty.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_TARGET_HPP
