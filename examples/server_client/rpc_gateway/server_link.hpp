// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SERVER_LINK_HPP
#define TRADER_SERVER_LINK_HPP

#include "../rpc_service/service_types.hpp"
#include "../rpc_service/wire_names.hpp"
#include "../trader/base_gateway.hpp"
#include "../transport.hpp"
#include "mirror.hpp"
#include "origin_name.hpp"

#include <gatewire/rpc.hpp>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace trader::remote {

struct link_setting {
    std::string address;
    std::string token;
    transport::tls_files files;
    bool logs = true;
};

/// The connection to an RPC service: takes the snapshot after each connect, follows the events, and
/// sends requests. Every function runs on its executor's one thread.
class server_link {
public:
    using teller = std::function<void(event)>;
    using state_hook = std::function<void(gateway_state, std::string text)>;
    using log_hook = std::function<void(std::string msg, int level)>;
    using function_handler = std::function<void(nlohmann::json result, std::string error)>;

    struct hooks {
        teller tell;  ///< An event, with the names that it has here.
        std::function<void(const rpc_service::rights&)> on_rights;
        state_hook on_state;
        log_hook log;
    };

    /// @throws rpc::error  As `transport::encrypt`, if the address needs that.
    template <class Executor>
    server_link(const Executor& executor, const origin_name& names, link_setting setting,
                hooks owner)
        : names_(names),
          setting_(std::move(setting)),
          owner_(std::move(owner)),
          retry_(executor),
          client_(executor, *this, options()) {
        client_.unsubscribe<"tick">();
        client_.unsubscribe<"log">();
    }

    /// @throws rpc::error  `invalid_address`.
    void start() { client_.start(); }

    /// Ends every request, and calls `stopped` when all of their handlers have run.
    template <class Stopped>
    void stop(Stopped stopped) {
        client_.stop();
        asio::post(client_.get_executor(), std::move(stopped));
    }

    // Gateways in what follows have the names of the server.
    // `name` is what the gateway was called by who wants it.
    void subscribe(const subscribe_request& request, const std::string& origin,
                   const std::string& name);
    void unsubscribe(const subscribe_request& request, const std::string& origin,
                     const std::string& name);
    /// Tells `order`, if it is new; it is told again, rejected, if the server takes no such order.
    void send_order(const order_request& request, const std::string& origin,
                    const order_data& order);
    void cancel_order(const cancel_request& request, const std::string& origin);
    void send_quote(const quote_request& request, const std::string& origin,
                    const quote_data& quote);
    void cancel_quote(const cancel_request& request, const std::string& origin);
    void query_account();
    void query_position();
    void query_history(const history_request& request, const std::string& origin,
                       history_handler handler);
    void call_function(const std::string& name, const nlohmann::json& argument,
                       function_handler handler);

    void on_connected(const rpc::session_info& info);
    void on_disconnected(const rpc::error& reason);
    void on_gap(const rpc::gap& missed);
    template <class Data>
    void on_data(const Data& data) {
        mirror_.take(names_.renamed(data), owner_.tell);
    }
    void on_log(const log_data& data) { owner_.tell(make_event(names_.renamed(data))); }
    void on_event(const rpc_service::app_event& own) { owner_.tell({own.type, own.data}); }

