// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "fix_ledger.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace trader::fix {

namespace {

/// What is asked at logon, as settings and log lines name it.
namespace question {
constexpr auto securities = "securities";
constexpr auto trades = "trades";
constexpr auto orders = "orders";
constexpr auto positions = "positions";
constexpr auto account = "account";
}  // namespace question

/// Volumes are sums of doubles.
bool is_more(double one, double other) {
    return one - other > 1e-9 * (std::max)(1.0, std::abs(other));
}

/// The question that a message type asks; empty for other messages.
std::string question_of(const std::string& type) {
    return type == "x"    ? question::securities
           : type == "AD" ? question::trades
           : type == "AF" ? question::orders
           : type == "AN" ? question::positions
           : type == "BB" ? question::account
                          : "";
}

std::string one_order(const std::string& id) {
    return "order " + id;
}

}  // namespace

std::vector<std::string> ledger::questions() {
    return {question::securities, question::trades, question::orders, question::positions,
            question::account};
}

ledger::ledger(ledger_setting setting, hooks hands)
    : setting_(std::move(setting)), hands_(std::move(hands)) {
    for (auto contract : setting_.contracts) {
        tell(std::move(contract));
    }
}

template <class Data>
void ledger::tell(Data data) {
    data.gateway_name = setting_.gateway_name;
    hands_.tell(make_event(std::move(data)));
}

// --- logon ---------------------------------------------------------------------------------------

void ledger::logged_on() {
    is_logged_on_ = true;
    is_asking_ = true;
    refused_.clear();
    reported_.clear();
    numbers_.clear();
    positions_open_ = 0;
    open_ = setting_.ask;
    const auto now = hands_.now();
    ask(question::securities, ask_securities(ids_.next()));
    // Before the orders: what an order has traded beyond its trades would be made up.
    ask(question::trades, ask_trades(ids_.next()));
    ask(question::orders, ask_orders(ids_.next()));
    ask(question::positions, ask_positions(ids_.next(), setting_.account, now));
    ask(question::account, ask_account(ids_.next(), setting_.account));
    for (auto& [vt_symbol, each] : boards_) {
        request_prices(each);
    }
    if (!setting_.ask.contains(question::orders)) {
        ask_one_by_one();
    }
    if (open_.empty()) {
        finish();
    }
}

void ledger::logged_out() {
    is_logged_on_ = false;
    open_.clear();
    for (auto& [vt_symbol, each] : boards_) {
        each.id.clear();
    }
}

void ledger::ask(const std::string& what, const message& asked) {
    if (open_.contains(what)) {
        hands_.send(asked);
    }
}

void ledger::answered(const std::string& what) {
    if (open_.erase(what) == 0) {
        return;
    }
    if (what == question::orders) {
        ask_one_by_one();
    }
    if (open_.empty()) {
        finish();
    }
}

void ledger::ask_one_by_one() {
    for (const auto& [id, order] : orders_) {
        if (!order.data.is_active() || reported_.contains(id)) {
            continue;
        }
        if (const int number = hands_.send(ask_order(order.data, order.server_id)); number > 0) {
            numbers_[number] = id;
            open_.insert(one_order(id));
        }
    }
}

bool ledger::give_up() {
    if (open_.empty()) {
        return false;
    }
    std::string names;
    for (const auto& each : open_) {
        names += (names.empty() ? "" : ", ") + each;
    }
    hands_.log("no answer about: " + names, log_data::warning);
    const bool is_next_asked = open_.contains(question::orders);
    refused_.insert(open_.begin(), open_.end());
    open_.clear();
    if (is_next_asked) {
        ask_one_by_one();
    }
    if (open_.empty()) {
        finish();
    }
    return true;
}

void ledger::finish() {
    is_asking_ = false;
    for (const auto& [vt_symbol, each] : positions_) {
        tell_position(vt_symbol);
    }
    if (!has_account_ && !setting_.account.empty()) {
        account_.accountid = setting_.account;
        has_account_ = true;
        tell(account_);
    }
}

