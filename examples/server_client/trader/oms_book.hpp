// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_OMS_BOOK_HPP
#define TRADER_OMS_BOOK_HPP

#include "event.hpp"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace trader {

/// The newest state of everything, by id: ticks and contracts by gateway and symbol, orders,
/// trades, positions, accounts, quotes and gateway states by their own ids. A value without a
/// thread.
class oms_book {
public:
    template <class Data>
    using items = std::map<std::string, Data>;

    /// Takes what an event tells.
    /// @return Whether that changed anything.
    bool update(const event& happened) {
        return std::visit([this](const auto& data) { return update(data); }, happened.data);
    }

    /// Takes one object.
    /// @return Whether it is new, or differs from what was known.
    template <class Data>
    bool update(const Data& data) {
        if constexpr (std::is_same_v<Data, reset_data>) {
            return reset(data);
        } else if constexpr (requires { data.id(); }) {
            auto [place, is_new] = known<Data>().try_emplace(data.id(), data);
            if (is_new || place->second == data) {
                return is_new;
            }
            place->second = data;
            return true;
        } else {
            return false;
        }
    }

    template <class Data>
    const items<Data>& all() const {
        return std::get<items<Data>>(items_);
    }

    /// The object of an id. A tick or a contract may be asked for by its `vt_symbol` alone; if
    /// several gateways have it, the first of them by name answers.
    template <class Data>
    std::optional<Data> find(const std::string& id) const {
        const auto& data_of = all<Data>();
        if (const auto found = data_of.find(id); found != data_of.end()) {
            return found->second;
        }
        if constexpr (std::is_same_v<Data, tick_data> || std::is_same_v<Data, contract_data>) {
            for (const auto& [key, data] : data_of) {
                if (data.vt_symbol() == id) {
                    return data;
                }
            }
        }
        return std::nullopt;
    }

    template <class Data>
    std::vector<Data> list() const {
        std::vector<Data> found;
        for (const auto& [id, data] : all<Data>()) {
            found.push_back(data);
        }
        return found;
    }

    /// The orders, or the quotes, of which something may still be traded.
    template <class Data>
    std::vector<Data> list_active() const {
        std::vector<Data> found;
        for (const auto& [id, data] : all<Data>()) {
            if (data.is_active()) {
                found.push_back(data);
            }
        }
        return found;
    }

private:
    template <class Data>
    items<Data>& known() {
        return std::get<items<Data>>(items_);
    }

    bool reset(const reset_data& old) {
        const auto forget = [&old](auto& known) {
            return std::erase_if(
                known, [&old](const auto& each) { return old.covers(each.second.gateway_name); });
        };
        return std::apply([&](auto&... data) { return (forget(data) + ...) > 0; }, items_);
    }

    std::tuple<items<tick_data>, items<trade_data>, items<order_data>, items<position_data>,
               items<account_data>, items<quote_data>, items<contract_data>, items<gateway_data>>
        items_;
};

}  // namespace trader

#endif  // TRADER_OMS_BOOK_HPP
