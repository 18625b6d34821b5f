// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "fix_exchange.hpp"

#include "trader/clock.hpp"
#include "trader/tick_levels.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>

#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace test {

namespace {

namespace tag = trader::fix::tag;
using trader::status;

/// A port that nobody uses at this moment; QuickFIX cannot be given 0.
int free_port() {
    asio::io_context loop;
    asio::ip::tcp::acceptor taken(loop, {asio::ip::address_v4::any(), 0});
    return taken.local_endpoint().port();
}

std::string code_of(status value) {
    switch (value) {
        case status::SUBMITTING: return "A";
        case status::NOTTRADED: return "0";
        case status::PARTTRADED: return "1";
        case status::ALLTRADED: return "2";
        case status::CANCELLED: return "4";
        case status::REJECTED: return "8";
    }
    return "8";
}

/// A level of the book as an entry without an action.
fix::message level_entry(char type, double price, double volume) {
    fix::message entry;
    entry.add(tag::md_entry_type, std::string(1, type))
        .add(tag::md_entry_id, std::string(1, type) + "@" + fix::to_decimal(price))
        .add(tag::md_entry_px, fix::to_decimal(price))
        .add(tag::md_entry_size, fix::to_decimal(volume));
    return entry;
}

std::map<std::string, fix::message> levels_of(const trader::tick_data& tick) {
    std::map<std::string, fix::message> found;
    for (const char side : {'0', '1'}) {
        for (const auto& each : side == '0' ? trader::bid_levels : trader::ask_levels) {
            if (tick.*each.volume > 0) {
                auto entry = level_entry(side, tick.*each.price, tick.*each.volume);
                found.emplace(entry.text(tag::md_entry_id), std::move(entry));
            }
        }
    }
    return found;
}

/// What is no level: the last trade with its time, and the day's figures.
std::vector<fix::message> values_of(const trader::tick_data& tick) {
    const auto time = fix::to_utc(tick.datetime);
    fix::message last;
    last.add(tag::md_entry_type, "2")
        .add(tag::md_entry_px, fix::to_decimal(tick.last_price))
        .add(tag::md_entry_size, fix::to_decimal(tick.last_volume))
        .add(tag::md_entry_date, time.substr(0, 8))
        .add(tag::md_entry_time, time.substr(9, 12));
    std::vector<fix::message> found{last};
    for (const auto& [type, value] :
         {std::pair('4', tick.open_price), std::pair('7', tick.high_price),
          std::pair('8', tick.low_price)}) {
        found.emplace_back()
            .add(tag::md_entry_type, std::string(1, type))
            .add(tag::md_entry_px, fix::to_decimal(value));
    }
    found.emplace_back()
        .add(tag::md_entry_type, "B")
        .add(tag::md_entry_size, fix::to_decimal(tick.volume));
    return found;
}

/// Adds entries to a message, each after its action if it has one.
void add_entries(fix::message& made, const std::vector<fix::message>& entries) {
    made.add(tag::no_md_entries, static_cast<int>(entries.size()));
    for (const auto& each : entries) {
        made.fields.insert(made.fields.end(), each.fields.begin(), each.fields.end());
    }
}

fix::message with_action(char action, const fix::message& entry) {
    fix::message made;
    made.add(tag::md_update_action, std::string(1, action));
    made.fields.insert(made.fields.end(), entry.fields.begin(), entry.fields.end());
    return made;
}

}  // namespace

fix_exchange::fix_exchange(asio::io_context& loop, setting wanted)
    : loop_(loop),
      setting_(std::move(wanted)),
      market_(setting_.market.exchange, make_markets(setting_.market)) {
    listen();
    step();
    const bool is_chosen = setting_.port != 0;
    for (int tries = 0;; ++tries) {
        setting_.port = is_chosen ? setting_.port : free_port();
        const fix::session_setting session{.is_acceptor = true,
                                           .port = setting_.port,
                                           .sender = "EXCHANGE",
                                           .target = "DESK",
                                           .store = setting_.store,
                                           .dictionary = setting_.dictionary};
        const auto on_loop = [this](std::function<void()> work) {
            asio::post(loop_, std::move(work));
        };
        session_ = std::make_unique<fix::session>(
            session, fix::session_hooks{[=, this] { on_loop([this] { is_logged_on_ = true; }); },
                                        [=, this](const std::string&) {
                                            on_loop([this] {
                                                is_logged_on_ = false;
                                                prices_.clear();
                                                positions_wanted_.clear();
                                                account_wanted_.clear();
                                                std::exchange(when_logged_out_, [] {})();
                                            });
                                        },
                                        [=, this](const message& received) {
                                            on_loop([=, this] { take(received); });
                                        }});
        try {
            session_->start();
            return;
        } catch (const std::runtime_error&) {
            // Somebody else took the port meanwhile.
            session_.reset();
            if (is_chosen || tries == 20) {
                throw;
            }
        }
    }
}

