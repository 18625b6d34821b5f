// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_ENGINE_HPP
#define DESK_ENGINE_HPP

#include "replay.hpp"
#include "types.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace desk {

struct engine_settings {
    std::int64_t position_limit = 25;  // Of the whole desk, long or short.
    std::size_t orders_max = 20'000;   // So that a snapshot fits into one answer.
};

/// A small exchange and the account of the desk that trades on it. Every call of `advance` brings
/// one tick, and open orders meet the market with it, oldest first, never with a tick that was
/// already known when they were sent.
///
/// It knows no network, no thread and no clock: whoever owns it calls one function at a time and
/// connects the `on_` functions to those who shall hear of it.
class engine {
public:
    template <class Data>
    using listener = std::function<void(const Data&)>;

    listener<tick> on_tick = [](const tick&) {};
    listener<bar> on_bar = [](const bar&) {};
    listener<order> on_order = [](const order&) {};
    listener<trade> on_trade = [](const trade&) {};
    listener<log_line> on_log = [](const log_line&) {};

    explicit engine(replay market, engine_settings settings = {})
        : market_(std::move(market)), settings_(settings) {}

    /// Brings the next tick: pushes it, fills what it fills, and pushes the bar when a day ends.
    /// @return Whether there was one; the end of the data is logged once.
    bool advance() {
        const auto step = market_.next();
        if (!step) {
            if (!std::exchange(ended_, true)) {
                log("end of the data");
            }
            return false;
        }
        last_ = step->quote;
        if (step->restarted) {
            log("the replay starts again from its first day");
        }
        on_tick(last_);
        match();
        if (step->closed) {
            on_bar(*step->closed);
        }
        return true;
    }

    /// Takes or rejects an order. The result tells which and why, and so does the pushed order.
    order send_order(const order_request& request) {
        if (orders_.size() >= settings_.orders_max) {
            throw std::length_error("the desk takes no more orders today");
        }
        order made;
        made.order_id = orders_.size() + 1;
        made.symbol = request.symbol;
        made.side = request.side;
        made.type = request.type;
        made.price = std::isfinite(request.price) ? request.price : 0;
        made.volume = request.volume;
        made.reason = refusal(request);
        made.status = made.reason.empty() ? order_status::not_traded : order_status::rejected;
        made.reference = request.reference;
        made.datetime = last_.datetime;
        orders_.push_back(made);
        on_order(made);
        if (made.is_active()) {
            active_.push_back(made.order_id);
        } else {
            log("order " + std::to_string(made.order_id) + " rejected: " + made.reason);
        }
        return made;
    }

    /// Cancels what is left of an order; one that is finished already stays as it is.
    /// @throws std::invalid_argument  If there is no such order.
    order cancel_order(const cancel_request& request) {
        order& found = find(request.order_id);
        if (std::erase(active_, request.order_id) > 0) {
            found.status = order_status::cancelled;
            on_order(found);
        }
        return found;
    }

    /// The bars of the days that are over, within the bounds given.
    /// @throws std::invalid_argument  If the symbol is unknown.
    std::vector<bar> query_history(const history_request& request) const {
        if (request.symbol != market_.traded().symbol) {
            throw std::invalid_argument("unknown symbol " + request.symbol);
        }
        std::vector<bar> found;
        for (const bar& each : market_.closed()) {
            if ((!request.start || each.datetime >= *request.start) &&
                (!request.end || each.datetime <= *request.end)) {
                found.push_back(each);
            }
        }
        return found;
    }

    /// @throws std::invalid_argument  If the symbol is unknown.
    contract get_contract(const std::string& symbol) const {
        if (symbol != market_.traded().symbol) {
            throw std::invalid_argument("unknown symbol " + symbol);
        }
        return market_.traded();
    }

    std::vector<contract> get_all_contracts() const { return {market_.traded()}; }
    std::vector<order> get_all_orders() const { return orders_; }
    std::vector<trade> get_all_trades() const { return trades_; }

