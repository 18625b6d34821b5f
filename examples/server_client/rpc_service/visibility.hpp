// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_VISIBILITY_HPP
#define TRADER_VISIBILITY_HPP

#include "../trader/event.hpp"
#include "order_owners.hpp"
#include "service_setting.hpp"
#include "service_types.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace trader::rpc_service {

/// Who may see what: orders, quotes and trades are for who sent them, accounts and positions for
/// who may trade, and prices, contracts and the states of gateways for everybody. Who sees all sees
/// the rest, too: the log and the events of applications, which tell of everybody.
class visibility {
public:
    /// @param clients  Empty: everybody may do and see everything.
    visibility(std::vector<client_access> clients, const order_owners& owners)
        : clients_(std::move(clients)), owners_(owners) {}

    /// What a client may do, by its identity.
    const client_access& access_of(const std::string& identity) const {
        static const client_access everybody{};
        static const client_access nobody{
            .name = {}, .token = {}, .may_trade = false, .sees_all = false};
        const auto found = std::ranges::find(clients_, identity, &client_access::name);
        return found != clients_.end() ? *found : clients_.empty() ? everybody : nobody;
    }

    template <class Data>
    bool sees(const client_access& who, const Data& data) const {
        if (who.sees_all || is_public<Data>) {
            return true;
        }
        if constexpr (std::is_same_v<Data, position_data> || std::is_same_v<Data, account_data>) {
            return who.may_trade;
        } else if constexpr (std::is_same_v<Data, trade_data>) {
            return owners_.is_owner(who.name, data.vt_orderid());
        } else if constexpr (std::is_same_v<Data, order_data> || std::is_same_v<Data, quote_data>) {
            return owners_.is_owner(who.name, data.id());
        } else {
            return false;
        }
    }

    /// Whether every client may see it.
    template <class Data>
    bool all_see(const Data& data) const {
        return is_public<Data> || std::ranges::all_of(clients_, [&](const client_access& each) {
                   return sees(each, data);
               });
    }

    /// The names of those who may.
    template <class Data>
    std::vector<std::string> readers_of(const Data& data) const {
        std::vector<std::string> found;
        for (const auto& each : clients_) {
            if (sees(each, data)) {
                found.push_back(each.name);
            }
        }
        return found;
    }

private:
    template <class Data>
    static constexpr bool is_public =
        std::is_same_v<Data, tick_data> || std::is_same_v<Data, contract_data> ||
        std::is_same_v<Data, gateway_data> || std::is_same_v<Data, reset_data>;

    const std::vector<client_access> clients_;
    const order_owners& owners_;
};

}  // namespace trader::rpc_service

#endif  // TRADER_VISIBILITY_HPP