void fix_exchange::listen() {
    when_logged_out_ = [] {};
    market_.on_order = [this](const auto& order) { on_order(order); };
    market_.on_trade = [this](const auto& trade) { on_trade(trade); };
    market_.on_position = [this](const auto& position) { on_position(position); };
    market_.on_account = [this](const auto& account) { on_account(account); };
    market_.on_tick = [this](const auto& tick) { on_tick(tick); };
}

void fix_exchange::when_logged_out(std::function<void()> then) {
    if (!is_logged_on_) {
        then();
        return;
    }
    when_logged_out_ = std::move(then);
}

std::string fix_exchange::next_id() {
    return "X-" + std::to_string(++last_id_);
}

void fix_exchange::repeat(std::size_t count, const std::string& mark) {
    const std::size_t first = fills_.size() - (std::min)(count, fills_.size());
    for (std::size_t i = first; i < fills_.size(); ++i) {
        auto again = fills_[i];
        if (mark == "dup") {
            again.add(tag::poss_dup, "Y").add(tag::orig_sending_time, fix::to_utc(trader::now()));
        } else if (mark == "resend") {
            again.add(tag::poss_resend, "Y");
        }
        session_->send(again);
    }
}

// --- orders --------------------------------------------------------------------------------------

fix_exchange::message fix_exchange::report(const known_order& order, char type,
                                           const std::string& id) const {
    const auto& data = order.data;
    const bool is_cancelled = type == '4' && !order.cancelled_by.empty();
    message made("8");
    made.add(tag::order_id, "at-exchange-" + data.orderid)
        .add(tag::cl_ord_id, is_cancelled ? order.cancelled_by : data.orderid)
        .add_if(tag::orig_cl_ord_id, is_cancelled ? data.orderid : "")
        .add_if(tag::secondary_cl_ord_id, data.reference)
        .add(tag::exec_id, id)
        .add(tag::exec_type, std::string(1, type))
        .add(tag::ord_status, code_of(data.status))
        .add(tag::account, setting_.market.exchange.accountid);
    fix::add_symbol(made, data.symbol, data.exchange);
    // The rest of what the order said is said back as it was.
    const auto sent = fix::new_order(data, "", trader::now());
    for (const int each : {tag::side, tag::order_qty, tag::ord_type, tag::price, tag::stop_px,
                           tag::time_in_force, tag::position_effect}) {
        made.add_if(each, sent.text(each));
    }
    made.add(tag::leaves_qty, data.is_active() ? fix::to_decimal(data.volume - data.traded) : "0")
        .add(tag::cum_qty, fix::to_decimal(data.traded))
        .add(tag::avg_px, fix::to_decimal(data.traded > 0 ? order.money / data.traded : 0))
        .add_if(tag::transact_time, data.datetime ? fix::to_utc(*data.datetime) : "")
        .add_if(tag::text, data.reason);
    return made;
}

void fix_exchange::on_trade(const trader::trade_data& trade) {
    // The order that it belongs to is told right after it, and one report tells both.
    auto& order = orders_[trade.orderid];
    order.fills.push_back(trade);
    order.money += trade.price * trade.volume;
}

void fix_exchange::on_order(const trader::order_data& data) {
    auto& order = orders_[data.orderid];
    const double before = order.data.traded;
    order.data = data;
    if (data.traded > before) {
        const auto& fill = order.fills.back();
        auto made = report(order, 'F', fill.tradeid);
        made.add(tag::last_qty, fix::to_decimal(fill.volume))
            .add(tag::last_px, fix::to_decimal(fill.price));
        for (auto& [field, value] : made.fields) {
            if (field == tag::transact_time) {
                value = fix::to_utc(*fill.datetime);
            }
        }
        fills_.push_back(made);
        session_->send(made);
        return;
    }
    session_->send(report(order, code_of(data.status)[0], next_id()));
}

