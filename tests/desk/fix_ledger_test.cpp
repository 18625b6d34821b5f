// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: every fill counts once, every order ends, whatever order reports come in. Method: the
// ledger between a list of what it tells and a list of what it sends; no network, no session.

#include "fix_gateway/fix_ledger.hpp"

#include "scripted_gateway.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

namespace fix = trader::fix;
namespace tag = trader::fix::tag;
using trader::status;

/// A ledger and what it did.
struct rig {
    explicit rig(std::set<std::string> ask = {})
        : ledger({.gateway_name = "FIX", .account = "acc", .ask = std::move(ask), .contracts = {}},
                 {[this](trader::event happened) { told.push_back(std::move(happened)); },
                  [this](const fix::message& message) {
                      sent.push_back(message);
                      return is_deaf ? 0 : ++number;
                  },
                  [this](const std::string& text, int) { lines.push_back(text); },
                  [] { return trader::time_point(); }}) {}

    /// A report about order `a`, of which 10 are wanted.
    void report(const std::string& id, char type, char state, double traded,
                const std::vector<std::pair<int, std::string>>& more = {}) {
        fix::message made("8");
        made.add(tag::order_id, "x-a")
            .add(tag::cl_ord_id, "a")
            .add(tag::exec_id, id)
            .add(tag::exec_type, std::string(1, type))
            .add(tag::ord_status, std::string(1, state))
            .add(tag::symbol, "SPX")
            .add(tag::security_exchange, "XCBO")
            .add(tag::side, "1")
            .add(tag::order_qty, "10")
            .add(tag::cum_qty, fix::to_decimal(traded));
        for (const auto& [field, value] : more) {
            made.add(field, value);
        }
        ledger.take(made);
    }
    void fill(const std::string& id, double volume, double price, double traded) {
        report(id, 'F', traded < 10 ? '1' : '2', traded,
               {{tag::last_qty, fix::to_decimal(volume)}, {tag::last_px, fix::to_decimal(price)}});
    }

    template <class Data>
    std::vector<Data> all() const {
        std::vector<Data> found;
        for (const auto& each : told) {
            if (const auto* data = std::get_if<Data>(&each.data)) {
                found.push_back(*data);
            }
        }
        return found;
    }
    trader::order_data order() const { return all<trader::order_data>().back(); }
    double position() const { return all<trader::position_data>().back().volume; }
    std::vector<std::string> types() const {
        std::vector<std::string> found;
        for (const auto& each : sent) {
            found.push_back(each.type);
        }
        return found;
    }

    std::vector<trader::event> told;
    std::vector<fix::message> sent;
    std::vector<std::string> lines;
    bool is_deaf = false;
    int number = 0;
    fix::ledger ledger;
};

trader::order_request ten() {
    auto request = test::buy("a");
    request.volume = 10;
    return request;
}

/// One that has sent order `a`.
struct sent_rig : rig {
    sent_rig() {
        ledger.logged_on();
        ledger.send_order(ten());
        report("e0", '0', '0', 0);
        REQUIRE(order().status == status::NOTTRADED);
    }
};

}  // namespace

TEST_CASE("fix_ledger: fills count once, in whatever wrapping they come again") {
    sent_rig desk;
    desk.fill("e1", 4, 100, 4);
    CHECK(desk.order().status == status::PARTTRADED);
    CHECK(desk.order().traded == 4);
    desk.fill("e1", 4, 100, 4);
    desk.fill("e1-again", 4, 100, 4);  // Another id, but no more is traded in all.
    desk.fill("e2", 6, 101, 10);
    desk.fill("e1", 4, 100, 4);
    CHECK(desk.all<trader::trade_data>().size() == 2);
    CHECK(desk.order().status == status::ALLTRADED);
    CHECK(desk.position() == 10);
    CHECK(desk.all<trader::position_data>().back().price == doctest::Approx(100.6));
    CHECK(desk.all<trader::trade_data>()[1].vt_tradeid() == "FIX.e2");
    // A late report does not bring it back to life.
    desk.report("e3", '0', '0', 0);
    CHECK(desk.order().status == status::ALLTRADED);
}

