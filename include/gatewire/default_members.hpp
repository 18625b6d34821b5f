// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DEFAULT_MEMBERS_HPP
#define GATEWIRE_DEFAULT_MEMBERS_HPP

namespace rpc::inline v1 {

/// Whether members of the aggregate `T` may be missing when it is received.
///
/// A missing member then keeps what its default member initialiser gave. Without this, only
/// `std::optional` members may be missing. A type says it inside or from outside.
///
/// @tparam T  An aggregate.
///
/// @par Example
/// @code
/// struct history_request {
///     using rpc_default_members = void;  // inside the type
///     std::string symbol;
///     int limit = 100;
/// };
///
/// template <>
/// inline constexpr bool rpc::default_members<other_request> = true;  // or from outside
/// @endcode
template <class T>
inline constexpr bool default_members = requires { typename T::rpc_default_members; };

}  // namespace rpc::inline v1

#endif  // GATEWIRE_DEFAULT_MEMBERS_HPP
