// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SIM_EXCHANGE_HPP
#define TRADER_SIM_EXCHANGE_HPP

#include "../trader/object.hpp"
#include "holding.hpp"
#include "market_replay.hpp"
#include "order_book.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace trader::sim {

struct exchange_setting {
    std::string gateway_name = "SIM";  ///< Stands in everything that is told.
    std::string session = "0000";      ///< Ids begin with it.
    std::string accountid = "SIM-1";
    double balance = 1'000'000;
    double margin_rate = 0.1;    ///< Part of an order's value that is bound while it is active.
    double commission_rate = 0;  ///< Part of a trade's value that it costs.
    /// Orders and quotes that are over and are remembered. Of one that is forgotten the id may be
    /// used again, and nothing is known any more.
    std::size_t closed_max = 100'000;
};

/// A small exchange and the one account that trades on it. Each `step` brings the next tick of
/// every symbol: the house takes its orders of the step before out of the book and enters new ones
/// around the new price, which trade with what of the account's they meet there.
///
/// What is told, and when:
/// - of an order `SUBMITTING` or `REJECTED` with the reason, then every change once;
/// - of a fill the trade, then the order (or quote), the position, the account;
/// - positions and the account whenever they have changed, positions also by the last price; that
///   is looked at once per step and symbol. A symbol that was never traded has no position;
/// - a quote as an order of two sides, with `extra` saying how much of each is traded.
///
/// Positions are net, and offsets mean nothing, but for contracts without `net_position`: of those
/// there is a long and a short position, an order opens or closes one of them, and is refused if
/// there is not so much to close. What is closed with `CLOSE` is the oldest. A day ends with its
/// last tick: then all is of yesterday, and what is left of orders with `CLOSETODAY` is cancelled.
/// `frozen` of a position is how much of it is to be closed by active orders.
/// The account's balance is what it began with, what closed trades have made, less commission; its
/// `frozen` is the margin of the active orders. An order that only closes, together with the other
/// active orders of its side, is not refused for want of money. Orders of the account may trade
/// with each other, which makes two trades.
///
/// It knows no thread, no clock and no network. Listeners must not call it.
class sim_exchange {
public:
    template <class Data>
    using listener = std::function<void(const Data&)>;

    listener<tick_data> on_tick = [](const tick_data&) {};
    listener<trade_data> on_trade = [](const trade_data&) {};
    listener<order_data> on_order = [](const order_data&) {};
    listener<quote_data> on_quote = [](const quote_data&) {};
    listener<position_data> on_position = [](const position_data&) {};
    listener<account_data> on_account = [](const account_data&) {};
    std::function<void(const std::string& msg, int level)> on_log = [](const auto&, int) {};

    /// @param markets  One for each symbol, all with the same number of bars.
    sim_exchange(exchange_setting setting, std::vector<market_replay> markets);

    sim_exchange(const sim_exchange&) = delete;
    sim_exchange& operator=(const sim_exchange&) = delete;

    /// Brings the next tick of every symbol.
    /// @return Whether there was one; the end of the data is logged once.
    bool step();

    /// Takes or rejects an order.
    /// @return Its id. For an id that was used before nothing is done: the first order stands.
    std::string send_order(const order_request& request);
    /// Takes or rejects a quote. Its sides are orders in the book, its trades have its id.
    /// @return As `send_order`; orders and quotes share their ids.
    std::string send_quote(const quote_request& request);

    /// Cancels what is left of an order; logs why it cannot.
    void cancel_order(const cancel_request& request);
    /// Cancels what is left of both sides of a quote; logs why it cannot.
    void cancel_quote(const cancel_request& request);

    std::vector<contract_data> contracts() const;
    account_data account() const;
    std::vector<position_data> positions() const;
    /// The newest tick; none for an unknown symbol or before the first step.
    const tick_data* find_tick(const std::string& vt_symbol) const;
    /// The replay of a symbol, for its history; none for an unknown symbol.
    const market_replay* find_replay(const std::string& vt_symbol) const;
    /// Why there is nothing to be had of a symbol, with those that there are.
    std::string unknown_symbol(const std::string& vt_symbol) const;

private:
    struct market {
        market_replay replay;
        order_book book{};
        std::array<holding, 2> held{};  // Net: the first is all. Else what is long, and short.
        tick_data tick{};
        ticks last = 0;
        std::vector<std::uint64_t> house{};   // Its orders, some of which may be traded already.
        std::array<position_data, 2> told{};  // The newest that was told of each.

        const listing& traded() const { return replay.traded(); }
        /// The one that an order of such a kind changes.
        std::size_t place_of(direction side, offset how) const {
            const bool is_long = (how == offset::OPEN) == (side == direction::LONG);
            return traded().contract.net_position || is_long ? 0 : 1;
        }
    };
    // What the book knows by a number: an order of the account, or a side of its quotes.
    struct working_order {
        std::string id;
        market* where;
        book_order sent;
        ticks bound_price;  // What margin is counted by; a market order has no price of its own.
        offset how;
        lots rest = 0;

        holding& held() const { return where->held[where->place_of(sent.side, how)]; }
    };
    struct known_order {
        order_data data;
        std::uint64_t number = 0;
    };
    struct known_quote {
        quote_data data;
        std::uint64_t bid = 0;
        std::uint64_t ask = 0;
    };

    market* find(const std::string& vt_symbol);
    const market* find(const std::string& vt_symbol) const;

    bool is_known(const std::string& id) const;
    std::string take_id(const std::string& wanted);
    double margin(const market& where, ticks price, lots volume) const;
    bool only_closes(const market& where, direction side, offset how, lots volume) const;
    std::string refuse_close(const market& where, direction side, offset how, lots volume) const;
    std::string refuse(const order_request& request) const;
    std::string refuse(const quote_request& request) const;
    bool is_cancellable(const std::string& what, status reached, const std::string& vt_symbol,
                        const cancel_request& request);

    void renew_house(market& where, const replay_step& step);
    void tell_tick(market& where);
    void match(known_order& order);
    void cancel(known_order& order);
    void cancel(known_quote& quote);

    std::uint64_t bind(market& where, const order_data& order);
    std::uint64_t bind(market& where, const quote_data& quote, direction side);
    std::uint64_t bind(working_order order);
    void release(std::uint64_t number);
    void settle(market& where, const std::vector<book_fill>& fills);
    void settle_side(market& where, std::uint64_t number, const book_fill& fill);
    void advance_quote(known_quote& quote);
    double rest_of(std::uint64_t number) const;
    void end_day(market& where);
    void tell(known_order& order);
    void tell(known_quote& quote);
    void forget_closed();
    void tell_money(market& where);
    position_data position(const market& where, std::size_t place) const;

    const exchange_setting setting_;
    std::vector<market> markets_;
    std::unordered_map<std::uint64_t, working_order> working_;
    std::unordered_map<std::string, known_order> orders_;
    std::unordered_map<std::string, known_quote> quotes_;
    std::deque<std::string> closed_;  // Ids of what is over, the oldest first.
    account_data told_;               // The newest that was told.
    std::uint64_t last_number_ = 0;
    std::uint64_t last_orderid_ = 0;
    std::uint64_t last_tradeid_ = 0;
    bool has_ended_ = false;
};

}  // namespace trader::sim

#endif  // TRADER_SIM_EXCHANGE_HPP