TEST_CASE("fix_ledger: what was traded without being told is made up once, at its price") {
    sent_rig desk;
    desk.fill("e1", 2, 100, 2);
    SUBCASE("a status tells more than the fills") {
        desk.report("0", 'I', '1', 6, {{tag::avg_px, "103"}});
    }
    SUBCASE("a fill shows that one is missing before it") {
        desk.report("e3", 'F', '1', 6,
                    {{tag::avg_px, "103"}, {tag::last_qty, "1"}, {tag::last_px, "110"}});
        REQUIRE(desk.all<trader::trade_data>().size() == 3);
        CHECK(desk.all<trader::trade_data>()[1].price == doctest::Approx((618 - 200 - 110) / 3.0));
        CHECK(desk.all<trader::trade_data>()[1].tradeid == "a+5");
        return;
    }
    REQUIRE(desk.all<trader::trade_data>().size() == 2);
    CHECK(desk.all<trader::trade_data>()[1].volume == 4);
    CHECK(desk.all<trader::trade_data>()[1].price == doctest::Approx(104.5));
    CHECK(desk.all<trader::trade_data>()[1].tradeid == "a+6");
    CHECK(desk.position() == 6);
    // Told after all: it is counted already.
    desk.fill("e2", 4, 104.5, 6);
    CHECK(desk.all<trader::trade_data>().size() == 2);
    CHECK(desk.lines.back().find("is among what was counted already") != std::string::npos);
}

TEST_CASE("fix_ledger: what is asked at logon is answered, refused, or given up") {
    rig desk({"securities", "trades", "orders", "positions", "account"});
    desk.ledger.logged_on();
    CHECK(desk.types() == std::vector<std::string>{"x", "AD", "AF", "AN", "BB"});
    const auto refuse = [&](const std::string& type) {
        fix::message made("j");
        desk.ledger.take(made.add(tag::ref_msg_type, type).add(tag::business_reject_reason, 3));
    };
    for (const std::string type : {"x", "AD", "AF", "AN"}) {
        refuse(type);
        CHECK_FALSE(desk.ledger.is_ready());
    }
    SUBCASE("the last one refused") {
        refuse("BB");
        CHECK(desk.ledger.is_ready());
        CHECK_FALSE(desk.ledger.give_up());
    }
    SUBCASE("the last one silent") {
        CHECK(desk.ledger.give_up());
        CHECK(desk.lines.back() == "no answer about: account");
        CHECK(desk.ledger.is_ready());
    }
    REQUIRE(desk.all<trader::account_data>().size() == 1);
    CHECK(desk.all<trader::account_data>()[0].accountid == "acc");
    desk.ledger.query_account();  // It is known by now that nobody answers.
    CHECK(desk.sent.size() == 5);
    desk.ledger.logged_out();
    CHECK_FALSE(desk.ledger.is_ready());
}

TEST_CASE("fix_ledger: live orders that the answers leave out are asked for one by one") {
    rig desk({"orders"});
    desk.ledger.logged_on();
    fix::message none("8");
    none.add(tag::mass_status_req_id, "q").add(tag::tot_num_reports, "0");
    desk.ledger.take(none);
    CHECK(desk.ledger.is_ready());
    desk.ledger.send_order(ten());
    desk.ledger.logged_out();
    desk.ledger.logged_on();
    desk.ledger.take(none);
    CHECK(desk.sent.back().type == "H");
    CHECK(desk.sent.back().text(tag::cl_ord_id) == "a");
    CHECK_FALSE(desk.ledger.is_ready());
    SUBCASE("it is known") {
        desk.report("0", 'I', '0', 0);
        CHECK(desk.order().status == status::NOTTRADED);
    }
    SUBCASE("it is not known, and comes to life later still") {
        desk.report("0", 'I', '8', 0, {{tag::ord_rej_reason, "5"}});
        CHECK(desk.order().status == status::REJECTED);
        CHECK(desk.order().reason.find("never reached") != std::string::npos);
        desk.fill("e1", 10, 100, 10);
        CHECK(desk.order().status == status::ALLTRADED);
    }
    SUBCASE("the question is refused") {
        fix::message made("3");
        desk.ledger.take(made.add(tag::ref_msg_type, "H")
                             .add(tag::ref_seq_num, desk.number)
                             .add(tag::session_reject_reason, 11));
    }
    CHECK(desk.ledger.is_ready());
}

TEST_CASE("fix_ledger: an order is refused with its reason, by whom ever") {
    rig desk;
    desk.ledger.send_order(ten());
    CHECK(desk.order().reason == "FIX is not connected");
    CHECK(desk.sent.empty());
    desk.ledger.logged_on();
    auto request = ten();
    for (const std::string id : {"business", "session", "report"}) {
        request.orderid = id;
        desk.ledger.send_order(request);
        CHECK(desk.order().status == status::SUBMITTING);
        fix::message made(id == "business" ? "j" : id == "session" ? "3" : "8");
        if (id == "report") {
            made.add(tag::cl_ord_id, id).add(tag::exec_type, "8").add(tag::ord_status, "8");
        }
        made.add(tag::ref_msg_type, "D").add(tag::text, "not today");
        made.add(id == "business" ? tag::business_reject_ref_id : tag::ref_seq_num,
                 id == "business" ? id : std::to_string(desk.number));
        desk.ledger.take(made);
        CHECK(desk.order().orderid == id);
        CHECK(desk.order().status == status::REJECTED);
        CHECK(desk.order().reason == "not today");
    }
    request.orderid = "deaf";
    desk.is_deaf = true;
    desk.ledger.send_order(request);
    CHECK(desk.order().reason == "FIX is not connected");
    const auto told = desk.told.size();
    desk.ledger.send_order(request);  // Sent twice, it is one order.
    CHECK(desk.told.size() == told);
}