void fix_exchange::take(const message& received) {
    using taker = void (fix_exchange::*)(const message&);
    static const std::map<std::string, taker> takers{
        {"D", &fix_exchange::take_order},      {"F", &fix_exchange::take_cancel},
        {"H", &fix_exchange::answer_order},    {"AF", &fix_exchange::answer_orders},
        {"AD", &fix_exchange::answer_trades},  {"AN", &fix_exchange::answer_positions},
        {"BB", &fix_exchange::answer_account}, {"x", &fix_exchange::answer_securities},
        {"V", &fix_exchange::answer_prices}};
    const auto found = takers.find(received.type);
    if (found != takers.end() && !refused_.contains(received.type)) {
        (this->*found->second)(received);
        return;
    }
    message refusal("j");
    refusal.add(tag::ref_seq_num, received.text(tag::msg_seq_num))
        .add(tag::ref_msg_type, received.type)
        .add_if(tag::business_reject_ref_id, received.text(tag::cl_ord_id))
        .add(tag::business_reject_reason, 3)
        .add(tag::text, "this exchange does not take " + received.type);
    session_->send(refusal);
}

void fix_exchange::take_order(const message& order) {
    const auto said = fix::read_execution(order);
    market_.send_order({.symbol = said.order.symbol,
                        .exchange = said.order.exchange,
                        .direction = said.order.direction.value_or(trader::direction::LONG),
                        .type = said.order.type,
                        .volume = said.order.volume,
                        .price = said.order.price,
                        .offset = said.order.offset,
                        .reference = said.order.reference,
                        .orderid = said.client_id});
}

void fix_exchange::take_cancel(const message& cancel) {
    const auto id = cancel.text(tag::orig_cl_ord_id);
    const auto found = orders_.find(id);
    if (found != orders_.end() && found->second.data.is_active()) {
        found->second.cancelled_by = cancel.text(tag::cl_ord_id);
        market_.cancel_order({.orderid = id});
        return;
    }
    const bool is_known = found != orders_.end();
    message refusal("9");
    refusal.add(tag::order_id, is_known ? "at-exchange-" + id : "NONE")
        .add(tag::cl_ord_id, cancel.text(tag::cl_ord_id))
        .add(tag::orig_cl_ord_id, id)
        .add(tag::ord_status, is_known ? code_of(found->second.data.status) : "8")
        .add(tag::cxl_rej_response_to, "1")
        .add(tag::cxl_rej_reason, is_known ? 0 : 1);
    session_->send(refusal);
}

void fix_exchange::answer_order(const message& asked) {
    const auto found = orders_.find(asked.text(tag::cl_ord_id));
    if (found != orders_.end()) {
        session_->send(report(found->second, 'I', "0"));
        return;
    }
    known_order none{.data = fix::read_execution(asked).order};
    none.data.orderid = asked.text(tag::cl_ord_id);
    none.data.status = status::REJECTED;
    auto made = report(none, 'I', "0");
    session_->send(made.add(tag::ord_rej_reason, 5));
}

void fix_exchange::answer_orders(const message& asked) {
    std::size_t left = orders_.size();
    const auto finish = [&](message made) {
        made.add(tag::mass_status_req_id, asked.text(tag::mass_status_req_id))
            .add(tag::tot_num_reports, static_cast<int>(orders_.size()))
            .add(tag::last_rpt_requested, left == 0 ? "Y" : "N");
        session_->send(made);
    };
    for (const auto& [id, order] : orders_) {
        --left;
        finish(report(order, 'I', "0"));
    }
    if (orders_.empty()) {
        message none("8");
        none.add(tag::order_id, "NONE")
            .add(tag::exec_id, "0")
            .add(tag::exec_type, "I")
            .add(tag::ord_status, "8")
            .add(tag::cum_qty, "0")
            .add(tag::symbol, "NA")
            .add(tag::side, "1");
        finish(none);
    }
}

