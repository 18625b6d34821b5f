// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIX_LEDGER_HPP
#define TRADER_FIX_LEDGER_HPP

#include "../trader/event.hpp"
#include "../trader/object.hpp"
#include "../trader/order_ids.hpp"
#include "fix_messages.hpp"
#include "fix_prices.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace trader::fix {

struct ledger_setting {
    std::string gateway_name;
    std::string account;  ///< Empty: none is named.
    int depth = 5;        ///< Prices of each side that are asked for.
    /// What is asked for at each logon, by the words of `questions`.
    std::set<std::string> ask;
    /// What can be traded, until the counterparty says it.
    std::vector<contract_data> contracts;
};

/// What the gateway knows of its orders, trades, positions, money and prices, and what it does
/// about messages and requests. It has no thread, clock or network: one thread calls it, and
/// everything that it wants done goes through its hooks.
///
/// - **A fill counts once.** One whose ExecID is known changes nothing, whether it is marked as a
///   possible duplicate or not; nor does one whose CumQty has been reached already.
/// - **A fill that was never told is made up.** If an order turns out to have traded more than its
///   fills say (numbers were reset in between), one trade is told for the difference, at the price
///   that AvgPx leaves for it; its id is the order's with `+` and CumQty.
/// - **After each logon** it asks for contracts, trades, orders, positions and the account, in this
///   order, and subscribes to prices again. Orders that it believes alive and that the answer (or a
///   counterparty that refuses the question) leaves out are asked for one by one; those that are
///   not known there are told as rejected.
/// - **Positions** are those of PositionReports. Where there are none, and between two of them,
/// they
///   are counted from trades; `price` is always of the trades. Without an answer they are those
///   of the trades since the gateway was connected, and those that were asked for.
/// - **Accounts** are those of CollateralReports, which is all that FIX 4.4 has of money. Without
/// one
///   an account that is named is told with a balance of zero.
/// - Orders that others change (ExecType 5, replaced) follow with price and volume. The desk has no
///   word for changing an order, so none is sent.
/// - A trade that is taken back (ExecType G, H) is logged as an error: the desk has no word for it.
class ledger {
public:
    struct hooks {
        std::function<void(event)> tell;
        /// @return The message's number; 0 if it could not be sent.
        std::function<int(const message&)> send;
        std::function<void(const std::string&, int level)> log;
        std::function<time_point()> now;
    };

    /// What may be asked for at logon: securities, trades, orders, positions, account.
    static std::vector<std::string> questions();

    ledger(ledger_setting setting, hooks hands);

    /// Begins to ask.
    void logged_on();
    /// Nothing can be asked or sent any more.
    void logged_out();
    void take(const message& received);

    /// Whether everything that was asked at logon is answered.
    bool is_ready() const { return is_logged_on_ && open_.empty(); }
    /// Counts what was not answered as refused. @return Whether something was open.
    bool give_up();

    /// @param request  With an id.
    void send_order(const order_request& request);
    void cancel_order(const cancel_request& request);
    void subscribe(const subscribe_request& request);
    void unsubscribe(const subscribe_request& request);
    void query_account();
    void query_position();

private:
    struct known_order {
        order_data data;
        order_data told{};  // The newest that was told.
        std::string server_id{};
        double money = 0;          // What its fills cost.
        double made_up = 0;        // How much of them was made up, and may be told yet.
        bool is_given_up = false;  // Rejected here, because nobody there knows it.
    };
    struct held {
        position_data data;
        position_data told{};  // The newest that was told.
    };
    struct board {
        subscribe_request of;
        std::string id;  // Of the request; empty: it is not made yet.
        price_board prices;
    };

    void ask(const std::string& what, const message& asked);
    void answered(const std::string& what);
    void ask_one_by_one();
    void finish();

    void take_execution(const message& report);
    void take_trades(const message& report);
    void take_trade_ack(const message& ack);
    void take_contracts(const message& list);
    void take_position(const message& report);
    void take_position_ack(const message& ack);
    void take_account(const message& report);
    void take_cancel_reject(const message& reject);
    void take_prices(const message& said);
    void take_refusal(const message& refusal);
    void take_news(const message& news);

    known_order& order_of(const execution& told);
    void count_fill(known_order& order, const execution& told);
    void make_up(known_order& order, const execution& told, double volume);
    void trade(known_order& order, const execution& told, double volume, double price);
    void move_on(known_order& order, const execution& told);
    void reject(known_order& order, const std::string& reason);
    void hold(const trade_data& made);
    void tell_order(known_order& order);
    void tell_position(const std::string& vt_symbol);
    void request_prices(board& of);
    template <class Data>
    void tell(Data data);

    const ledger_setting setting_;
    const hooks hands_;
    order_ids ids_;
    bool is_logged_on_ = false;
    bool is_asking_ = false;          // Positions are told when the answers are there.
    std::set<std::string> open_;      // Questions of this logon, and orders as `order <id>`.
    std::set<std::string> refused_;   // Questions that the counterparty does not answer.
    std::set<std::string> reported_;  // Orders that were told since the logon.
    int positions_open_ = 0;          // Reports that are to come.

    std::map<std::string, known_order> orders_;      // By the desk's id.
    std::map<std::string, std::string> client_ids_;  // ClOrdID of any request: the order's id.
    std::map<std::string, std::string> server_ids_;  // OrderID: the order's id.
    std::map<int, std::string> numbers_;             // Of messages with orders: the order's id.
    std::set<std::string> exec_ids_;
    std::map<std::string, held> positions_;
    std::map<std::string, board> boards_;
    account_data account_;
    bool has_account_ = false;
};

}  // namespace trader::fix

#endif  // TRADER_FIX_LEDGER_HPP
