// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_BASE_GATEWAY_HPP
#define TRADER_BASE_GATEWAY_HPP

#include "event_engine.hpp"
#include "object.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace trader {

/// Called once with the bars, or with the reason why there are none; on any thread.
using history_handler = std::function<void(std::vector<bar_data>, std::string error)>;

/// A connection to a place where things are traded. Every interface is a class derived from this.
///
/// Duties of a derived class: every function may be called from any thread and returns at once;
/// what comes of it is told by the `on_` functions. A lost connection is made again by itself.
/// `send_order` gives the order an id that is unique at this gateway (the request's own, if it has
/// one), tells its state (`SUBMITTING`, or `REJECTED` with the reason), and returns `vt_orderid`;
/// a request with an id that was used before makes no second order. `subscribe` tells the newest
/// tick once, not again for what is subscribed already: everybody here hears of it. `connect` tells
/// contracts, accounts, positions, orders and trades. Requests about unknown things are logged or
/// rejected, never ignored.
class base_gateway {
public:
    /// @param name  How this gateway is called; two of one class have two names.
    base_gateway(event_engine& events, std::string name)
        : events_(events), gateway_name_(std::move(name)) {}
    virtual ~base_gateway() = default;

    base_gateway(const base_gateway&) = delete;
    base_gateway& operator=(const base_gateway&) = delete;

    const std::string& gateway_name() const { return gateway_name_; }

    /// The settings that `connect` takes, with their defaults: what a dialog shows.
    virtual nlohmann::json default_setting() const = 0;
    /// The exchanges that can be reached.
    virtual std::vector<exchange> exchanges() const = 0;

    /// Begins to connect. Settings that are missing have their defaults.
    /// @param setting  An object, if it comes from a `main_engine`.
    /// @throws std::exception  If a setting cannot be used; the text names it as `with_defaults`
    ///                         does: `setting 'speed' takes ...`.
    virtual void connect(const nlohmann::json& setting) = 0;
    /// Ends the connection and tells nothing more.
    virtual void close() = 0;

    // `gateway` in what follows is the name that the caller used: this gateway's own, or with the
    // name of one behind it, `RPC.SIM`.
    virtual void subscribe(const subscribe_request& request, const std::string& gateway) = 0;
    virtual std::string send_order(const order_request& request, const std::string& gateway) = 0;
    virtual void cancel_order(const cancel_request& request, const std::string& gateway) = 0;

    // What a gateway need not have.
    virtual void unsubscribe(const subscribe_request& /*request*/, const std::string& /*gateway*/) {
        // Whoever is told more than was asked for takes no harm.
    }
    /// Asks for the account and the positions again; they are told when they come.
    virtual void query_account() {
        write_log(gateway_name_ + " tells its account by itself", log_data::warning);
    }
    virtual void query_position() {
        write_log(gateway_name_ + " tells its positions by itself", log_data::warning);
    }
    virtual std::string send_quote(const quote_request& request, const std::string& /*gateway*/) {
        const std::string id = request.quoteid.empty() ? "unsupported" : request.quoteid;
        auto refused = request.create_quote_data(id, gateway_name_);
        refused.status = status::REJECTED;
        refused.reason = gateway_name_ + " takes no quotes";
        on_quote(refused);
        return refused.vt_quoteid();
    }
    virtual void cancel_quote(const cancel_request& /*request*/, const std::string& /*gateway*/) {
        write_log(gateway_name_ + " has no quotes", log_data::warning);
    }
    virtual void query_history(const history_request& /*request*/, const std::string& /*gateway*/,
                               history_handler handler) {
        handler({}, gateway_name_ + " has no history");
    }

    /// Whether orders and quotes are taken from here: one may be allowed to look only.
    virtual bool may_trade() const { return true; }

    /// A line of the log in this gateway's name.
    void write_log(std::string msg, int level = log_data::info);

protected:
    void on_tick(tick_data data) { events_.put_data(std::move(data)); }
    void on_trade(trade_data data) { events_.put_data(std::move(data)); }
    void on_order(order_data data) { events_.put_data(std::move(data)); }
    void on_position(position_data data) { events_.put_data(std::move(data)); }
    void on_account(account_data data) { events_.put_data(std::move(data)); }
    void on_quote(quote_data data) { events_.put_data(std::move(data)); }
    void on_contract(contract_data data) { events_.put_data(std::move(data)); }
    void on_log(log_data data) { events_.put_data(std::move(data)); }
    void on_event(event happened) { events_.put(std::move(happened)); }
    void on_state(gateway_state state, std::string text = {}) {
        events_.put_data(gateway_data{gateway_name_, state, std::move(text)});
    }

    event_engine& events() { return events_; }

private:
    event_engine& events_;
    const std::string gateway_name_;
};

}  // namespace trader

#endif  // TRADER_BASE_GATEWAY_HPP
