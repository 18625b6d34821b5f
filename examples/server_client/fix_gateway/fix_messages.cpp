// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "fix_messages.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

namespace trader::fix {

namespace {

/// One value's words on both sides.
template <class Here, class There = char>
using words = std::pair<Here, There>;

constexpr std::array<words<exchange, std::string_view>, 27> exchange_codes{
    {{exchange::CFFEX, "CCFX"},  {exchange::SHFE, "XSGE"},  {exchange::CZCE, "XZCE"},
     {exchange::DCE, "XDCE"},    {exchange::INE, "XINE"},   {exchange::GFEX, "GFEX"},
     {exchange::SSE, "XSHG"},    {exchange::SZSE, "XSHE"},  {exchange::NYSE, "XNYS"},
     {exchange::NASDAQ, "XNAS"}, {exchange::ARCA, "ARCX"},  {exchange::BATS, "BATS"},
     {exchange::IEX, "IEXG"},    {exchange::AMEX, "XASE"},  {exchange::TSE, "XTKS"},
     {exchange::NYMEX, "XNYM"},  {exchange::COMEX, "XCEC"}, {exchange::CME, "XCME"},
     {exchange::ICE, "IFEU"},    {exchange::SEHK, "XHKG"},  {exchange::HKFE, "XHKF"},
     {exchange::SGX, "XSES"},    {exchange::CBOT, "XCBT"},  {exchange::CBOE, "XCBO"},
     {exchange::CFE, "XCBF"},    {exchange::EUREX, "XEUR"}, {exchange::LME, "XLME"}}};

constexpr std::array<words<product, std::string_view>, 5> security_types{{{product::FUTURES, "FUT"},
                                                                          {product::OPTION, "OPT"},
                                                                          {product::EQUITY, "CS"},
                                                                          {product::FUND, "MF"},
                                                                          {product::FOREX, "FOR"}}};

/// What the codes of a field mean, for refusals without a text.
using meanings = std::pair<int, std::array<std::string_view, 9>>;
constexpr std::array<meanings, 5> reasons{
    {{tag::ord_rej_reason,
      {"refused by the broker or the exchange", "unknown symbol", "the exchange is closed",
       "the order exceeds a limit", "too late", "unknown order", "duplicate order",
       "duplicate of an order given by voice", "stale order"}},
     {tag::cxl_rej_reason,
      {"too late to cancel", "unknown order", "refused by the broker or the exchange",
       "the order is being cancelled or replaced already"}},
     {tag::business_reject_reason,
      {"other", "unknown id", "unknown security", "unsupported message type",
       "the application is not available", "a field is missing", "not authorized",
       "the firm is not available now"}},
     {tag::session_reject_reason,
      {"invalid tag number", "a required tag is missing", "a tag is not defined for the message",
       "undefined tag", "a tag without a value", "a value is incorrect",
       "a value has an incorrect format", "decryption problem", "signature problem"}},
     {281,
      {"unknown symbol", "duplicate request", "insufficient bandwidth", "insufficient permissions",
       "unsupported kind of subscription", "unsupported depth", "unsupported kind of update"}}}};

template <class Table, class Here>
auto there(const Table& table, Here here) -> decltype(table[0].second) {
    const auto found =
        std::ranges::find_if(table, [&](const auto& each) { return each.first == here; });
    return found == table.end() ? decltype(table[0].second){} : found->second;
}

char first_of(const message& said, int tag) {
    const auto text = said.text(tag);
    return text.empty() ? ' ' : text[0];
}

/// Where an order stands; how much of it is traded tells those apart that are at work.
status read_status(char code, double traded) {
    switch (code) {
        case 'A': return status::SUBMITTING;
        case '2': return status::ALLTRADED;
        case '3':  // Done for the day.
        case '4':
        case 'B':  // Calculated after its end.
        case 'C':  // Expired.
            return status::CANCELLED;
        case '8': return status::REJECTED;
        default: return traded > 0 ? status::PARTTRADED : status::NOTTRADED;
    }
}

order_type read_type(const message& said) {
    const char validity = first_of(said, tag::time_in_force);
    switch (first_of(said, tag::ord_type)) {
        case '1': return order_type::MARKET;
        case '3': return order_type::STOP;
        default:
            return validity == '3'   ? order_type::FAK
                   : validity == '4' ? order_type::FOK
                                     : order_type::LIMIT;
    }
}

std::optional<direction> read_side(const message& said) {
    switch (first_of(said, tag::side)) {
        case '1':
        case '3':  // Buy minus.
            return direction::LONG;
        case '2':
        case '4':  // Sell plus.
        case '5':  // Sell short.
        case '6': return direction::SHORT;
        default: return std::nullopt;
    }
}

offset read_offset(const message& said) {
    switch (first_of(said, tag::position_effect)) {
        case 'O': return offset::OPEN;
        case 'C': return offset::CLOSE;
        default: return offset::NONE;
    }
}

std::string side_of(const order_data& order) {
    return order.direction == direction::SHORT ? "2" : "1";
}

/// The order as the fields of any message tell it.
order_data read_order(const message& said) {
    const auto where = read_symbol(said);
    order_data order;
    order.symbol = where.symbol;
    order.exchange = where.exchange;
    order.type = read_type(said);
    order.direction = read_side(said);
    order.offset = read_offset(said);
    order.price = said.number(said.has(tag::price) ? tag::price : tag::stop_px);
    order.volume = said.number(tag::order_qty);
    order.datetime = read_utc(said.text(tag::transact_time));
    order.reference = said.text(tag::secondary_cl_ord_id);
    return order;
}

/// The groups that end with the last of these fields, or before any other one.
const std::vector<int> symbol_tags{55,  48,  22,  167, 461, 200, 541, 202,
                                   231, 207, 107, 15,  561, 562, 969, 58};
const std::vector<int> side_tags{tag::side, tag::order_id, tag::cl_ord_id, tag::account,
                                 tag::position_effect};
const std::vector<int> position_tags{tag::pos_type, tag::long_qty, tag::short_qty, 706};

}  // namespace

std::string to_decimal(double number) {
    std::array<char, 350> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    return {text.data(), end.ptr};
}

std::string to_utc(time_point time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 64> text{};
    std::snprintf(
        text.data(), text.size(), "%04d%02u%02u-%02d:%02d:%02d.%06d", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text.data();
}

std::optional<time_point> read_utc(std::string_view text) {
    // YYYYMMDD-HH:MM:SS, then perhaps a point and digits.
    constexpr std::string_view form = "dddddddd-dd:dd:dd";
    if (text.size() < form.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !is_digit : text[i] != form[i]) {
            return std::nullopt;
        }
    }
    const auto number = [&](std::size_t begin, std::size_t size) {
        int value = 0;
        std::from_chars(text.data() + begin, text.data() + begin + size, value);
        return value;
    };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(6, 2)))};
    if (!date.ok()) {
        return std::nullopt;
    }
    int micros = 0;
    int weight = 100'000;
    for (std::size_t i = form.size() + 1; i < text.size() && weight > 0; ++i, weight /= 10) {
        micros += number(i, 1) * weight;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(number(9, 2)) +
           std::chrono::minutes(number(12, 2)) + std::chrono::seconds(number(15, 2)) +
           std::chrono::microseconds(micros);
}

