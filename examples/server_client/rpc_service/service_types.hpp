// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SERVICE_TYPES_HPP
#define TRADER_SERVICE_TYPES_HPP

#include "../trader/object.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

// What travels beside the platform's own objects.
namespace trader::rpc_service {

/// The type of the RPC service's log lines; their data is `log_data`.
inline constexpr std::string_view EVENT_RPC_LOG = "eRpcLog";

/// Part of a long list, so that no list is too large for one message.
template <class Data>
struct page {
    std::vector<Data> items;
    std::string next;  ///< What to ask for next; empty when this was the last part.
};

/// What the service lets somebody do; who it is, as the list of clients has it.
struct rights {
    std::string name;  ///< Empty where nobody is asked.
    bool may_trade = true;
    bool sees_all = true;
};

/// An event of an application's own.
struct app_event {
    std::string type;
    nlohmann::json data;
};

}  // namespace trader::rpc_service

#endif  // TRADER_SERVICE_TYPES_HPP