    // clang-format off
    using rpc_table = rpc::table<
        rpc::remote<"subscribe", void(subscribe_request, std::string)>,
        rpc::remote<"unsubscribe", void(subscribe_request, std::string)>,
        rpc::remote<"send_order", std::string(order_request, std::string)>,
        rpc::remote<"cancel_order", void(cancel_request, std::string)>,
        rpc::remote<"send_quote", std::string(quote_request, std::string)>,
        rpc::remote<"cancel_quote", void(cancel_request, std::string)>,
        rpc::remote<"query_account", void(std::string)>,
        rpc::remote<"query_position", void(std::string)>,
        rpc::remote<"query_history", std::vector<bar_data>(history_request, std::string)>,
        rpc::remote<"call_function", nlohmann::json(std::string, nlohmann::json)>,
        rpc::remote<"get_tick", std::optional<tick_data>(std::string)>,
        rpc::remote<"get_order", std::optional<order_data>(std::string)>,
        rpc::remote<"get_quote", std::optional<quote_data>(std::string)>,
        rpc::remote<"get_rights", rpc_service::rights()>,
        rpc::remote<"get_all_gateway_names", std::vector<std::string>()>,
        rpc::remote<"page_contracts", rpc_service::page<contract_data>(std::string)>,
        rpc::remote<"page_accounts", rpc_service::page<account_data>(std::string)>,
        rpc::remote<"page_positions", rpc_service::page<position_data>(std::string)>,
        rpc::remote<"page_orders", rpc_service::page<order_data>(std::string)>,
        rpc::remote<"page_trades", rpc_service::page<trade_data>(std::string)>,
        rpc::remote<"page_quotes", rpc_service::page<quote_data>(std::string)>,
        rpc::remote<"page_gateways", rpc_service::page<gateway_data>(std::string)>,
        rpc::on<"tick", &server_link::on_data<tick_data>>,
        rpc::on<"trade", &server_link::on_data<trade_data>>,
        rpc::on<"order", &server_link::on_data<order_data>>,
        rpc::on<"position", &server_link::on_data<position_data>>,
        rpc::on<"account", &server_link::on_data<account_data>>,
        rpc::on<"quote", &server_link::on_data<quote_data>>,
        rpc::on<"contract", &server_link::on_data<contract_data>>,
        rpc::on<"gateway", &server_link::on_data<gateway_data>>,
        rpc::on<"reset", &server_link::on_data<reset_data>>,
        rpc::on<"log", &server_link::on_log>,
        rpc::on<"event", &server_link::on_event>>;
    // clang-format on

private:
    using tick_key = std::pair<std::string, std::string>;  // Origin, vt_symbol.

    struct wanted_ticks {
        subscribe_request request{};
        std::set<std::string> names{};  // `RPC` and `RPC.SIM` may both mean the one.
        bool is_asked_for = false;      // And not refused since.
    };

    /// An order or a quote whose fate the server has not told yet.
    template <class Data>
    struct sent {
        Data data;
        bool is_on_the_way = true;
    };
    template <class Data>
    using sent_list = std::map<std::string, sent<Data>>;

    rpc::client_options options();
    void begin_snapshot();
    void take_rights();
    template <class Data, class... Later>
    void take_pages(const std::string& after);
    template <class Data, class Handler>
    void ask_for_page(const std::string& after, Handler handler);
    void take_names();
    void finish_snapshot();
    void fail_snapshot(const std::exception_ptr& failed);
    void subscribe_now(const tick_key& key, wanted_ticks& wanted);
    auto warn_of(std::string what);

    template <class Data>
    void begin_sending(const Data& data);
    template <class Data>
    void answered(const std::string& id, std::exception_ptr failed);
    template <class Data>
    void ask_for(const std::string& id);
    template <class Data>
    void reject(const std::string& id, const std::string& reason);
    template <class Data>
    sent_list<Data>& all_sent() {
        return std::get<sent_list<Data>>(sent_);
    }
    template <class Data>
    void settle();
    template <class Data>
    void tell_again();

    const origin_name& names_;
    const link_setting setting_;
    const hooks owner_;
    mirror mirror_;
    std::string last_failure_;    // To connect; told once until it is another.
    std::uint64_t snapshot_ = 0;  // Answers to a snapshot before this one are of no use.
    bool was_connected_ = false;
    std::set<std::string> origins_;
    std::map<tick_key, wanted_ticks> subscriptions_;
    std::tuple<sent_list<order_data>, sent_list<quote_data>> sent_;
    asio::steady_timer retry_;
    transport::client<server_link> client_;
};

}  // namespace trader::remote

#endif  // TRADER_SERVER_LINK_HPP