void ledger::take(const message& received) {
    using taker = void (ledger::*)(const message&);
    static const std::map<std::string, taker> takers{
        {"8", &ledger::take_execution},     {"9", &ledger::take_cancel_reject},
        {"y", &ledger::take_contracts},     {"AE", &ledger::take_trades},
        {"AQ", &ledger::take_trade_ack},    {"AP", &ledger::take_position},
        {"AO", &ledger::take_position_ack}, {"BA", &ledger::take_account},
        {"BG", &ledger::take_account},      {"W", &ledger::take_prices},
        {"X", &ledger::take_prices},        {"Y", &ledger::take_refusal},
        {"j", &ledger::take_refusal},       {"3", &ledger::take_refusal},
        {"B", &ledger::take_news}};
    if (const auto found = takers.find(received.type); found != takers.end()) {
        (this->*found->second)(received);
    }
}

// --- requests ------------------------------------------------------------------------------------

void ledger::send_order(const order_request& request) {
    if (client_ids_.contains(request.orderid)) {
        hands_.log("order " + request.orderid + " was sent before, nothing is done",
                   log_data::warning);
        return;
    }
    client_ids_[request.orderid] = request.orderid;
    auto& order = orders_[request.orderid];
    order.data = request.create_order_data(request.orderid, setting_.gateway_name);
    const auto now = hands_.now();
    order.data.datetime = now;
    if (const auto problem = unspeakable(request); !problem.empty()) {
        reject(order, problem);
        return;
    }
    const int number =
        is_logged_on_ ? hands_.send(new_order(order.data, setting_.account, now)) : 0;
    if (number == 0) {
        reject(order, setting_.gateway_name + " is not connected");
        return;
    }
    tell_order(order);
    numbers_[number] = request.orderid;
}

void ledger::reject(known_order& order, const std::string& reason) {
    order.data.status = status::REJECTED;
    order.data.reason = reason;
    tell_order(order);
}

void ledger::tell_order(known_order& order) {
    if (order.data != order.told) {
        order.told = order.data;
        tell(order.data);
    }
}

void ledger::cancel_order(const cancel_request& request) {
    const auto found = orders_.find(request.orderid);
    if (found == orders_.end()) {
        hands_.log("there is no order " + request.orderid + " to cancel", log_data::warning);
        return;
    }
    const auto& order = found->second;
    if (!order.data.is_active()) {
        hands_.log("order " + request.orderid + " is " + std::string(name_of(order.data.status)) +
                       " already",
                   log_data::info);
        return;
    }
    const auto id = ids_.next();
    client_ids_[id] = request.orderid;
    const int number =
        is_logged_on_
            ? hands_.send(fix::cancel_order(order.data, id, order.server_id, hands_.now()))
            : 0;
    if (number == 0) {
        hands_.log("not connected: order " + request.orderid + " is not cancelled",
                   log_data::warning);
        return;
    }
    numbers_[number] = request.orderid;
}

void ledger::subscribe(const subscribe_request& request) {
    tick_data blank;
    blank.gateway_name = setting_.gateway_name;
    blank.symbol = request.symbol;
    blank.exchange = request.exchange;
    blank.name = request.symbol;
    const auto [place, is_new] = boards_.try_emplace(
        request.vt_symbol(), board{request, std::string(), price_board(std::move(blank))});
    if (is_new && is_logged_on_) {
        request_prices(place->second);
    }
}

void ledger::request_prices(board& of) {
    of.id = ids_.next();
    hands_.send(ask_prices(of.id, of.of, setting_.depth, true));
}

void ledger::unsubscribe(const subscribe_request& request) {
    const auto found = boards_.find(request.vt_symbol());
    if (found == boards_.end()) {
        hands_.log(request.vt_symbol().substr(0, 32) + " is not subscribed to", log_data::warning);
        return;
    }
    if (is_logged_on_) {
        hands_.send(ask_prices(found->second.id, request, setting_.depth, false));
    }
    boards_.erase(found);
}

void ledger::query_account() {
    if (is_logged_on_ && !refused_.contains(question::account)) {
        hands_.send(ask_account(ids_.next(), setting_.account));
    } else if (has_account_) {
        tell(account_);
    }
}

