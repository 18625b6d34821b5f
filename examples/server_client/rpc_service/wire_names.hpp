// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_WIRE_NAMES_HPP
#define TRADER_WIRE_NAMES_HPP

#include "../trader/constant.hpp"

#include <gatewire/rpc.hpp>

// Enumerations travel by their names, the same in every language. Everything else in object.hpp
// travels as it is.
template <>
inline constexpr auto rpc::enum_names<trader::direction> = trader::direction_names;
template <>
inline constexpr auto rpc::enum_names<trader::offset> = trader::offset_names;
template <>
inline constexpr auto rpc::enum_names<trader::status> = trader::status_names;
template <>
inline constexpr auto rpc::enum_names<trader::product> = trader::product_names;
template <>
inline constexpr auto rpc::enum_names<trader::order_type> = trader::order_type_names;
template <>
inline constexpr auto rpc::enum_names<trader::option_type> = trader::option_type_names;
template <>
inline constexpr auto rpc::enum_names<trader::interval> = trader::interval_names;
template <>
inline constexpr auto rpc::enum_names<trader::exchange> = trader::exchange_names;
template <>
inline constexpr auto rpc::enum_names<trader::gateway_state> = trader::gateway_state_names;

#endif  // TRADER_WIRE_NAMES_HPP
