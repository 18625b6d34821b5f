// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the desk's words and FIX's say the same, both ways. Method: messages field by field, and
// prices and reports as a counterparty would write them; no network, no session.

#include "fix_gateway/fix_messages.hpp"

#include "fix_gateway/fix_prices.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fix = trader::fix;
namespace tag = trader::fix::tag;
using trader::direction;
using trader::order_type;
using trader::status;

const trader::time_point noon = std::chrono::sys_days(std::chrono::year(2026) / 3 / 9) +
                                std::chrono::hours(12) + std::chrono::microseconds(7);

/// `35=D|11=a|...` as a message.
fix::message parsed(const std::string& text) {
    fix::message made;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = (std::min)(text.find('|', begin), text.size());
        const auto equals = text.find('=', begin);
        const int field = std::stoi(text.substr(begin, equals - begin));
        auto value = text.substr(equals + 1, end - equals - 1);
        if (field == 35) {
            made.type = std::move(value);
        } else {
            made.add(field, std::move(value));
        }
        begin = end + 1;
    }
    return made;
}

std::string text_of(const fix::message& made) {
    std::string text = "35=" + made.type;
    for (const auto& [field, value] : made.fields) {
        text += "|" + std::to_string(field) + "=" + value;
    }
    return text;
}

trader::order_data order(order_type type, double volume, double price) {
    trader::order_data made;
    made.symbol = "ES";
    made.exchange = trader::exchange::CME;
    made.orderid = "a-1";
    made.type = type;
    made.direction = direction::LONG;
    made.volume = volume;
    made.price = price;
    return made;
}

}  // namespace