void ledger::query_position() {
    if (is_logged_on_ && !refused_.contains(question::positions)) {
        hands_.send(ask_positions(ids_.next(), setting_.account, hands_.now()));
        return;
    }
    for (const auto& [vt_symbol, each] : positions_) {
        tell(each.data);
    }
}

// --- orders and trades ---------------------------------------------------------------------------

void ledger::take_execution(const message& report) {
    const auto told = read_execution(report);
    const bool is_about_an_order = !told.client_id.empty() || !told.original_id.empty() ||
                                   server_ids_.contains(told.server_id);
    const bool is_known = !told.is_answer() && !told.id.empty() && told.id != "0" &&
                          !exec_ids_.insert(told.id).second;
    if (is_about_an_order && !is_known) {
        if (told.is_unknown) {
            const auto known = client_ids_.find(told.client_id);
            if (known != client_ids_.end() && orders_.at(known->second).data.is_active()) {
                auto& order = orders_.at(known->second);
                order.is_given_up = true;
                reject(order, "it never reached the counterparty, which does not know it");
            }
        } else {
            auto& order = order_of(told);
            if (told.is_fill()) {
                count_fill(order, told);
            } else if (is_more(told.order.traded, order.data.traded)) {
                make_up(order, told, told.order.traded - order.data.traded);
            }
            move_on(order, told);
            tell_position(order.data.vt_symbol());
        }
    }
    if (is_about_an_order) {
        const auto known =
            client_ids_.find(told.original_id.empty() ? told.client_id : told.original_id);
        const auto& id = known == client_ids_.end() ? told.client_id : known->second;
        reported_.insert(id);
        answered(one_order(id));
    }
    if (report.has(tag::mass_status_req_id) &&
        (report.is(tag::last_rpt_requested) || report.text(tag::tot_num_reports) == "0")) {
        answered(question::orders);
    }
}

ledger::known_order& ledger::order_of(const execution& told) {
    std::string id;
    for (const auto& [ids, wanted] :
         {std::pair(&client_ids_, &told.original_id), std::pair(&client_ids_, &told.client_id),
          std::pair(&server_ids_, &told.server_id)}) {
        if (const auto found = ids->find(*wanted); id.empty() && found != ids->end()) {
            id = found->second;
        }
    }
    if (id.empty()) {
        // Of another session, or of a run before this one.
        id = !told.original_id.empty() ? told.original_id
             : !told.client_id.empty() ? told.client_id
                                       : told.server_id;
    }
    auto& order = orders_[id];
    if (order.data.orderid.empty()) {
        order.data = told.order;
        order.data.gateway_name = setting_.gateway_name;
        order.data.orderid = id;
        order.data.traded = 0;
        order.data.status = status::SUBMITTING;
    }
    for (const auto& each : {id, told.client_id, told.original_id}) {
        if (!each.empty()) {
            client_ids_[each] = id;
        }
    }
    if (!told.server_id.empty()) {
        server_ids_[told.server_id] = id;
        order.server_id = told.server_id;
    }
    return order;
}

void ledger::count_fill(known_order& order, const execution& told) {
    if (!is_more(told.order.traded, order.data.traded)) {
        hands_.log("fill " + told.id + " of order " + order.data.orderid +
                       " is among what was counted already",
                   log_data::warning);
        return;
    }
    const double missing = told.order.traded - told.last_volume - order.data.traded;
    if (is_more(missing, 0)) {
        make_up(order, told, missing);
    }
    trade(order, told, told.last_volume, told.last_price);
}

void ledger::make_up(known_order& order, const execution& told, double volume) {
    double money = told.average_price * told.order.traded - order.money;
    double counted = order.data.traded + volume;
    if (told.is_fill()) {
        money -= told.last_price * told.last_volume;
    }
    const double price = told.average_price > 0 ? money / volume : order.data.price;
    auto made = told;
    made.id = order.data.orderid + "+" + to_decimal(counted);
    order.made_up += volume;
    hands_.log("order " + order.data.orderid + " has traded " + to_decimal(volume) +
                   " of which no fill was told; trade " + made.id + " stands for it",
               log_data::warning);
    trade(order, made, volume, price);
}

