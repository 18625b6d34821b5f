// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_EVENT_HPP
#define TRADER_EVENT_HPP

#include "object.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace trader {

// The types of events, as vn.py names them. Those that end in a dot come with an id as well:
// whoever registers for `eOrder.SIM.42` hears of this order only.
inline constexpr std::string_view EVENT_TIMER = "eTimer";
inline constexpr std::string_view EVENT_TICK = "eTick.";
inline constexpr std::string_view EVENT_TRADE = "eTrade.";
inline constexpr std::string_view EVENT_ORDER = "eOrder.";
inline constexpr std::string_view EVENT_POSITION = "ePosition.";
inline constexpr std::string_view EVENT_ACCOUNT = "eAccount.";
inline constexpr std::string_view EVENT_QUOTE = "eQuote.";
inline constexpr std::string_view EVENT_CONTRACT = "eContract.";
inline constexpr std::string_view EVENT_LOG = "eLog";
inline constexpr std::string_view EVENT_GATEWAY = "eGateway.";
/// All that was known of a gateway holds no longer, because its server was started anew.
inline constexpr std::string_view EVENT_RESET = "eReset";

/// The data of `EVENT_RESET`.
struct reset_data {
    std::string gateway_name{};  ///< With all gateways below it: `RPC` means `RPC.SIM` too.

    /// Whether an object of this gateway is meant.
    bool covers(std::string_view name) const {
        return name.starts_with(gateway_name) &&
               (name.size() == gateway_name.size() || name[gateway_name.size()] == '.');
    }
    bool operator==(const reset_data&) const = default;
};

using event_data =
    std::variant<std::monostate, tick_data, trade_data, order_data, position_data, account_data,
                 quote_data, contract_data, log_data, gateway_data, reset_data, nlohmann::json>;

/// Something that happened. Applications may have types and data (JSON) of their own.
struct event {
    std::string type{};
    event_data data;
};

template <class Data>
inline constexpr std::string_view event_type_of{};
template <>
inline constexpr std::string_view event_type_of<tick_data> = EVENT_TICK;
template <>
inline constexpr std::string_view event_type_of<trade_data> = EVENT_TRADE;
template <>
inline constexpr std::string_view event_type_of<order_data> = EVENT_ORDER;
template <>
inline constexpr std::string_view event_type_of<position_data> = EVENT_POSITION;
template <>
inline constexpr std::string_view event_type_of<account_data> = EVENT_ACCOUNT;
template <>
inline constexpr std::string_view event_type_of<quote_data> = EVENT_QUOTE;
template <>
inline constexpr std::string_view event_type_of<contract_data> = EVENT_CONTRACT;
template <>
inline constexpr std::string_view event_type_of<log_data> = EVENT_LOG;
template <>
inline constexpr std::string_view event_type_of<gateway_data> = EVENT_GATEWAY;
template <>
inline constexpr std::string_view event_type_of<reset_data> = EVENT_RESET;

/// The event that tells of `data`.
template <class Data>
event make_event(Data data) {
    return {std::string(event_type_of<Data>), std::move(data)};
}

/// What is appended to the type for those who want one object only; empty for data without an id.
/// Ticks and trades are found by `vt_symbol`, as in vn.py; everything else by its own id.
inline std::string id_of(const event& happened) {
    return std::visit(
        []<class Data>(const Data& data) -> std::string {
            if constexpr (std::is_same_v<Data, tick_data> || std::is_same_v<Data, trade_data>) {
                return data.vt_symbol();
            } else if constexpr (requires { data.id(); }) {
                return data.id();
            } else {
                return {};
            }
        },
        happened.data);
}

}  // namespace trader

#endif  // TRADER_EVENT_HPP