TEST_CASE("fix_messages: numbers and times are written as FIX wants them, and read back") {
    CHECK(fix::to_decimal(3020.05) == "3020.05");
    CHECK(fix::to_decimal(1e6) == "1000000");
    CHECK(fix::to_decimal(0.0000001) == "0.0000001");
    CHECK(fix::to_decimal(-0.5) == "-0.5");
    CHECK(fix::to_utc(noon) == "20260309-12:00:00.000007");
    CHECK(fix::read_utc("20260309-12:00:00.000007") == noon);
    CHECK(fix::read_utc("20260309-12:00:00") == noon - std::chrono::microseconds(7));
    CHECK(fix::read_utc("20260309-12:00:00.5") == noon + std::chrono::microseconds(499'993));
    CHECK(fix::read_utc("20260309-12:00:00.123456789") ==
          noon + std::chrono::microseconds(123'449));
    for (const char* wrong : {"", "-", "20260309", "20261309-12:00:00", "2026-03-09 12:00:00"}) {
        CHECK_FALSE(fix::read_utc(wrong));
    }
}

TEST_CASE("fix_messages: exchanges have their ISO codes, or the desk's names") {
    for (const auto& [where, name] : trader::exchange_names) {
        CHECK(fix::exchange_of(fix::code_of(where)) == where);
        CHECK(fix::exchange_of(name) == where);
    }
    CHECK(fix::code_of(trader::exchange::CME) == "XCME");
    CHECK(fix::code_of(trader::exchange::OTC) == "OTC");
    CHECK_FALSE(fix::exchange_of("XXXX"));
    CHECK(fix::read_symbol(parsed("55=EURUSD")).exchange == trader::exchange::LOCAL);
}

TEST_CASE("fix_messages: an order is said with the fields of its type") {
    auto limit = order(order_type::LIMIT, 2, 3000.25);
    limit.reference = "mine";
    limit.offset = trader::offset::CLOSETODAY;
    CHECK(text_of(fix::new_order(limit, "acc", noon)) ==
          "35=D|11=a-1|526=mine|1=acc|21=1|55=ES|207=XCME|54=1|60=20260309-12:00:00.000007|38=2|"
          "40=2|44=3000.25|59=0|77=C");
    const std::vector<std::pair<order_type, std::string>> cases{
        {order_type::MARKET, "|40=1|59=0"},
        {order_type::STOP, "|40=3|99=5|59=0"},
        {order_type::FAK, "|40=2|44=5|59=3"},
        {order_type::FOK, "|40=2|44=5|59=4"}};
    for (const auto& [type, fields] : cases) {
        auto sold = order(type, 1, 5);
        sold.direction = direction::SHORT;
        const auto said = fix::new_order(sold, "", noon);
        CHECK(text_of(said).ends_with("|38=1" + fields));
        CHECK(said.text(tag::side) == "2");
        CHECK_FALSE(said.has(tag::account));
        const auto read = fix::read_execution(said).order;
        CHECK(read.type == type);
        CHECK(read.direction == direction::SHORT);
        CHECK(read.volume == 1);
        CHECK(read.price == (type == order_type::MARKET ? 0 : 5));
    }
    trader::order_request quote{.symbol = "ES", .type = order_type::RFQ, .volume = 1};
    CHECK(fix::unspeakable(quote) == "FIX has no word for an order of type RFQ");
    CHECK(fix::unspeakable({.symbol = "ES", .volume = 0}) == "an order needs a volume");
    CHECK(fix::unspeakable({.symbol = "ES", .volume = 1}).empty());
}

TEST_CASE("fix_messages: cancels and questions name the order as both sides know it") {
    const auto known = order(order_type::LIMIT, 2, 3000.25);
    CHECK(text_of(fix::cancel_order(known, "c-1", "77", noon)) ==
          "35=F|41=a-1|37=77|11=c-1|55=ES|207=XCME|54=1|60=20260309-12:00:00.000007|38=2");
    CHECK(text_of(fix::ask_order(known, "")) == "35=H|11=a-1|55=ES|207=XCME|54=1");
    CHECK(text_of(fix::ask_prices("p", {"ES", trader::exchange::CME}, 5, true)) ==
          "35=V|262=p|263=1|264=5|265=1|267=7|269=0|269=1|269=2|269=4|269=7|269=8|269=B|146=1|"
          "55=ES|207=XCME");
}

TEST_CASE("fix_messages: an execution report tells where the order stands, and why") {
    const std::vector<std::pair<std::string, status>> states{
        {"39=A|14=0", status::SUBMITTING}, {"39=0|14=0", status::NOTTRADED},
        {"39=1|14=1", status::PARTTRADED}, {"39=2|14=2", status::ALLTRADED},
        {"39=4|14=1", status::CANCELLED},  {"39=3|14=0", status::CANCELLED},
        {"39=C|14=0", status::CANCELLED},  {"39=6|14=1", status::PARTTRADED},
        {"39=E|14=0", status::NOTTRADED},  {"39=9|14=0", status::NOTTRADED},
        {"39=8|14=0", status::REJECTED}};
    for (const auto& [fields, wanted] : states) {
        CAPTURE(fields);
        CHECK(fix::read_execution(parsed("35=8|" + fields)).order.status == wanted);
    }
    const auto fill = fix::read_execution(parsed(
        "35=8|37=77|11=a-1|17=e1|150=F|39=1|55=ES|207=XCME|54=5|38=5|44=10|14=3|32=2|31=9.5|6=9.6|"
        "60=20260309-12:00:00.000007|77=O|526=mine"));
    CHECK(fill.is_fill());
    CHECK(fill.id == "e1");
    CHECK(fill.server_id == "77");
    CHECK(fill.last_volume == 2);
    CHECK(fill.last_price == 9.5);
    CHECK(fill.average_price == 9.6);
    CHECK(fill.order.traded == 3);
    CHECK(fill.order.direction == direction::SHORT);
    CHECK(fill.order.offset == trader::offset::OPEN);
    CHECK(fill.order.reference == "mine");
    CHECK(fill.order.datetime == noon);
    const std::vector<std::pair<std::string, std::string>> reasons{
        {"58=too much", "too much"},
        {"103=1", "unknown symbol"},
        {"103=99", "code 99 of field 103"},
        {"58=this|103=1", "this"},
        {"14=0", "no reason was given"}};
    for (const auto& [fields, text] : reasons) {
        CHECK(fix::read_execution(parsed("35=8|39=8|" + fields)).order.reason == text);
    }
    CHECK(fix::reason_of(parsed("35=j|380=3")) == "unsupported message type");
    CHECK(fix::reason_of(parsed("35=9|102=0")) == "too late to cancel");
    CHECK(fix::read_execution(parsed("35=8|150=I|39=8|103=5")).is_unknown);
    CHECK_FALSE(fix::read_execution(parsed("35=8|150=8|39=8|103=5")).is_unknown);
}

TEST_CASE("fix_messages: lists of securities, positions and money") {
    const auto contracts = fix::read_contracts(parsed(
        "35=y|146=2|55=ES|167=FUT|231=50|207=XCME|107=the future|969=0.25|55=XYZ|562=10|893=Y"));
    REQUIRE(contracts.size() == 2);
    CHECK(contracts[0].vt_symbol() == "ES.CME");
    CHECK(contracts[0].product == trader::product::FUTURES);
    CHECK(contracts[0].size == 50);
    CHECK(contracts[0].pricetick == 0.25);
    CHECK(contracts[1].name == "XYZ");
    CHECK(contracts[1].min_volume == 10);
    CHECK(fix::read_position(parsed("35=AP|55=ES|207=XCME|702=2|703=TQ|704=0|705=3|703=SOD|704=9"))
              .volume == -3);
    const auto account = fix::read_account(parsed("35=BA|1=acc|900=100|899=60"));
    CHECK(account.balance == 100);
    CHECK(account.available() == 60);
    CHECK(fix::read_account(parsed("35=BA|1=acc|900=100")).frozen == 0);
}

TEST_CASE("fix_prices: a snapshot and what changes of it, by ids, by places and by prices") {
    trader::tick_data blank{.symbol = "ES", .exchange = trader::exchange::CME};
    fix::price_board board(blank);
    CHECK_FALSE(board.take(parsed("35=X|268=1|279=0|269=0|270=9|271=1")));
    CHECK(board.take(parsed(
        "35=W|52=20260309-12:00:00|268=5|269=0|278=b1|270=10|271=3|269=0|278=b2|270=9|271=4|269=1|"
        "278=a1|270=11|271=5|269=2|270=10.5|271=2|272=20260309|273=12:00:00.000007|269=4|270=8")));
    CHECK(board.tick().bid_price_1 == 10);
    CHECK(board.tick().bid_volume_2 == 4);
    CHECK(board.tick().ask_price_1 == 11);
    CHECK(board.tick().ask_price_2 == 0);
    CHECK(board.tick().last_price == 10.5);
    CHECK(board.tick().open_price == 8);
    CHECK(board.tick().datetime == noon);
    // By ids: one goes, one changes its price and with it its place.
    CHECK(board.take(parsed("35=X|268=2|279=2|269=0|278=b1|279=1|269=0|278=b2|270=10.25|271=6")));
    CHECK(board.tick().bid_price_1 == 10.25);
    CHECK(board.tick().bid_volume_1 == 6);
    CHECK(board.tick().bid_price_2 == 0);
    // By prices.
    CHECK(board.take(parsed("35=X|268=2|279=0|269=1|270=10.75|271=1|279=1|269=1|270=10.75|271=2")));
    CHECK(board.tick().ask_price_1 == 10.75);
    CHECK(board.tick().ask_volume_1 == 2);
    CHECK(board.tick().ask_price_2 == 11);
    // Of another symbol, and a value that is no level.
    CHECK(board.take(parsed("35=X|268=2|279=0|269=0|55=NQ|270=99|271=1|279=0|269=B|271=12")));
    CHECK(board.tick().bid_price_1 == 10.25);
    CHECK(board.tick().volume == 12);
    // A snapshot forgets what was.
    CHECK(board.take(parsed("35=W|268=1|269=0|290=1|270=7|271=1")));
    CHECK(board.tick().bid_price_1 == 7);
    CHECK(board.tick().last_price == 0);
    CHECK(board.take(parsed("35=X|268=1|279=1|269=0|290=1|270=7.5|271=3")));
    CHECK(board.tick().bid_price_1 == 7.5);
    CHECK(board.tick().bid_price_2 == 0);
}