void ledger::trade(known_order& order, const execution& told, double volume, double price) {
    trade_data made;
    made.gateway_name = setting_.gateway_name;
    made.symbol = order.data.symbol;
    made.exchange = order.data.exchange;
    made.orderid = order.data.orderid;
    made.tradeid = told.id;
    made.direction = order.data.direction;
    made.offset = order.data.offset;
    made.price = price;
    made.volume = volume;
    made.datetime = told.order.datetime;
    order.data.traded += volume;
    order.money += price * volume;
    tell(made);
    hold(made);
}

void ledger::move_on(known_order& order, const execution& told) {
    if (told.type == 'G' || told.type == 'H') {
        hands_.log("fill of order " + order.data.orderid +
                       " was changed or taken back by the counterparty: positions and trades here "
                       "are not right any more",
                   log_data::error);
    }
    auto next = order.data;
    const bool is_late =
        is_active(told.order.status) &&
        ((!order.data.is_active() && !order.is_given_up) ||
         (told.order.status == status::SUBMITTING && order.data.status != status::SUBMITTING));
    if (!is_late) {
        next.status = told.order.status;
        next.reason = told.order.reason;
        order.is_given_up = false;
    }
    if (next.status == status::NOTTRADED && next.traded > 0) {
        next.status = status::PARTTRADED;
    }
    if (told.order.volume > 0 && (next.volume == 0 || told.type == '5')) {
        next.volume = told.order.volume;
        next.price = told.order.price;
        next.type = told.order.type;
        next.reference = next.reference.empty() ? told.order.reference : next.reference;
    }
    // An order is as old as its first report; those of its fills have times of their own.
    if (told.order.datetime && (told.type == 'A' || told.type == '0' || told.type == '8')) {
        next.datetime = told.order.datetime;
    }
    order.data = std::move(next);
    tell_order(order);
}

void ledger::take_cancel_reject(const message& reject) {
    const auto known = client_ids_.find(reject.text(tag::orig_cl_ord_id));
    const auto id = known == client_ids_.end() ? reject.text(tag::orig_cl_ord_id) : known->second;
    hands_.log("order " + id + " is not cancelled: " + reason_of(reject), log_data::warning);
    const auto found = orders_.find(id);
    if (found != orders_.end() && found->second.data.is_active() &&
        reject.whole(tag::cxl_rej_reason) == 1) {
        // It is not known there, or under another name: that is what the answer says.
        hands_.send(ask_order(found->second.data, found->second.server_id));
    }
}

void ledger::take_trades(const message& report) {
    for (const auto& told : fix::read_trades(report)) {
        if (!exec_ids_.insert(told.id).second) {
            continue;
        }
        auto& order = order_of(told);
        if (!is_more(told.last_volume, order.made_up)) {
            order.made_up -= told.last_volume;  // This is what was made up.
            continue;
        }
        trade(order, told, told.last_volume, told.last_price);
        if (order.data.volume > 0) {
            if (order.data.is_active()) {
                order.data.status = is_more(order.data.volume, order.data.traded)
                                        ? status::PARTTRADED
                                        : status::ALLTRADED;
            }
            tell_order(order);
        }
        tell_position(order.data.vt_symbol());
    }
    if (report.is(tag::last_rpt_requested)) {
        answered(question::trades);
    }
}

void ledger::take_trade_ack(const message& ack) {
    if (ack.text(tag::trade_request_status) == "2") {
        refused_.insert(question::trades);
        hands_.log("trades are not told: " + reason_of(ack), log_data::info);
        answered(question::trades);
    } else if (ack.text(tag::tot_num_trade_reports) == "0") {
        answered(question::trades);
    }
}

// --- contracts, positions, money, prices ---------------------------------------------------------

void ledger::take_contracts(const message& list) {
    for (auto& each : read_contracts(list)) {
        tell(std::move(each));
    }
    if (!list.has(tag::last_fragment) || list.is(tag::last_fragment)) {
        answered(question::securities);
    }
}

