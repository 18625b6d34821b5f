// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_TRADING_SERVICE_HPP
#define TRADER_TRADING_SERVICE_HPP

#include "../trader/main_engine.hpp"
#include "../trader/order_throttle.hpp"
#include "function_list.hpp"
#include "order_owners.hpp"
#include "service_setting.hpp"
#include "service_types.hpp"
#include "visibility.hpp"
#include "wire_names.hpp"

#include <gatewire/rpc.hpp>

#include <asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace trader::rpc_service {

/// What outlives one start of the service.
struct lasting_parts {
    function_list functions;
    order_owners owners;
};

/// The functions that clients may call: the main engine, with each client's rights and duties.
///
/// It answers from a book that is in step with what clients were told, so that an answer is never
/// older than an event that was sent before it. Everything runs on the server's thread.
class trading_service {
public:
    using audit = std::function<void(std::string msg, int level)>;

    /// @param book   What clients were told; only changed on the server's thread.
    /// @param log    Hears who asked for what.
    trading_service(main_engine& main, const oms_book& book, lasting_parts& lasting,
                    service_setting rules, audit log)
        : main_(main),
          book_(book),
          functions_(lasting.functions),
          owners_(lasting.owners),
          rules_(std::move(rules)),
          seen_(rules_.clients, owners_),
          log_(std::move(log)) {}

    /// Hears of a reset before the book does: owners of what it forgets are forgotten.
    void prepare(const reset_data& reset);
    /// Hears of every event, after the book did.
    void update(const event& happened);

    const visibility& seen() const { return seen_; }

    void subscribe(const rpc::caller& caller, const subscribe_request& request,
                   const std::string& gateway_name);
    void unsubscribe(const rpc::caller& caller, const subscribe_request& request,
                     const std::string& gateway_name);
    std::string send_order(const rpc::caller& caller, const order_request& request,
                           const std::string& gateway_name);
    std::vector<std::string> send_orders(const rpc::caller& caller,
                                         const std::vector<order_request>& requests,
                                         const std::string& gateway_name);
    void cancel_order(const rpc::caller& caller, const cancel_request& request,
                      const std::string& gateway_name);
    void cancel_orders(const rpc::caller& caller, const std::vector<cancel_request>& requests,
                       const std::string& gateway_name);
    std::string send_quote(const rpc::caller& caller, const quote_request& request,
                           const std::string& gateway_name);
    void cancel_quote(const rpc::caller& caller, const cancel_request& request,
                      const std::string& gateway_name);
    void query_account(const rpc::caller& caller, const std::string& gateway_name);
    void query_position(const rpc::caller& caller, const std::string& gateway_name);
    asio::awaitable<std::vector<bar_data>> query_history(history_request request,
                                                         std::string gateway_name);
    nlohmann::json call_function(const rpc::caller& caller, const std::string& name,
                                 const nlohmann::json& argument);

    // Of what is known, the caller is told what it may see.
    template <class Data>
    std::optional<Data> get(const rpc::caller& caller, const std::string& id) {
        auto found = book_.find<Data>(id);
        return found && seen_.sees(access_of(caller), *found) ? std::move(found) : std::nullopt;
    }
    template <class Data>
    std::vector<Data> get_all(const rpc::caller& caller) {
        return visible(caller, book_.list<Data>());
    }
    template <class Data>
    std::vector<Data> get_all_active(const rpc::caller& caller) {
        return visible(caller, book_.list_active<Data>());
    }
    /// The items behind an id, in the order of their ids.
    template <class Data>
    page<Data> get_page(const rpc::caller& caller, const std::string& after) {
        constexpr std::size_t page_size = 500;
        const auto& who = access_of(caller);
        const auto& known = book_.all<Data>();
        page<Data> result;
        std::string last;
        for (auto each = known.upper_bound(after); each != known.end(); ++each) {
            if (!seen_.sees(who, each->second)) {
                continue;
            }
            if (result.items.size() == page_size) {
                result.next = last;
                break;
            }
            result.items.push_back(each->second);
            last = each->first;
        }
        return result;
    }
    rights get_rights(const rpc::caller& caller);
    std::vector<std::string> get_all_gateway_names() { return main_.get_all_gateway_names(); }
    std::vector<exchange> get_all_exchanges() { return main_.get_all_exchanges(); }

    void on_session_end(const rpc::session_end& ended);

