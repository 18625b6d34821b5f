// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_WIRE_NAMES_HPP
#define DESK_WIRE_NAMES_HPP

#include "types.hpp"

#include <gatewire/rpc.hpp>

// Enums travel by their names; everything else in types.hpp travels as it is.
template <>
inline constexpr auto rpc::enum_names<desk::side> = desk::side_names;
template <>
inline constexpr auto rpc::enum_names<desk::order_type> = desk::order_type_names;
template <>
inline constexpr auto rpc::enum_names<desk::order_status> = desk::order_status_names;

#endif  // DESK_WIRE_NAMES_HPP