TEST_CASE("fix_ledger: cancels, their reports and their refusals") {
    sent_rig desk;
    desk.ledger.cancel_order({.orderid = "a"});
    const auto id = desk.sent.back().text(tag::cl_ord_id);
    CHECK(desk.sent.back().text(tag::orig_cl_ord_id) == "a");
    CHECK(desk.sent.back().text(tag::order_id) == "x-a");
    CHECK(id != "a");
    SUBCASE("it is cancelled, under the cancel's own id") {
        fix::message made("8");
        made.add(tag::order_id, "x-a")
            .add(tag::cl_ord_id, id)
            .add(tag::orig_cl_ord_id, "a")
            .add(tag::exec_id, "e9")
            .add(tag::exec_type, "4")
            .add(tag::ord_status, "4")
            .add(tag::cum_qty, "0");
        desk.ledger.take(made);
        CHECK(desk.order().orderid == "a");
        CHECK(desk.order().status == status::CANCELLED);
        desk.ledger.cancel_order({.orderid = "a"});
        CHECK(desk.lines.back() == "order a is CANCELLED already");
    }
    SUBCASE("it is refused, and who does not know the order is asked for it") {
        fix::message made("9");
        made.add(tag::cl_ord_id, id).add(tag::orig_cl_ord_id, "a").add(tag::cxl_rej_reason, 1);
        desk.ledger.take(made);
        CHECK(desk.lines.back() == "order a is not cancelled: unknown order");
        CHECK(desk.sent.back().type == "H");
    }
    SUBCASE("there is no line") {
        desk.ledger.logged_out();
        desk.ledger.cancel_order({.orderid = "a"});
        CHECK(desk.lines.back() == "not connected: order a is not cancelled");
    }
}

TEST_CASE("fix_ledger: another's order, a changed order, and a trade that is taken back") {
    rig desk;
    desk.ledger.logged_on();
    desk.report("e0", '0', '0', 0, {{tag::price, "50"}});
    CHECK(desk.order().orderid == "a");
    CHECK(desk.order().volume == 10);
    CHECK(desk.order().price == 50);
    fix::message made("8");
    made.add(tag::cl_ord_id, "b")
        .add(tag::orig_cl_ord_id, "a")
        .add(tag::exec_id, "e1")
        .add(tag::exec_type, "5")
        .add(tag::ord_status, "0")
        .add(tag::order_qty, "12")
        .add(tag::price, "51");
    desk.ledger.take(made);
    CHECK(desk.order().orderid == "a");
    CHECK(desk.order().volume == 12);
    CHECK(desk.order().price == 51);
    made.fields.clear();
    made.add(tag::cl_ord_id, "b")
        .add(tag::exec_id, "e2")
        .add(tag::exec_type, "H")
        .add(tag::ord_status, "0");
    desk.ledger.take(made);
    CHECK(desk.lines.back().find("taken back") != std::string::npos);
    CHECK(desk.order().orderid == "a");
}

TEST_CASE("fix_ledger: a desk that starts anew hears of trades before their orders") {
    rig desk({"trades", "orders"});
    desk.ledger.logged_on();
    fix::message trade("AE");
    trade.add(tag::last_rpt_requested, "Y")
        .add(tag::exec_id, "e1")
        .add(tag::symbol, "SPX")
        .add(tag::security_exchange, "XCBO")
        .add(tag::last_qty, "4")
        .add(tag::last_px, "100")
        .add(tag::no_sides, 1)
        .add(tag::side, "1")
        .add(tag::order_id, "x-a")
        .add(tag::cl_ord_id, "a");
    desk.ledger.take(trade);
    CHECK(desk.all<trader::trade_data>().size() == 1);
    CHECK(desk.all<trader::order_data>().empty());
    CHECK(desk.all<trader::position_data>().empty());
    desk.report("0", 'I', '1', 4, {{tag::mass_status_req_id, "q"}, {tag::last_rpt_requested, "Y"}});
    CHECK(desk.ledger.is_ready());
    CHECK(desk.order().status == status::PARTTRADED);
    CHECK(desk.order().traded == 4);
    CHECK(desk.position() == 4);
    CHECK(desk.all<trader::trade_data>().size() == 1);
    desk.fill("e1", 4, 100, 4);
    CHECK(desk.all<trader::trade_data>().size() == 1);
}