    // clang-format off
    using self = trading_service;
    using rpc_table = rpc::table<
        // The 17 functions of vn.py's RPC service.
        rpc::method<"subscribe", &self::subscribe, rpc::params<"req", "gateway_name">>,
        rpc::method<"send_order", &self::send_order, rpc::params<"req", "gateway_name">>,
        rpc::method<"cancel_order", &self::cancel_order, rpc::params<"req", "gateway_name">>,
        rpc::method<"query_history", &self::query_history, rpc::params<"req", "gateway_name">>,
        rpc::method<"get_tick", &self::get<tick_data>, rpc::params<"vt_symbol">>,
        rpc::method<"get_order", &self::get<order_data>, rpc::params<"vt_orderid">>,
        rpc::method<"get_trade", &self::get<trade_data>, rpc::params<"vt_tradeid">>,
        rpc::method<"get_position", &self::get<position_data>, rpc::params<"vt_positionid">>,
        rpc::method<"get_account", &self::get<account_data>, rpc::params<"vt_accountid">>,
        rpc::method<"get_contract", &self::get<contract_data>, rpc::params<"vt_symbol">>,
        rpc::method<"get_all_ticks", &self::get_all<tick_data>>,
        rpc::method<"get_all_orders", &self::get_all<order_data>>,
        rpc::method<"get_all_trades", &self::get_all<trade_data>>,
        rpc::method<"get_all_positions", &self::get_all<position_data>>,
        rpc::method<"get_all_accounts", &self::get_all<account_data>>,
        rpc::method<"get_all_contracts", &self::get_all<contract_data>>,
        rpc::method<"get_all_active_orders", &self::get_all_active<order_data>>,
        // What its users asked for: quotes, names, batches, refresh, functions of their own.
        rpc::method<"unsubscribe", &self::unsubscribe, rpc::params<"req", "gateway_name">>,
        rpc::method<"send_orders", &self::send_orders, rpc::params<"reqs", "gateway_name">>,
        rpc::method<"cancel_orders", &self::cancel_orders, rpc::params<"reqs", "gateway_name">>,
        rpc::method<"send_quote", &self::send_quote, rpc::params<"req", "gateway_name">>,
        rpc::method<"cancel_quote", &self::cancel_quote, rpc::params<"req", "gateway_name">>,
        rpc::method<"get_quote", &self::get<quote_data>, rpc::params<"vt_quoteid">>,
        rpc::method<"get_all_quotes", &self::get_all<quote_data>>,
        rpc::method<"get_all_active_quotes", &self::get_all_active<quote_data>>,
        rpc::method<"get_all_gateway_names", &self::get_all_gateway_names>,
        rpc::method<"get_all_exchanges", &self::get_all_exchanges>,
        rpc::method<"query_account", &self::query_account, rpc::params<"gateway_name">>,
        rpc::method<"query_position", &self::query_position, rpc::params<"gateway_name">>,
        rpc::method<"call_function", &self::call_function, rpc::params<"name", "argument">>,
        rpc::method<"get_rights", &self::get_rights>,
        // Long lists in parts.
        rpc::method<"page_orders", &self::get_page<order_data>, rpc::params<"after">>,
        rpc::method<"page_trades", &self::get_page<trade_data>, rpc::params<"after">>,
        rpc::method<"page_positions", &self::get_page<position_data>, rpc::params<"after">>,
        rpc::method<"page_accounts", &self::get_page<account_data>, rpc::params<"after">>,
        rpc::method<"page_contracts", &self::get_page<contract_data>, rpc::params<"after">>,
        rpc::method<"page_quotes", &self::get_page<quote_data>, rpc::params<"after">>,
        rpc::method<"page_gateways", &self::get_page<gateway_data>, rpc::params<"after">>,
        // Every event but the timer.
        rpc::event<"tick", tick_data, rpc::keyed_by<&tick_data::id>, rpc::latest>,
        rpc::event<"trade", trade_data>,
        rpc::event<"order", order_data>,
        rpc::event<"position", position_data>,
        rpc::event<"account", account_data>,
        rpc::event<"quote", quote_data>,
        rpc::event<"contract", contract_data>,
        rpc::event<"gateway", gateway_data>,
        rpc::event<"log", log_data, rpc::keyed_by<&log_data::gateway_name>>,
        rpc::event<"reset", reset_data>,
        rpc::event<"event", app_event, rpc::keyed_by<&app_event::type>>>;
    // clang-format on

private:
    struct sent_order {
        std::uint64_t session;
        bool is_orphan = false;  // Its client is gone; it is to be cancelled when it is told.
    };
    struct session {
        std::set<std::pair<std::string, std::string>> subscriptions{};  // Gateway, vt_symbol.
        order_throttle throttle{0};
    };

    session& session_of(const rpc::caller& caller);
    const client_access& access_of(const rpc::caller& caller) const {
        return seen_.access_of(caller.identity());
    }
    template <class Data>
    std::vector<Data> visible(const rpc::caller& caller, std::vector<Data> found) const {
        const auto& who = access_of(caller);
        std::erase_if(found, [&](const Data& each) { return !seen_.sees(who, each); });
        return found;
    }
    void require_trader(const rpc::caller& caller) const;
    void require_accounts(const rpc::caller& caller) const;
    order_throttle& throttle_of(const rpc::caller& caller, int limit);
    void admit(const rpc::caller& caller, std::size_t count);
    template <class Data>
    void require_own(const rpc::caller& caller, const cancel_request& request,
                     const std::string& gateway_name) const;
    template <class Data>
    void follow(const Data& data);
    template <class Data, class Request>
    void remember(const rpc::caller& caller, const std::string& id, const Request& request,
                  const std::string& gateway_name);
    void cancel(const order_data& order);
    void cancel(const quote_data& quote);
    template <class Data>
    bool cancel_known(const std::string& id);
    std::string take_order(const rpc::caller& caller, const order_request& request,
                           const std::string& gateway_name);

    main_engine& main_;
    const oms_book& book_;
    const function_list& functions_;
    order_owners& owners_;
    const service_setting rules_;
    const visibility seen_;
    const audit log_;
    std::map<std::uint64_t, session> sessions_;
    std::map<std::string, order_throttle> throttles_;  // Of clients that have a name.
    std::map<std::string, sent_order> active_;         // By vt_orderid or vt_quoteid.
};

}  // namespace trader::rpc_service

#endif  // TRADER_TRADING_SERVICE_HPP