std::string code_of(exchange where) {
    const auto code = there(exchange_codes, where);
    return std::string(code.empty() ? name_of(where) : code);
}

std::optional<exchange> exchange_of(std::string_view code) {
    for (const auto& [where, known] : exchange_codes) {
        if (known == code) {
            return where;
        }
    }
    for (const auto& [where, name] : exchange_names) {
        if (name == code) {
            return where;
        }
    }
    return std::nullopt;
}

std::string reason_of(const message& refusal) {
    auto said = refusal.text(tag::text);
    for (const auto& [field, texts] : reasons) {
        if (!said.empty() || !refusal.has(field)) {
            continue;
        }
        const auto code = static_cast<std::size_t>(refusal.whole(field));
        said = code < texts.size() && !texts[code].empty()
                   ? std::string(texts[code])
                   : "code " + refusal.text(field) + " of field " + std::to_string(field);
    }
    return said.empty() ? "no reason was given" : said;
}

void add_symbol(message& made, const std::string& symbol, exchange where) {
    made.add(tag::symbol, symbol);
    if (where != exchange::LOCAL) {
        made.add(tag::security_exchange, code_of(where));
    }
}

subscribe_request read_symbol(const message& said) {
    return {said.text(tag::symbol),
            exchange_of(said.text(tag::security_exchange)).value_or(exchange::LOCAL)};
}

