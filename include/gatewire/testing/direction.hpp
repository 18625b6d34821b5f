// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_DIRECTION_HPP
#define GATEWIRE_TESTING_DIRECTION_HPP

namespace rpc::inline v1::testing {

/// One of the two directions of a connection.
enum class direction { to_server, to_client };

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_DIRECTION_HPP