void fix_exchange::answer_trades(const message& asked) {
    std::vector<std::pair<const known_order*, const trader::trade_data*>> all;
    for (const auto& [id, order] : orders_) {
        for (const auto& each : order.fills) {
            all.emplace_back(&order, &each);
        }
    }
    message ack("AQ");
    ack.add(tag::trade_request_id, asked.text(tag::trade_request_id))
        .add(tag::trade_request_type, 0)
        .add(tag::tot_num_trade_reports, static_cast<int>(all.size()))
        .add(tag::trade_request_result, 0)
        .add(tag::trade_request_status, 0);
    session_->send(ack);
    std::size_t left = all.size();
    for (const auto& [order, fill] : all) {
        const auto side = fix::new_order(order->data, "", trader::now());
        message made("AE");
        made.add(tag::trade_report_id, next_id())
            .add(tag::trade_request_id, asked.text(tag::trade_request_id))
            .add(tag::tot_num_trade_reports, static_cast<int>(all.size()))
            .add(tag::last_rpt_requested, --left == 0 ? "Y" : "N")
            .add(tag::exec_id, fill->tradeid)
            .add(tag::previously_reported, "Y");
        fix::add_symbol(made, fill->symbol, fill->exchange);
        made.add(tag::last_qty, fix::to_decimal(fill->volume))
            .add(tag::last_px, fix::to_decimal(fill->price))
            .add(tag::trade_date, fix::to_utc(*fill->datetime).substr(0, 8))
            .add(tag::transact_time, fix::to_utc(*fill->datetime))
            .add(tag::no_sides, 1)
            .add(tag::side, side.text(tag::side))
            .add(tag::order_id, "at-exchange-" + fill->orderid)
            .add(tag::cl_ord_id, fill->orderid)
            .add_if(tag::position_effect, side.text(tag::position_effect));
        session_->send(made);
    }
}

// --- positions and money -------------------------------------------------------------------------

fix_exchange::message fix_exchange::position_report(const trader::position_data& position,
                                                    std::size_t count) const {
    message made("AP");
    made.add(tag::pos_maint_rpt_id, "P-" + positions_wanted_)
        .add(tag::pos_req_id, positions_wanted_)
        .add(tag::total_num_pos_reports, static_cast<int>(count))
        .add(tag::pos_req_result, 0)
        .add(tag::account, setting_.market.exchange.accountid);
    fix::add_symbol(made, position.symbol, position.exchange);
    made.add(tag::no_positions, 1)
        .add(tag::pos_type, "TQ")
        .add(tag::long_qty, fix::to_decimal((std::max)(position.volume, 0.0)))
        .add(tag::short_qty, fix::to_decimal((std::max)(-position.volume, 0.0)));
    return made;
}

void fix_exchange::answer_positions(const message& asked) {
    positions_wanted_ = asked.text(tag::pos_req_id);
    const auto all = market_.positions();
    for (const auto& each : all) {
        told_positions_[each.vt_symbol()] = each.volume;
        session_->send(position_report(each, all.size()));
    }
    if (all.empty()) {
        message none("AO");
        none.add(tag::pos_maint_rpt_id, next_id())
            .add(tag::pos_req_id, positions_wanted_)
            .add(tag::total_num_pos_reports, 0)
            .add(tag::pos_req_result, 2)
            .add(tag::account, asked.text(tag::account))
            .add(tag::account_type, 1);
        session_->send(none);
    }
}

void fix_exchange::on_position(const trader::position_data& position) {
    auto& told = told_positions_[position.vt_symbol()];
    if (told != position.volume && !positions_wanted_.empty()) {
        session_->send(position_report(position, 1));
    }
    told = position.volume;
}

fix_exchange::message fix_exchange::account_report(const trader::account_data& account) const {
    message made("BA");
    return made.add(tag::coll_rpt_id, "C-" + account_wanted_)
        .add(tag::coll_inquiry_id, account_wanted_)
        .add(tag::coll_status, 3)
        .add(tag::account, account.accountid)
        .add(tag::margin_excess, fix::to_decimal(account.available()))
        .add(tag::total_net_value, fix::to_decimal(account.balance));
}

void fix_exchange::answer_account(const message& asked) {
    account_wanted_ = asked.text(tag::coll_inquiry_id);
    session_->send(account_report(market_.account()));
}

void fix_exchange::on_account(const trader::account_data& account) {
    if (!account_wanted_.empty()) {
        session_->send(account_report(account));
    }
}

// --- securities and prices -----------------------------------------------------------------------

