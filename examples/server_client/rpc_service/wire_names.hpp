// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_WIRE_NAMES_HPP
#define TRADER_WIRE_NAMES_HPP

#include "../trader/constant.hpp"

#include <gatewire/rpc.hpp>

// Enumerations travel by their names, the same in every language. Everything else in object.hpp
// travels as it is.
template <trader::named_enum Enum>
inline constexpr auto rpc::enum_names<Enum> = trader::names_of(Enum{});

#endif  // TRADER_WIRE_NAMES_HPP