void ledger::hold(const trade_data& made) {
    auto& data = positions_[made.vt_symbol()].data;
    data.symbol = made.symbol;
    data.exchange = made.exchange;
    const double change = made.signed_volume();
    const double after = data.volume + change;
    if (!is_more(std::abs(after), 0)) {
        data.price = 0;
    } else if (data.volume == 0 || (data.volume > 0) != (after > 0)) {
        data.price = made.price;
    } else if ((data.volume > 0) == (change > 0)) {
        data.price = (data.price * data.volume + made.price * change) / after;
    }
    data.volume = is_more(std::abs(after), 0) ? after : 0;
}

void ledger::tell_position(const std::string& vt_symbol) {
    const auto found = positions_.find(vt_symbol);
    if (is_asking_ || found == positions_.end()) {
        return;
    }
    auto& [now, told] = found->second;
    if (now != told) {
        told = now;
        tell(now);
    }
}

void ledger::take_position(const message& report) {
    const auto told = read_position(report);
    if (!told.symbol.empty()) {
        auto& data = positions_[told.vt_symbol()].data;
        data.symbol = told.symbol;
        data.exchange = told.exchange;
        if (is_more(std::abs(told.volume - data.volume), 0)) {
            data.price = told.volume * data.volume > 0 ? data.price : 0;
            data.volume = told.volume;
        }
        tell_position(told.vt_symbol());
    }
    if (open_.contains(question::positions) &&
        ++positions_open_ >= report.whole(tag::total_num_pos_reports)) {
        answered(question::positions);
    }
}

void ledger::take_position_ack(const message& ack) {
    if (ack.whole(tag::pos_req_result) > 2) {  // 2: there are none.
        refused_.insert(question::positions);
        hands_.log("positions are not told: " + reason_of(ack), log_data::info);
        answered(question::positions);
    } else if (ack.whole(tag::total_num_pos_reports) == 0) {
        answered(question::positions);
    }
}

void ledger::take_account(const message& report) {
    if (report.type == "BA") {
        const auto told = read_account(report);
        if (!has_account_ || told != account_) {
            account_ = told;
            has_account_ = true;
            tell(account_);
        }
        answered(question::account);
    } else if (report.text(tag::coll_inquiry_status) == "4") {
        refused_.insert(question::account);
        hands_.log("the account is not told: " + reason_of(report), log_data::info);
        answered(question::account);
    }
}

void ledger::take_prices(const message& said) {
    const auto id = said.text(tag::md_req_id);
    const auto symbol = said.text(tag::symbol);
    for (auto& [vt_symbol, each] : boards_) {
        if (id.empty() ? each.of.symbol == symbol : each.id == id) {
            if (each.prices.take(said)) {
                tell(each.prices.tick());
            }
        }
    }
}

void ledger::take_refusal(const message& refusal) {
    const auto reason = reason_of(refusal);
    if (refusal.type == "Y") {
        for (const auto& [vt_symbol, each] : boards_) {
            if (each.id == refusal.text(tag::md_req_id)) {
                hands_.log("no prices of " + vt_symbol + ": " + reason, log_data::warning);
            }
        }
        return;
    }
    const auto type = refusal.text(tag::ref_msg_type);
    const auto numbered = numbers_.find(refusal.whole(tag::ref_seq_num));
    const auto named = client_ids_.find(refusal.text(tag::business_reject_ref_id));
    const auto id = named != client_ids_.end()   ? named->second
                    : numbered != numbers_.end() ? numbered->second
                                                 : std::string();
    if (const auto asked = question_of(type); !asked.empty()) {
        refused_.insert(asked);
        hands_.log("no answer about " + asked + ": " + reason, log_data::info);
        answered(asked);
        return;
    }
    const auto order = orders_.find(id);
    if (type == "D" && order != orders_.end() && order->second.data.is_active()) {
        reject(order->second, reason);
        return;
    }
    hands_.log("message of type " + type + (id.empty() ? "" : " for order " + id) +
                   " was refused: " + reason,
               log_data::warning);
    if (type == "H") {
        answered(one_order(id));
    }
}

void ledger::take_news(const message& news) {
    std::string text = news.text(tag::headline);
    for (const auto& each : news.group(tag::lines_of_text, {tag::text})) {
        text += "\n" + each.text(tag::text);
    }
    hands_.log(text, log_data::info);
}

}  // namespace trader::fix