void fix_exchange::answer_securities(const message& asked) {
    const auto all = market_.contracts();
    message made("y");
    made.add(tag::security_req_id, asked.text(tag::security_req_id))
        .add(tag::security_response_id, next_id())
        .add(tag::security_request_result, 0)
        .add(tag::tot_no_related_sym, static_cast<int>(all.size()))
        .add(tag::last_fragment, "Y")
        .add(tag::no_related_sym, static_cast<int>(all.size()));
    for (const auto& each : all) {
        made.add(tag::symbol, each.symbol);
        if (each.product == trader::product::FUTURES) {
            made.add(tag::security_type, "FUT");
        }
        made.add(tag::contract_multiplier, fix::to_decimal(each.size))
            .add(tag::security_exchange, fix::code_of(each.exchange))
            .add(tag::security_desc, each.name)
            .add(tag::min_trade_vol, fix::to_decimal(each.min_volume))
            .add(tag::min_price_increment, fix::to_decimal(each.pricetick));
    }
    session_->send(made);
}

void fix_exchange::answer_prices(const message& asked) {
    const auto id = asked.text(tag::md_req_id);
    if (asked.text(tag::subscription_request_type) == "2") {
        std::erase_if(prices_, [&](const auto& each) { return each.second.id == id; });
        return;
    }
    const auto of = fix::read_symbol(
        asked.group(tag::no_related_sym, {tag::symbol, tag::security_exchange}).at(0));
    const auto* tick = market_.find_tick(of.vt_symbol());
    if (tick == nullptr) {
        message refusal("Y");
        refusal.add(tag::md_req_id, id).add(tag::text, market_.unknown_symbol(of.vt_symbol()));
        session_->send(refusal);
        return;
    }
    prices_[of.vt_symbol()] = {id};
    on_tick(*tick);
}

void fix_exchange::on_tick(const trader::tick_data& tick) {
    const auto found = prices_.find(tick.vt_symbol());
    if (found == prices_.end()) {
        return;
    }
    auto& [id, told, has_snapshot] = found->second;
    const auto now = levels_of(tick);
    std::vector<message> entries;
    for (const auto& [level, entry] : now) {
        const auto known = told.find(level);
        if (!has_snapshot) {
            entries.push_back(entry);
        } else if (known == told.end() || known->second.fields != entry.fields) {
            entries.push_back(with_action(known == told.end() ? '0' : '1', entry));
        }
    }
    for (const auto& [level, entry] : told) {
        if (!now.contains(level)) {
            entries.push_back(with_action('2', entry));
        }
    }
    for (const auto& each : values_of(tick)) {
        entries.push_back(has_snapshot ? with_action('0', each) : each);
    }
    message made(has_snapshot ? "X" : "W");
    made.add(tag::md_req_id, id);
    if (!has_snapshot) {
        fix::add_symbol(made, tick.symbol, tick.exchange);
    }
    add_entries(made, entries);
    told = now;
    has_snapshot = true;
    session_->send(made);
}

// --- what there is -------------------------------------------------------------------------------

nlohmann::json fix_exchange::orders() const {
    auto all = nlohmann::json::object();
    for (const auto& [id, order] : orders_) {
        all[id] = agreed(order.data);
    }
    return all;
}

nlohmann::json fix_exchange::trades() const {
    auto all = nlohmann::json::object();
    for (const auto& [id, order] : orders_) {
        for (const auto& each : order.fills) {
            all[each.tradeid] = agreed(each);
        }
    }
    return all;
}

nlohmann::json fix_exchange::positions() const {
    auto all = nlohmann::json::object();
    for (const auto& each : market_.positions()) {
        all[each.vt_symbol()] = {{"volume", each.volume}};
    }
    return all;
}

nlohmann::json fix_exchange::account() const {
    const auto money = market_.account();
    return {{"id", money.accountid}, {"balance", money.balance}, {"available", money.available()}};
}

nlohmann::json fix_exchange::tick(const std::string& vt_symbol) const {
    auto all = nlohmann::json::object();
    if (const auto* found = market_.find_tick(vt_symbol)) {
        all = {{"last", found->last_price}, {"time", found->datetime.time_since_epoch().count()},
               {"volume", found->volume},   {"high", found->high_price},
               {"low", found->low_price},   {"open", found->open_price}};
        for (std::size_t i = 0; i < trader::bid_levels.size(); ++i) {
            all["bids"].push_back(
                {found->*trader::bid_levels[i].price, found->*trader::bid_levels[i].volume});
            all["asks"].push_back(
                {found->*trader::ask_levels[i].price, found->*trader::ask_levels[i].volume});
        }
    }
    return all;
}

}  // namespace test
