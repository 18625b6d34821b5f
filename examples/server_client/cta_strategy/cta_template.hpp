// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_CTA_TEMPLATE_HPP
#define TRADER_CTA_TEMPLATE_HPP

#include "../trader/object.hpp"
#include "fields.hpp"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>

namespace trader {

/// Where a strategy trades: what an engine, or a test, is for it. Symbol, gateway and limits are
/// the host's affair.
class strategy_host {
public:
    virtual ~strategy_host() = default;

    /// @return `vt_orderid`; empty if it may not be sent now.
    virtual std::string send_order(order_request request) = 0;
    virtual void cancel_order(const std::string& vt_orderid) = 0;
    virtual void cancel_all() = 0;
    virtual bool has_open_orders() const = 0;
    virtual double position() const = 0;
    virtual double position_limit() const = 0;
    virtual void load_bar(std::size_t count, interval length) = 0;
    virtual void write_log(std::string msg) = 0;
};

/// The base of all strategies, in the terms of vn.py's CtaTemplate. A class names itself and lists
/// its parameters, which are set before `on_init` and stay, and its variables, which windows show
/// and which outlive the program:
///
///     static constexpr std::string_view class_name = "MaCross";
///     static constexpr std::tuple parameters{field{"fast_days", &ma_cross_strategy::fast_days_}};
///     static constexpr std::tuple variables{field{"average", &ma_cross_strategy::average_}};
///
/// Whenever it is started, and when its gateway is back if it has loaded bars, an object is made
/// anew: parameters, `on_init`, the variables as they were, the loaded bars by `on_bar`, then
/// `on_start`. So nothing has to be cleared. What it throws stops the strategy and is shown.
///
/// @par Thread safety
/// The `on_` functions are called by one thread at a time, with events by that of the event engine.
/// The trading functions are for use within them.
class cta_template {
public:
    // Of those that have none.
    static constexpr std::tuple<> parameters{};
    static constexpr std::tuple<> variables{};

    cta_template() = default;
    virtual ~cta_template() = default;

    cta_template(const cta_template&) = delete;
    cta_template& operator=(const cta_template&) = delete;

    /// Checks the parameters, by throwing std::invalid_argument, and asks for bars.
    virtual void on_init() {}
    /// It trades from now on.
    virtual void on_start() {}
    /// It was stopped; its orders are cancelled after this.
    virtual void on_stop() {}
    virtual void on_tick(const tick_data& /*tick*/) {}
    /// A bar that `load_bar` asked for; or one of its own, if `on_tick` makes bars.
    virtual void on_bar(const bar_data& /*bar*/) {}
    /// An order of its own has changed.
    virtual void on_order(const order_data& /*order*/) {}
    /// An order of its own was filled, which `pos` has in it already.
    virtual void on_trade(const trade_data& /*trade*/) {}

    /// Tells where it trades; called once, before anything else.
    void attach(strategy_host& host) { host_ = &host; }

protected:
    // Each gives the order's id; none if it was not sent, because the strategy does not trade yet
    // or for a limit, which its state tells. Prices are rounded to those that the contract has.
    std::string buy(double price, double volume) {
        return send(direction::LONG, offset::OPEN, price, volume);
    }
    std::string sell(double price, double volume) {
        return send(direction::SHORT, offset::CLOSE, price, volume);
    }
    /// `short` in vn.py, which is a word of the language here.
    std::string sell_short(double price, double volume) {
        return send(direction::SHORT, offset::OPEN, price, volume);
    }
    std::string cover(double price, double volume) {
        return send(direction::LONG, offset::CLOSE, price, volume);
    }
    void cancel_order(const std::string& vt_orderid) { host_->cancel_order(vt_orderid); }
    void cancel_all() { host_->cancel_all(); }
    bool has_open_orders() const { return host_->has_open_orders(); }

    /// Comes nearer to a position, by one order of up to `volume` at the best price of the other
    /// side, which is filled if the market stays. What is open is cancelled first, to be asked for
    /// again at a later tick; what there is of the other side is closed before anything is opened.
    void trade_to(double target, double volume, const tick_data& tick) {
        if (has_open_orders()) {
            cancel_all();
            return;
        }
        const double missing = target - pos();
        const bool is_long = missing > 0;
        const double closable = is_long ? -pos() : pos();
        const double size = (std::min)(volume, std::abs(missing));
        if (size == 0) {
            return;
        }
        const double price = is_long ? tick.ask_price_1 : tick.bid_price_1;
        if (closable > 0) {
            send(is_long ? direction::LONG : direction::SHORT, offset::CLOSE, price,
                 (std::min)(size, closable));
        } else {
            send(is_long ? direction::LONG : direction::SHORT, offset::OPEN, price, size);
        }
    }

    /// What its own trades have made: above zero long, below short.
    double pos() const { return host_->position(); }
    /// What `pos` may not go beyond, long or short.
    double position_limit() const { return host_->position_limit(); }
    /// Asks, in `on_init`, for the newest bars that the gateway has of the past. Without any it
    /// starts all the same, so a strategy counts what it has.
    void load_bar(std::size_t count, interval length = interval::DAILY) {
        host_->load_bar(count, length);
    }
    void write_log(std::string msg) { host_->write_log(std::move(msg)); }

private:
    std::string send(direction side, offset how, double price, double volume) {
        return host_->send_order(
            {.direction = side, .volume = volume, .price = price, .offset = how});
    }

    strategy_host* host_ = nullptr;
};

/// A class that `strategy_engine::add_class` takes.
template <class Strategy>
concept cta_strategy =
    std::derived_from<Strategy, cta_template> && std::default_initializable<Strategy> && requires {
        { Strategy::class_name } -> std::convertible_to<std::string_view>;
    };

}  // namespace trader

#endif  // TRADER_CTA_TEMPLATE_HPP
