// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_OMS_ENGINE_HPP
#define TRADER_OMS_ENGINE_HPP

#include "event_engine.hpp"
#include "oms_book.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace trader {

/// Remembers the newest state of everything that events told, for those who ask.
///
/// @par Thread safety
/// All functions may be called from any thread. A handler of an event finds the event's data here.
class oms_engine {
public:
    explicit oms_engine(event_engine& events);
    ~oms_engine();

    oms_engine(const oms_engine&) = delete;
    oms_engine& operator=(const oms_engine&) = delete;

    // By `vt_symbol`, or by gateway and `vt_symbol` where several gateways have it.
    std::optional<tick_data> get_tick(const std::string& id) const { return get<tick_data>(id); }
    std::optional<contract_data> get_contract(const std::string& id) const {
        return get<contract_data>(id);
    }
    std::optional<order_data> get_order(const std::string& id) const { return get<order_data>(id); }
    std::optional<trade_data> get_trade(const std::string& id) const { return get<trade_data>(id); }
    std::optional<position_data> get_position(const std::string& id) const {
        return get<position_data>(id);
    }
    std::optional<account_data> get_account(const std::string& id) const {
        return get<account_data>(id);
    }
    std::optional<quote_data> get_quote(const std::string& id) const { return get<quote_data>(id); }
    /// How a gateway is connected, by its name.
    std::optional<gateway_data> get_gateway_state(const std::string& name) const {
        return get<gateway_data>(name);
    }

    // In the order of their ids.
    std::vector<tick_data> get_all_ticks() const { return get_all<tick_data>(); }
    std::vector<contract_data> get_all_contracts() const { return get_all<contract_data>(); }
    std::vector<order_data> get_all_orders() const { return get_all<order_data>(); }
    std::vector<trade_data> get_all_trades() const { return get_all<trade_data>(); }
    std::vector<position_data> get_all_positions() const { return get_all<position_data>(); }
    std::vector<account_data> get_all_accounts() const { return get_all<account_data>(); }
    std::vector<quote_data> get_all_quotes() const { return get_all<quote_data>(); }
    std::vector<gateway_data> get_all_gateway_states() const { return get_all<gateway_data>(); }
    std::vector<order_data> get_all_active_orders() const;
    std::vector<quote_data> get_all_active_quotes() const;

    /// A copy of everything at one moment.
    oms_book snapshot() const;

private:
    template <class Data>
    std::optional<Data> get(const std::string& id) const {
        const std::lock_guard lock(mutex_);
        return book_.find<Data>(id);
    }
    template <class Data>
    std::vector<Data> get_all() const {
        const std::lock_guard lock(mutex_);
        return book_.list<Data>();
    }

    event_engine& events_;
    mutable std::mutex mutex_;  // Guards book_.
    oms_book book_;
    std::vector<event_engine::handler_id> handlers_;
};

}  // namespace trader

#endif  // TRADER_OMS_ENGINE_HPP
