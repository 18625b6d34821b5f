// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_FIX_EXCHANGE_HPP
#define TESTS_FIX_EXCHANGE_HPP

#include "fix_gateway/fix_messages.hpp"
#include "fix_gateway/fix_session.hpp"
#include "sim_gateway/sim_exchange.hpp"
#include "sim_market.hpp"

#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace test {

namespace fix = trader::fix;

/// The desk's simulated exchange as a FIX 4.4 counterparty, with QuickFIX's acceptor: it answers
/// orders, cancels, questions about orders, trades, positions and the account, lists its
/// securities, and tells prices as a snapshot and what changes of it. Everything runs on the loop
/// that it is given; only the loop's thread may call it.
class fix_exchange {
public:
    struct setting {
        std::string store;  ///< The folder of the session's numbers.
        std::string dictionary;
        int port = 0;  ///< 0: a free one.
        rig_setting market{.exchange = {.gateway_name = "EX", .session = "X", .accountid = "FIX-1"},
                           .symbols = {"SPX", "ES"}};
    };

    /// Listens.
    fix_exchange(asio::io_context& loop, setting wanted);

    int port() const { return setting_.port; }
    fix::session& session() { return *session_; }
    bool is_logged_on() const { return is_logged_on_; }
    /// Calls `then` once nobody is logged on.
    void when_logged_out(std::function<void()> then);

    /// The next tick of every symbol. @return Whether there was one.
    bool step() { return market_.step(); }
    /// Messages of a type are refused from now on (BusinessMessageReject).
    void refuse(const std::string& type) { refused_.insert(type); }
    /// Sends the newest reports of fills once more, the oldest of them first, with new numbers.
    /// @param mark  `dup` for PossDupFlag, `resend` for PossResend, else unmarked.
    void repeat(std::size_t count, const std::string& mark);

    /// What there is, by id; as `orders_of` and `trades_of` tell it of a platform.
    nlohmann::json orders() const;
    nlohmann::json trades() const;
    nlohmann::json positions() const;
    nlohmann::json account() const;
    nlohmann::json tick(const std::string& vt_symbol) const;

private:
    using message = fix::message;
    struct known_order {
        trader::order_data data;
        double money = 0;
        std::string cancelled_by{};  // The ClOrdID of that request.
        std::vector<trader::trade_data> fills{};
    };
    struct subscription {
        std::string id;
        std::map<std::string, message> told{};  // Levels of the book, by their ids.
        bool has_snapshot = false;
    };

    void listen();
    void on_order(const trader::order_data& order);
    void on_trade(const trader::trade_data& trade);
    void on_position(const trader::position_data& position);
    void on_account(const trader::account_data& account);
    void on_tick(const trader::tick_data& tick);

    void take(const message& received);
    void take_order(const message& order);
    void take_cancel(const message& cancel);
    void answer_order(const message& asked);
    void answer_orders(const message& asked);
    void answer_trades(const message& asked);
    void answer_positions(const message& asked);
    void answer_account(const message& asked);
    void answer_securities(const message& asked);
    void answer_prices(const message& asked);

    message report(const known_order& order, char type, const std::string& id) const;
    message position_report(const trader::position_data& position, std::size_t count) const;
    message account_report(const trader::account_data& account) const;
    std::string next_id();

    asio::io_context& loop_;
    setting setting_;
    trader::sim::sim_exchange market_;
    std::unique_ptr<fix::session> session_;
    bool is_logged_on_ = false;
    std::function<void()> when_logged_out_;
    std::map<std::string, known_order> orders_;
    std::vector<message> fills_;  // Their reports, as they were sent.
    std::map<std::string, subscription> prices_;
    std::map<std::string, double> told_positions_;
    std::string positions_wanted_;  // The id of the request; empty: nobody wants to hear of them.
    std::string account_wanted_;
    std::set<std::string> refused_;
    std::uint64_t last_id_ = 0;
};

/// An order as far as all must agree on it.
inline nlohmann::json agreed(const trader::order_data& order) {
    return {{"symbol", order.vt_symbol()},
            {"type", name_of(order.type)},
            {"direction", name_of(order.direction.value_or(trader::direction::NET))},
            {"offset", name_of(order.offset)},
            {"price", order.price},
            {"volume", order.volume},
            {"traded", order.traded},
            {"status", name_of(order.status)},
            {"reference", order.reference},
            {"reason", order.reason}};
}
inline nlohmann::json agreed(const trader::trade_data& trade) {
    return {{"symbol", trade.vt_symbol()},
            {"order", trade.orderid},
            {"direction", name_of(trade.direction.value_or(trader::direction::NET))},
            {"offset", name_of(trade.offset)},
            {"price", trade.price},
            {"volume", trade.volume},
            {"time", trade.datetime ? trade.datetime->time_since_epoch().count() : 0}};
}

}  // namespace test

#endif  // TESTS_FIX_EXCHANGE_HPP
