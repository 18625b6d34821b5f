// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_ENUM_NAMES_HPP
#define GATEWIRE_ENUM_NAMES_HPP

namespace rpc::inline v1 {

/// What `enum_names` is for an enum that nobody named: it travels as its number.
struct no_enum_names {};

/// The names under which the values of an enum travel; specialise it to send names, not numbers.
///
/// The value is any constexpr range of pairs (value, name). A received name that is not in it is an
/// error that lists the names; sending a value that is not in it is an error of the sender. Where
/// two names share a value, the first is sent and both are understood.
///
/// @tparam Enum  The enumeration.
///
/// @par Example
/// @code
/// template <>
/// inline constexpr std::array<std::pair<side, std::string_view>, 2> rpc::enum_names<side>{
///     {{side::buy, "buy"}, {side::sell, "sell"}}};
/// @endcode
template <class Enum>
inline constexpr auto enum_names = no_enum_names{};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_ENUM_NAMES_HPP
