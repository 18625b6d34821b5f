// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "sim_exchange.hpp"

#include "../trader/tick_levels.hpp"
#include "order_rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <tuple>
#include <utility>

namespace trader::sim {

namespace {

constexpr std::size_t level_count = replay_step::level_count;

/// `A7XK-000042`: padded, so that ids sort as they were made.
std::string make_id(const std::string& session, const std::string& kind, std::uint64_t number) {
    std::string digits = std::to_string(number);
    digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
    return session + "-" + kind + digits;
}

/// What is told of a number that was refused, because JSON has no other numbers.
double finite_or_zero(double number) {
    return std::isfinite(number) ? number : 0;
}

nlohmann::json traded_of(double bid, double ask) {
    return {{"bid_traded", bid}, {"ask_traded", ask}};
}

}  // namespace

sim_exchange::sim_exchange(exchange_setting setting, std::vector<market_replay> markets)
    : setting_(std::move(setting)) {
    markets_.reserve(markets.size());  // What works in a market points to it.
    for (auto& each : markets) {
        markets_.push_back({.replay = std::move(each)});
    }
    told_ = account();
}

// --- the market ----------------------------------------------------------------------------------

bool sim_exchange::step() {
    forget_closed();
    bool restarted = false;
    for (auto& each : markets_) {
        const auto next = each.replay.next();
        if (!next) {
            if (!std::exchange(has_ended_, true)) {
                on_log("end of the data: the prices stand still", log_data::info);
            }
            return false;
        }
        if (next->restarted && !std::exchange(restarted, true)) {
            on_log("the replay starts again from its first day", log_data::info);
        }
        each.last = next->last;
        // Before the house trades: trades have the time of the tick that brought them.
        each.tick = next->tick;
        renew_house(each, *next);
        tell_tick(each);
        if (next->day_over && !each.traded().contract.net_position) {
            end_day(each);
        }
        tell_money(each);
    }
    return true;
}

void sim_exchange::end_day(market& where) {
    std::vector<std::uint64_t> over;
    for (const auto& [number, order] : working_) {
        if (order.where == &where && order.how == offset::CLOSETODAY) {
            over.push_back(number);
        }
    }
    std::ranges::sort(over);  // They are told of in the order in which they came.
    for (const std::uint64_t number : over) {
        const auto found = working_.find(number);
        if (found == working_.end()) {
            continue;  // The other side of a quote.
        }
        if (const auto order = orders_.find(found->second.id); order != orders_.end()) {
            cancel(order->second);
        } else {
            cancel(quotes_.at(found->second.id));
        }
    }
    for (holding& each : where.held) {
        each.end_day();
    }
}

void sim_exchange::renew_house(market& where, const replay_step& step) {
    for (const std::uint64_t number : std::exchange(where.house, {})) {
        where.book.cancel(number);
    }
    const auto& rules = where.traded();
    for (std::size_t i = 0; i < level_count; ++i) {
        const ticks distance = rules.half_spread + static_cast<ticks>(i) * rules.level_gap;
        for (const auto side : {direction::LONG, direction::SHORT}) {
            const bool buys = side == direction::LONG;
            const ticks price = where.last + (buys ? -distance : distance);
            if (price > 0) {
                where.house.push_back(++last_number_);
                settle(where, where.book.add({last_number_, side, price,
                                              (buys ? step.bid_volumes : step.ask_volumes)[i]}));
            }
        }
    }
}

void sim_exchange::tell_tick(market& where) {
    const auto bids = where.book.levels(direction::LONG, level_count);
    for (std::size_t i = 0; i < bids.size(); ++i) {
        where.tick.*bid_levels[i].price = where.traded().to_price(bids[i].price);
        where.tick.*bid_levels[i].volume = where.traded().to_volume(bids[i].volume);
    }
    const auto asks = where.book.levels(direction::SHORT, level_count);
    for (std::size_t i = 0; i < asks.size(); ++i) {
        where.tick.*ask_levels[i].price = where.traded().to_price(asks[i].price);
        where.tick.*ask_levels[i].volume = where.traded().to_volume(asks[i].volume);
    }
    on_tick(where.tick);
}

// --- orders --------------------------------------------------------------------------------------

std::string sim_exchange::send_order(const order_request& request) {
    forget_closed();
    if (is_known(request.orderid)) {
        on_log("order " + request.orderid + " was sent before, nothing is done", log_data::warning);
        return request.orderid;
    }
    const std::string id = take_id(request.orderid);
    known_order& made = orders_[id];
    made.data = request.create_order_data(id, setting_.gateway_name);
    made.data.price = finite_or_zero(request.price);
    made.data.volume = finite_or_zero(request.volume);
    made.data.reason = refuse(request);
    market* where = find(request.vt_symbol());
    if (where != nullptr && where->last > 0) {
        made.data.datetime = where->tick.datetime;
    }
    if (!made.data.reason.empty()) {
        made.data.status = status::REJECTED;
        tell(made);
        return id;
    }
    if (request.type != order_type::MARKET) {
        made.data.price = where->traded().rounded(request.price);
    }
    tell(made);
    made.number = bind(*where, made.data);
    match(made);
    tell_money(*where);
    return id;
}

void sim_exchange::match(known_order& order) {
    // A copy, because settling takes an order that is done out of the list.
    const working_order sent = working_.at(order.number);
    market& where = *sent.where;
    if (order.data.type == order_type::LIMIT) {
        settle(where, where.book.add(sent.sent));
        if (order.data.status == status::SUBMITTING) {
            order.data.status = status::NOTTRADED;
            tell(order);
        }
        return;
    }
    const lots volume = sent.sent.volume;
    if (order.data.type != order_type::FOK ||
        where.book.available(sent.sent.side, sent.sent.price, volume) == volume) {
        settle(where, where.book.take(sent.sent));
    }
    if (order.data.is_active()) {
        cancel(order);
    }
}

void sim_exchange::cancel_order(const cancel_request& request) {
    const auto found = orders_.find(request.orderid);
    if (found == orders_.end()) {
        on_log("there is no order " + request.orderid + " to cancel", log_data::warning);
        return;
    }
    known_order& order = found->second;
    if (!is_cancellable("order " + request.orderid, order.data.status, order.data.vt_symbol(),
                        request)) {
        return;
    }
    cancel(order);
    tell_money(*find(order.data.vt_symbol()));
}

void sim_exchange::cancel(known_order& order) {
    release(order.number);
    order.data.status = status::CANCELLED;
    tell(order);
}

// --- quotes --------------------------------------------------------------------------------------

std::string sim_exchange::send_quote(const quote_request& request) {
    forget_closed();
    if (is_known(request.quoteid)) {
        on_log("quote " + request.quoteid + " was sent before, nothing is done", log_data::warning);
        return request.quoteid;
    }
    const std::string id = take_id(request.quoteid);
    known_quote& made = quotes_[id];
    made.data = request.create_quote_data(id, setting_.gateway_name);
    for (double* number : {&made.data.bid_price, &made.data.bid_volume, &made.data.ask_price,
                           &made.data.ask_volume}) {
        *number = finite_or_zero(*number);
    }
    made.data.extra = traded_of(0, 0);
    made.data.reason = refuse(request);
    market* where = find(request.vt_symbol());
    if (where != nullptr && where->last > 0) {
        made.data.datetime = where->tick.datetime;
    }
    if (!made.data.reason.empty()) {
        made.data.status = status::REJECTED;
        tell(made);
        return id;
    }
    made.data.bid_price = where->traded().rounded(request.bid_price);
    made.data.ask_price = where->traded().rounded(request.ask_price);
    tell(made);
    made.bid = bind(*where, made.data, direction::LONG);
    made.ask = bind(*where, made.data, direction::SHORT);
    // Read before anything trades: a side that is done is in the list no longer.
    const std::array sides{working_.at(made.bid).sent, working_.at(made.ask).sent};
    for (const auto& side : sides) {
        settle(*where, where->book.add(side));
    }
    if (made.data.status == status::SUBMITTING) {
        made.data.status = status::NOTTRADED;
        tell(made);
    }
    tell_money(*where);
    return id;
}

void sim_exchange::cancel_quote(const cancel_request& request) {
    const auto found = quotes_.find(request.orderid);
    if (found == quotes_.end()) {
        on_log("there is no quote " + request.orderid + " to cancel", log_data::warning);
        return;
    }
    known_quote& quote = found->second;
    if (!is_cancellable("quote " + request.orderid, quote.data.status, quote.data.vt_symbol(),
                        request)) {
        return;
    }
    cancel(quote);
    tell_money(*find(quote.data.vt_symbol()));
}

void sim_exchange::cancel(known_quote& quote) {
    release(quote.bid);
    release(quote.ask);
    quote.data.status = status::CANCELLED;
    tell(quote);
}

// --- checks --------------------------------------------------------------------------------------

bool sim_exchange::is_known(const std::string& id) const {
    return orders_.contains(id) || quotes_.contains(id);
}

std::string sim_exchange::take_id(const std::string& wanted) {
    std::string id = wanted;
    while (id.empty() || is_known(id)) {
        id = make_id(setting_.session, "", ++last_orderid_);
    }
    return id;
}

double sim_exchange::margin(const market& where, ticks price, lots volume) const {
    return setting_.margin_rate * where.traded().to_money(static_cast<double>(price * volume));
}

bool sim_exchange::only_closes(const market& where, direction side, offset how, lots volume) const {
    return where.traded().contract.net_position ? where.held.front().only_closes(side, volume)
                                                : how != offset::OPEN;
}

std::string sim_exchange::refuse(const order_request& request) const {
    const market* where = find(request.vt_symbol());
    if (where == nullptr) {
        return unknown_symbol(request.vt_symbol());
    }
    const auto& rules = where->traded();
    auto reason = refuse_order(rules, request);
    if (!reason.empty()) {
        return reason;
    }
    const lots volume = rules.to_lots(request.volume);
    if (only_closes(*where, request.direction, request.offset, volume)) {
        return refuse_close(*where, request.direction, request.offset, volume);
    }
    const bool has_price = request.type != order_type::MARKET;
    const ticks price = has_price ? rules.nearest(request.price) : where->last;
    return refuse_margin(margin(*where, price, volume), account().available());
}

std::string sim_exchange::refuse_close(const market& where, direction side, offset how,
                                       lots volume) const {
    if (where.traded().contract.net_position) {
        return {};
    }
    return sim::refuse_close(where.traded(), side, how, volume,
                             where.held[where.place_of(side, how)].closable(side, how));
}

std::string sim_exchange::refuse(const quote_request& request) const {
    const market* where = find(request.vt_symbol());
    if (where == nullptr) {
        return unknown_symbol(request.vt_symbol());
    }
    const auto& rules = where->traded();
    auto reason = refuse_quote(rules, request);
    if (!reason.empty()) {
        return reason;
    }
    double needed = 0;
    for (const auto& [side, how, price, volume] :
         {std::tuple(direction::LONG, request.bid_offset, request.bid_price, request.bid_volume),
          std::tuple(direction::SHORT, request.ask_offset, request.ask_price,
                     request.ask_volume)}) {
        const lots wanted = rules.to_lots(volume);
        if (rules.contract.net_position || how == offset::OPEN) {
            needed += margin(*where, rules.nearest(price), wanted);
        } else if (reason = refuse_close(*where, side, how, wanted); !reason.empty()) {
            return reason;
        }
    }
    return refuse_margin(needed, account().available());
}

bool sim_exchange::is_cancellable(const std::string& what, status reached,
                                  const std::string& vt_symbol, const cancel_request& request) {
    if (!request.symbol.empty() && request.vt_symbol() != vt_symbol) {
        on_log(what + " is one of " + vt_symbol + ", not of " + request.vt_symbol(),
               log_data::warning);
        return false;
    }
    if (!is_active(reached)) {
        on_log(what + " is " + std::string(name_of(reached)) + " already", log_data::info);
        return false;
    }
    return true;
}

// --- fills and money -----------------------------------------------------------------------------

std::uint64_t sim_exchange::bind(market& where, const order_data& order) {
    const auto& rules = where.traded();
    const bool buys = order.direction == direction::LONG;
    const auto side = buys ? direction::LONG : direction::SHORT;
    const lots volume = rules.to_lots(order.volume);
    if (order.type != order_type::MARKET) {
        const ticks price = rules.nearest(order.price);
        return bind({order.orderid, &where, {0, side, price, volume}, price, order.offset});
    }
    const ticks any_price =
        buys ? (std::numeric_limits<ticks>::max)() : (std::numeric_limits<ticks>::min)();
    return bind({order.orderid, &where, {0, side, any_price, volume}, where.last, order.offset});
}

std::uint64_t sim_exchange::bind(market& where, const quote_data& quote, direction side) {
    const auto& rules = where.traded();
    const bool buys = side == direction::LONG;
    const ticks price = rules.nearest(buys ? quote.bid_price : quote.ask_price);
    const lots volume = rules.to_lots(buys ? quote.bid_volume : quote.ask_volume);
    return bind({quote.quoteid,
                 &where,
                 {0, side, price, volume},
                 price,
                 buys ? quote.bid_offset : quote.ask_offset});
}

std::uint64_t sim_exchange::bind(working_order order) {
    order.sent.number = ++last_number_;
    order.rest = order.sent.volume;
    order.held().bind(order.sent.side, order.how, order.bound_price, order.rest);
    working_.emplace(last_number_, std::move(order));
    return last_number_;
}

void sim_exchange::release(std::uint64_t number) {
    const auto found = working_.find(number);
    if (found == working_.end()) {
        return;  // The side of a quote that is traded.
    }
    const working_order& order = found->second;
    order.where->book.cancel(number);
    order.held().bind(order.sent.side, order.how, order.bound_price, -order.rest);
    working_.erase(found);
}

void sim_exchange::settle(market& where, const std::vector<book_fill>& fills) {
    for (const auto& fill : fills) {
        // One of them is the house's, unless the account trades with itself.
        settle_side(where, fill.resting, fill);
        settle_side(where, fill.incoming, fill);
    }
}

void sim_exchange::settle_side(market& where, std::uint64_t number, const book_fill& fill) {
    const auto found = working_.find(number);
    if (found == working_.end()) {
        return;
    }
    working_order& side = found->second;
    side.rest -= fill.volume;
    side.held().bind(side.sent.side, side.how, side.bound_price, -fill.volume);
    side.held().trade(side.sent.side, side.how, fill.price, fill.volume);

    trade_data made;
    made.gateway_name = setting_.gateway_name;
    made.symbol = where.traded().contract.symbol;
    made.exchange = where.traded().contract.exchange;
    made.orderid = side.id;
    made.tradeid = make_id(setting_.session, "T", ++last_tradeid_);
    made.direction = side.sent.side;
    made.price = where.traded().to_price(fill.price);
    made.volume = where.traded().to_volume(fill.volume);
    made.datetime = where.tick.datetime;
    made.offset = side.how;
    on_trade(made);
    const auto order = orders_.find(side.id);
    if (order != orders_.end()) {
        auto& data = order->second.data;
        data.traded = where.traded().to_volume(side.sent.volume - side.rest);
        data.status = side.rest == 0 ? status::ALLTRADED : status::PARTTRADED;
        tell(order->second);
    } else {
        advance_quote(quotes_.at(side.id));
    }
    if (side.rest == 0) {
        working_.erase(found);
    }
    tell_money(where);
}

void sim_exchange::advance_quote(known_quote& quote) {
    quote.data.extra = traded_of(quote.data.bid_volume - rest_of(quote.bid),
                                 quote.data.ask_volume - rest_of(quote.ask));
    const bool is_done = rest_of(quote.bid) == 0 && rest_of(quote.ask) == 0;
    quote.data.status = is_done ? status::ALLTRADED : status::PARTTRADED;
    tell(quote);
}

double sim_exchange::rest_of(std::uint64_t number) const {
    const auto found = working_.find(number);
    return found == working_.end() ? 0
                                   : found->second.where->traded().to_volume(found->second.rest);
}

void sim_exchange::tell(known_order& order) {
    if (!order.data.is_active()) {
        closed_.push_back(order.data.orderid);
    }
    on_order(order.data);
}

void sim_exchange::tell(known_quote& quote) {
    if (!quote.data.is_active()) {
        closed_.push_back(quote.data.quoteid);
    }
    on_quote(quote.data);
}

void sim_exchange::forget_closed() {
    for (; closed_.size() > setting_.closed_max; closed_.pop_front()) {
        orders_.erase(closed_.front());
        quotes_.erase(closed_.front());
    }
}

void sim_exchange::tell_money(market& where) {
    for (std::size_t place = 0; place != where.held.size(); ++place) {
        if (where.held[place].has_traded()) {
            auto now = position(where, place);
            if (now != where.told[place]) {
                where.told[place] = std::move(now);
                on_position(where.told[place]);
            }
        }
    }
    auto now = account();
    if (now != told_) {
        told_ = std::move(now);
        on_account(told_);
    }
}

position_data sim_exchange::position(const market& where, std::size_t place) const {
    const auto& rules = where.traded();
    const holding& held = where.held[place];
    position_data made;
    made.gateway_name = setting_.gateway_name;
    made.symbol = rules.contract.symbol;
    made.exchange = rules.contract.exchange;
    made.volume = rules.to_volume(held.volume());
    if (!rules.contract.net_position) {
        made.direction = place == 0 ? direction::LONG : direction::SHORT;
        made.volume = std::abs(made.volume);
        made.yd_volume = rules.to_volume(held.yesterday());
    }
    made.frozen = rules.to_volume(held.closing());
    made.price = rules.to_price(held.average());
    made.pnl = rules.to_money(held.unrealised(where.last));
    return made;
}

// --- what there is -------------------------------------------------------------------------------

account_data sim_exchange::account() const {
    account_data made;
    made.gateway_name = setting_.gateway_name;
    made.accountid = setting_.accountid;
    made.balance = setting_.balance;
    for (const auto& each : markets_) {
        const listing& rules = each.traded();
        for (const holding& held : each.held) {
            const auto turnover = static_cast<double>(held.turnover());
            made.balance += rules.to_money(held.realised()) -
                            rules.to_money(turnover) * setting_.commission_rate;
            made.frozen += rules.to_money(static_cast<double>(held.bound())) * setting_.margin_rate;
        }
    }
    return made;
}

std::vector<position_data> sim_exchange::positions() const {
    std::vector<position_data> found;
    for (const auto& each : markets_) {
        for (std::size_t place = 0; place != each.held.size(); ++place) {
            if (each.held[place].has_traded()) {
                found.push_back(position(each, place));
            }
        }
    }
    return found;
}

std::vector<contract_data> sim_exchange::contracts() const {
    std::vector<contract_data> found;
    found.reserve(markets_.size());
    for (const auto& each : markets_) {
        found.push_back(each.traded().contract);
    }
    return found;
}

const tick_data* sim_exchange::find_tick(const std::string& vt_symbol) const {
    const market* found = find(vt_symbol);
    return found != nullptr && found->last > 0 ? &found->tick : nullptr;
}

const market_replay* sim_exchange::find_replay(const std::string& vt_symbol) const {
    const market* found = find(vt_symbol);
    return found != nullptr ? &found->replay : nullptr;
}

std::string sim_exchange::unknown_symbol(const std::string& vt_symbol) const {
    std::string text = "unknown symbol " + vt_symbol.substr(0, 32) + ", there are: ";
    for (const auto& each : markets_) {
        text += (&each == &markets_.front() ? "" : ", ") + each.traded().contract.vt_symbol();
    }
    return text;
}

const sim_exchange::market* sim_exchange::find(const std::string& vt_symbol) const {
    for (const auto& each : markets_) {
        if (each.traded().contract.vt_symbol() == vt_symbol) {
            return &each;
        }
    }
    return nullptr;
}

sim_exchange::market* sim_exchange::find(const std::string& vt_symbol) {
    return const_cast<market*>(std::as_const(*this).find(vt_symbol));
}

}  // namespace trader::sim