// --- orders --------------------------------------------------------------------------------------

std::string unspeakable(const order_request& request) {
    if (request.type == order_type::RFQ || request.type == order_type::ETF) {
        return "FIX has no word for an order of type " + std::string(name_of(request.type));
    }
    if (request.direction == direction::NET) {
        return "an order is LONG or SHORT";
    }
    if (request.symbol.empty()) {
        return "an order needs a symbol";
    }
    return request.volume > 0 ? "" : "an order needs a volume";
}

message new_order(const order_data& order, const std::string& account, time_point now) {
    message made("D");
    made.add(tag::cl_ord_id, order.orderid)
        .add_if(tag::secondary_cl_ord_id, order.reference)
        .add_if(tag::account, account)
        .add(tag::handl_inst, "1");
    add_symbol(made, order.symbol, order.exchange);
    made.add(tag::side, side_of(order))
        .add(tag::transact_time, to_utc(now))
        .add(tag::order_qty, to_decimal(order.volume));
    switch (order.type) {
        case order_type::MARKET: made.add(tag::ord_type, "1"); break;
        case order_type::STOP:
            made.add(tag::ord_type, "3").add(tag::stop_px, to_decimal(order.price));
            break;
        default: made.add(tag::ord_type, "2").add(tag::price, to_decimal(order.price));
    }
    made.add(tag::time_in_force, order.type == order_type::FAK   ? "3"
                                 : order.type == order_type::FOK ? "4"
                                                                 : "0");
    if (order.offset != offset::NONE) {
        made.add(tag::position_effect, order.offset == offset::OPEN ? "O" : "C");
    }
    return made;
}

message cancel_order(const order_data& order, const std::string& id, const std::string& server_id,
                     time_point now) {
    message made("F");
    made.add(tag::orig_cl_ord_id, order.orderid)
        .add_if(tag::order_id, server_id)
        .add(tag::cl_ord_id, id);
    add_symbol(made, order.symbol, order.exchange);
    made.add(tag::side, side_of(order))
        .add(tag::transact_time, to_utc(now))
        .add(tag::order_qty, to_decimal(order.volume));
    return made;
}

message ask_order(const order_data& order, const std::string& server_id) {
    message made("H");
    made.add_if(tag::order_id, server_id).add(tag::cl_ord_id, order.orderid);
    add_symbol(made, order.symbol, order.exchange);
    made.add(tag::side, side_of(order));
    return made;
}

execution read_execution(const message& report) {
    execution told;
    told.id = report.text(tag::exec_id);
    told.client_id = report.text(tag::cl_ord_id);
    told.original_id = report.text(tag::orig_cl_ord_id);
    told.server_id = report.text(tag::order_id);
    told.type = first_of(report, tag::exec_type);
    told.average_price = report.number(tag::avg_px);
    told.last_volume = report.number(tag::last_qty);
    told.last_price = report.number(tag::last_px);
    told.order = read_order(report);
    told.order.traded = report.number(tag::cum_qty);
    told.order.status = read_status(first_of(report, tag::ord_status), told.order.traded);
    if (told.order.status == status::REJECTED) {
        told.order.reason = reason_of(report);
        told.is_unknown = told.is_answer() && report.whole(tag::ord_rej_reason) == 5;
    }
    return told;
}

// --- questions at logon --------------------------------------------------------------------------

message ask_securities(const std::string& id) {
    message made("x");
    made.add(tag::security_req_id, id).add(tag::security_list_request_type, 4);
    return made;
}

