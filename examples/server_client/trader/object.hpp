// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_OBJECT_HPP
#define TRADER_OBJECT_HPP

#include "constant.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <string>

// What a trading platform talks about, with the fields that vn.py's objects have, in its order.
// Plain values: nothing here knows where they come from or that they travel.
//
// `gateway_name` says which gateway an object came through. What came through an RPC gateway has
// both names, `RPC.SIM`: the local gateway's and the one that it had at the server. Ids that must
// be unique in a process start with it: `vt_orderid()` is `SIM.42` there and `RPC.SIM.42` here.
namespace trader {

using time_point = std::chrono::sys_time<std::chrono::microseconds>;
using extra_fields = std::optional<nlohmann::json>;

/// `SPX.CBOE`: a symbol and where it is traded.
inline std::string join_symbol(const std::string& symbol, exchange where) {
    return symbol + "." + std::string(name_of(where));
}

/// The newest prices of a symbol, with five levels of the book.
struct tick_data {
    std::string gateway_name{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    time_point datetime{};
    std::string name{};
    double volume = 0;  ///< Since the day began.
    double turnover = 0;
    double open_interest = 0;
    double last_price = 0;
    double last_volume = 0;
    double limit_up = 0;
    double limit_down = 0;
    double open_price = 0;
    double high_price = 0;
    double low_price = 0;
    double pre_close = 0;
    double bid_price_1 = 0;
    double bid_price_2 = 0;
    double bid_price_3 = 0;
    double bid_price_4 = 0;
    double bid_price_5 = 0;
    double ask_price_1 = 0;
    double ask_price_2 = 0;
    double ask_price_3 = 0;
    double ask_price_4 = 0;
    double ask_price_5 = 0;
    double bid_volume_1 = 0;
    double bid_volume_2 = 0;
    double bid_volume_3 = 0;
    double bid_volume_4 = 0;
    double bid_volume_5 = 0;
    double ask_volume_1 = 0;
    double ask_volume_2 = 0;
    double ask_volume_3 = 0;
    double ask_volume_4 = 0;
    double ask_volume_5 = 0;
    std::optional<time_point> localtime{};
    extra_fields extra{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    /// Tells the same symbol of two gateways apart.
    std::string id() const { return gateway_name + "." + vt_symbol(); }
    bool operator==(const tick_data&) const = default;
};

/// Prices of a stretch of time.
struct bar_data {
    std::string gateway_name{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    time_point datetime{};
    std::optional<trader::interval> interval{};
    double volume = 0;
    double turnover = 0;
    double open_interest = 0;
    double open_price = 0;
    double high_price = 0;
    double low_price = 0;
    double close_price = 0;
    extra_fields extra{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    bool operator==(const bar_data&) const = default;
};

struct cancel_request;

/// An order and what became of it.
struct order_data {
    std::string gateway_name{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    std::string orderid{};
    order_type type = order_type::LIMIT;
    std::optional<trader::direction> direction{};
    trader::offset offset = trader::offset::NONE;
    double price = 0;
    double volume = 0;
    double traded = 0;
    trader::status status = trader::status::SUBMITTING;
    std::optional<time_point> datetime{};
    std::string reference{};  ///< The sender's own mark.
    std::string reason{};     ///< Why it was rejected.
    extra_fields extra{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    std::string vt_orderid() const { return gateway_name + "." + orderid; }
    std::string id() const { return vt_orderid(); }
    bool is_active() const;
    cancel_request create_cancel_request() const;
    bool operator==(const order_data&) const = default;
};

/// A fill of an order; one order may have several.
struct trade_data {
    std::string gateway_name{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    std::string orderid{};
    std::string tradeid{};
    std::optional<trader::direction> direction{};
    trader::offset offset = trader::offset::NONE;
    double price = 0;
    double volume = 0;
    std::optional<time_point> datetime{};
    extra_fields extra{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    std::string vt_orderid() const { return gateway_name + "." + orderid; }
    std::string vt_tradeid() const { return gateway_name + "." + tradeid; }
    std::string id() const { return vt_tradeid(); }
    /// Bought counts up, sold counts down.
    double signed_volume() const {
        return direction == trader::direction::SHORT ? -volume : volume;
    }
    bool operator==(const trade_data&) const = default;
};

/// What is held of a symbol: long, short, or net (then a volume below zero is short).
struct position_data {
    std::string gateway_name{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    trader::direction direction = trader::direction::NET;
    double volume = 0;
    double frozen = 0;
    double price = 0;  ///< What it was paid for on average.
    double pnl = 0;    ///< At the last price.
    double yd_volume = 0;
    extra_fields extra{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    std::string vt_positionid() const {
        return gateway_name + "." + vt_symbol() + "." + std::string(name_of(direction));
    }
    std::string id() const { return vt_positionid(); }
    bool operator==(const position_data&) const = default;
};

/// The money of an account.
struct account_data {
    std::string gateway_name{};
    std::string accountid{};
    double balance = 0;
    double frozen = 0;
    extra_fields extra{};

    double available() const { return balance - frozen; }
    std::string vt_accountid() const { return gateway_name + "." + accountid; }
    std::string id() const { return vt_accountid(); }
    bool operator==(const account_data&) const = default;
};

/// What can be traded, and by which rules.
struct contract_data {
    std::string gateway_name{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    std::string name{};
    trader::product product = trader::product::EQUITY;
    double size = 1;  ///< Money per point of the price.
    double pricetick = 0.01;
    double min_volume = 1;
    std::optional<double> max_volume{};  ///< Of one order.
    bool stop_supported = false;
    bool net_position = false;
    bool history_data = false;
    std::optional<double> option_strike{};
    std::optional<std::string> option_underlying{};
    std::optional<trader::option_type> option_type{};
    std::optional<time_point> option_listed{};
    std::optional<time_point> option_expiry{};
    std::optional<std::string> option_portfolio{};
    std::optional<std::string> option_index{};
    extra_fields extra{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    std::string id() const { return gateway_name + "." + vt_symbol(); }
    bool operator==(const contract_data&) const = default;
};

/// A price to buy at and a price to sell at, sent together.
struct quote_data {
    std::string gateway_name{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    std::string quoteid{};
    double bid_price = 0;
    double bid_volume = 0;
    double ask_price = 0;
    double ask_volume = 0;
    offset bid_offset = offset::NONE;
    offset ask_offset = offset::NONE;
    trader::status status = trader::status::SUBMITTING;
    std::optional<time_point> datetime{};
    std::string reference{};
    std::string reason{};  ///< Why it was rejected.
    extra_fields extra{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    std::string vt_quoteid() const { return gateway_name + "." + quoteid; }
    std::string id() const { return vt_quoteid(); }
    bool is_active() const;
    cancel_request create_cancel_request() const;
    bool operator==(const quote_data&) const = default;
};

/// A line of the log.
struct log_data {
    static constexpr int info = 20;
    static constexpr int warning = 30;
    static constexpr int error = 40;

    std::string gateway_name{};
    std::string msg{};
    int level = info;
    time_point time{};
    extra_fields extra{};

    bool operator==(const log_data&) const = default;
};

/// How a gateway is connected, for people who watch it.
struct gateway_data {
    std::string gateway_name{};
    gateway_state state = gateway_state::DISCONNECTED;
    std::string text{};  ///< Why, or where to.

    std::string id() const { return gateway_name; }
    bool operator==(const gateway_data&) const = default;
};

struct subscribe_request {
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
};

struct order_request {
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    trader::direction direction = trader::direction::LONG;
    order_type type = order_type::LIMIT;
    double volume = 0;
    double price = 0;
    trader::offset offset = trader::offset::NONE;
    std::string reference{};
    /// The id that the order shall have, made by the sender and unique at the gateway (FIX calls
    /// it ClOrdID); the gateway makes one if it is empty. Sent twice, it is still one order.
    std::string orderid{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    order_data create_order_data(const std::string& id, const std::string& gateway) const {
        return {.gateway_name = gateway,
                .symbol = symbol,
                .exchange = exchange,
                .orderid = id,
                .type = type,
                .direction = direction,
                .offset = offset,
                .price = price,
                .volume = volume,
                .reference = reference};
    }
};

/// For orders and quotes.
struct cancel_request {
    std::string orderid{};
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
};

struct history_request {
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    time_point start{};
    std::optional<time_point> end{};
    std::optional<trader::interval> interval{};

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
};

struct quote_request {
    std::string symbol{};
    trader::exchange exchange = trader::exchange::LOCAL;
    double bid_price = 0;
    double bid_volume = 0;
    double ask_price = 0;
    double ask_volume = 0;
    offset bid_offset = offset::NONE;
    offset ask_offset = offset::NONE;
    std::string reference{};
    std::string quoteid{};  ///< As `order_request::orderid`.

    std::string vt_symbol() const { return join_symbol(symbol, exchange); }
    quote_data create_quote_data(const std::string& id, const std::string& gateway) const {
        return {.gateway_name = gateway,
                .symbol = symbol,
                .exchange = exchange,
                .quoteid = id,
                .bid_price = bid_price,
                .bid_volume = bid_volume,
                .ask_price = ask_price,
                .ask_volume = ask_volume,
                .bid_offset = bid_offset,
                .ask_offset = ask_offset,
                .reference = reference};
    }
};

/// Whether something of it may still be traded.
inline bool is_active(status value) {
    return value == status::SUBMITTING || value == status::NOTTRADED || value == status::PARTTRADED;
}

inline bool order_data::is_active() const {
    return trader::is_active(status);
}
inline bool quote_data::is_active() const {
    return trader::is_active(status);
}
inline cancel_request order_data::create_cancel_request() const {
    return {orderid, symbol, exchange};
}
inline cancel_request quote_data::create_cancel_request() const {
    return {quoteid, symbol, exchange};
}

}  // namespace trader

#endif  // TRADER_OBJECT_HPP