    std::vector<order> get_all_active_orders() const {
        std::vector<order> found;
        for (const std::uint64_t id : active_) {
            found.push_back(orders_[id - 1]);
        }
        return found;
    }

    std::vector<position> get_all_positions() const {
        if (trades_.empty()) {
            return {};
        }
        const double value = static_cast<double>(net_volume_) * last_.last_price;
        return {{market_.traded().symbol, net_volume_, cash_ + value}};
    }

private:
    /// Why an order cannot be taken; empty if it can.
    std::string refusal(const order_request& request) const {
        if (request.symbol != market_.traded().symbol) {
            return "unknown symbol " + request.symbol.substr(0, 32);
        }
        if (request.volume <= 0) {
            return "the volume must be positive";
        }
        if (request.volume > market_.traded().max_volume) {
            return "the volume is over the largest order, " +
                   std::to_string(market_.traded().max_volume);
        }
        const bool has_price = std::isfinite(request.price) && request.price > 0;
        if (request.type == order_type::limit && !has_price) {
            return "a limit order needs a positive price";
        }
        const std::int64_t reached = reachable(request.side) + request.volume;
        if (reached > settings_.position_limit) {
            return "the position could reach " + std::to_string(reached) + ", the limit is " +
                   std::to_string(settings_.position_limit);
        }
        return {};
    }

    /// The position in the direction of `way` if every open order of that side is filled.
    std::int64_t reachable(side way) const {
        std::int64_t volume = way == side::buy ? net_volume_ : -net_volume_;
        for (const std::uint64_t id : active_) {
            const order& open = orders_[id - 1];
            volume += open.side == way ? open.rest() : 0;
        }
        return volume;
    }

    void match() {
        std::int64_t offered = last_.ask_volume_1;
        std::int64_t wanted = last_.bid_volume_1;
        for (const std::uint64_t id : active_) {
            order& open = orders_[id - 1];
            const bool buys = open.side == side::buy;
            const double price = buys ? last_.ask_price_1 : last_.bid_price_1;
            const bool crosses = open.type == order_type::market ||
                                 (buys ? open.price >= price : open.price <= price);
            std::int64_t& available = buys ? offered : wanted;
            const std::int64_t volume = crosses ? (std::min)(available, open.rest()) : 0;
            if (volume > 0) {
                available -= volume;
                fill(open, volume, price);
            }
        }
        std::erase_if(active_, [this](auto id) { return !orders_[id - 1].is_active(); });
    }

    /// Pushes the trade first: who sees an order finished has then seen all of its trades.
    void fill(order& open, std::int64_t volume, double price) {
        trade made;
        made.trade_id = trades_.size() + 1;
        made.order_id = open.order_id;
        made.symbol = open.symbol;
        made.side = open.side;
        made.price = price;
        made.volume = volume;
        made.reference = open.reference;
        made.datetime = last_.datetime;
        trades_.push_back(made);
        net_volume_ += made.signed_volume();
        cash_ -= static_cast<double>(made.signed_volume()) * price;
        on_trade(made);

        open.traded += volume;
        open.status = open.rest() == 0 ? order_status::all_traded : order_status::part_traded;
        on_order(open);
    }

    order& find(std::uint64_t order_id) {
        if (order_id == 0 || order_id > orders_.size()) {
            throw std::invalid_argument("no order " + std::to_string(order_id));
        }
        return orders_[order_id - 1];
    }

    void log(std::string text) { on_log({last_.datetime, std::move(text)}); }

    replay market_;
    engine_settings settings_;
    tick last_;
    std::vector<order> orders_;          // The order with the id n stands at n - 1.
    std::vector<std::uint64_t> active_;  // Oldest first.
    std::vector<trade> trades_;
    std::int64_t net_volume_ = 0;
    double cash_ = 0;
    bool ended_ = false;
};

}  // namespace desk

#endif  // DESK_ENGINE_HPP