message ask_trades(const std::string& id) {
    message made("AD");
    made.add(tag::trade_request_id, id)
        .add(tag::trade_request_type, 0)
        .add(tag::subscription_request_type, 0);
    return made;
}

message ask_orders(const std::string& id) {
    message made("AF");
    made.add(tag::mass_status_req_id, id).add(tag::mass_status_req_type, 7);
    return made;
}

message ask_positions(const std::string& id, const std::string& account, time_point now) {
    message made("AN");
    made.add(tag::pos_req_id, id)
        .add(tag::pos_req_type, 0)
        .add(tag::subscription_request_type, 1)
        .add(tag::no_party_ids, 1)
        .add(tag::party_id, account)
        .add(tag::party_id_source, "D")
        .add(tag::party_role, 3)
        .add(tag::account, account)
        .add(tag::account_type, 1)
        .add(tag::clearing_business_date, to_utc(now).substr(0, 8))
        .add(tag::transact_time, to_utc(now));
    return made;
}

message ask_account(const std::string& id, const std::string& account) {
    message made("BB");
    made.add(tag::coll_inquiry_id, id)
        .add(tag::subscription_request_type, 1)
        .add_if(tag::account, account);
    return made;
}

message ask_prices(const std::string& id, const subscribe_request& of, int depth, bool is_wanted) {
    constexpr std::string_view kinds = "012478B";  // The book, trades, open, high, low, volume.
    message made("V");
    made.add(tag::md_req_id, id)
        .add(tag::subscription_request_type, is_wanted ? 1 : 2)
        .add(tag::market_depth, depth)
        .add(tag::md_update_type, 1)
        .add(tag::no_md_entry_types, static_cast<int>(kinds.size()));
    for (const char kind : kinds) {
        made.add(tag::md_entry_type, std::string(1, kind));
    }
    made.add(tag::no_related_sym, 1);
    add_symbol(made, of.symbol, of.exchange);
    return made;
}

std::vector<contract_data> read_contracts(const message& list) {
    std::vector<contract_data> found;
    for (const auto& each : list.group(tag::no_related_sym, symbol_tags)) {
        const auto where = read_symbol(each);
        contract_data contract;
        contract.symbol = where.symbol;
        contract.exchange = where.exchange;
        contract.name = each.has(tag::security_desc) ? each.text(tag::security_desc) : where.symbol;
        for (const auto& [kind, word] : security_types) {
            if (each.text(tag::security_type) == word) {
                contract.product = kind;
            }
        }
        const auto read = [&](int field, double& value) {
            value = each.number(field) > 0 ? each.number(field) : value;
        };
        read(tag::contract_multiplier, contract.size);
        read(tag::min_price_increment, contract.pricetick);
        read(tag::min_trade_vol, contract.min_volume);
        contract.net_position = true;
        found.push_back(std::move(contract));
    }
    return found;
}

std::vector<execution> read_trades(const message& report) {
    std::vector<execution> found;
    for (const auto& each : report.group(tag::no_sides, side_tags)) {
        execution told;
        told.id = report.text(tag::exec_id);
        told.client_id = each.text(tag::cl_ord_id);
        told.server_id = each.text(tag::order_id);
        told.type = 'F';
        told.order = read_order(report);
        told.order.direction = read_side(each);
        told.order.offset = read_offset(each);
        told.last_volume = report.number(tag::last_qty);
        told.last_price = report.number(tag::last_px);
        found.push_back(std::move(told));
    }
    return found;
}

position_data read_position(const message& report) {
    const auto where = read_symbol(report);
    position_data position;
    position.symbol = where.symbol;
    position.exchange = where.exchange;
    for (const auto& each : report.group(tag::no_positions, position_tags)) {
        if (each.text(tag::pos_type) == "TQ") {
            position.volume += each.number(tag::long_qty) - each.number(tag::short_qty);
        }
    }
    return position;
}

account_data read_account(const message& report) {
    account_data account;
    account.accountid = report.text(tag::account);
    account.balance = report.number(tag::total_net_value);
    if (report.has(tag::margin_excess)) {
        account.frozen = account.balance - report.number(tag::margin_excess);
    }
    return account;
}

}  // namespace trader::fix
