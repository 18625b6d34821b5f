// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the summary of the demo's client can be trusted. Method: answers, events, snapshots and a
// new server in the orders in which they can happen.

#include "../../../examples/server_client/book.hpp"
#include "../../../examples/server_client/moving_average_cross.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using desk::order_status;
using desk::side;

desk::order order(std::uint64_t id, order_status status, std::int64_t traded = 0,
                  const std::string& reference = "me") {
    desk::order made;
    made.order_id = id;
    made.side = side::buy;
    made.volume = 10;
    made.traded = traded;
    made.status = status;
    made.reference = reference;
    return made;
}

desk::trade trade(std::uint64_t id, side way, std::int64_t volume, double price,
                  const std::string& reference = "me") {
    desk::trade made;
    made.trade_id = id;
    made.side = way;
    made.volume = volume;
    made.price = price;
    made.reference = reference;
    return made;
}

}  // namespace

TEST_CASE("desk book: every order that was sent is accepted, rejected or unknown") {
    desk::book own("me");
    for (int i = 0; i < 5; ++i) {
        own.sent();
    }
    CHECK_FALSE(own.counts().add_up());
    own.answered(order(1, order_status::not_traded));
    own.answered(order(2, order_status::rejected));
    own.failed();
    own.unanswered();
    own.not_sent();
    CHECK(own.counts().add_up());
    CHECK(own.counts().sent == 4);
    CHECK(own.counts().accepted == 1);
    CHECK(own.counts().rejected == 2);
    CHECK(own.counts().unknown == 1);
}

TEST_CASE("desk book: a trade counts once, however often it is told, and others' never") {
    desk::book own("me");
    CHECK(own.add(trade(1, side::buy, 4, 100)));
    CHECK_FALSE(own.add(trade(1, side::buy, 4, 100)));
    CHECK_FALSE(own.add(trade(2, side::buy, 9, 100, "you")));
    CHECK(own.add(trade(3, side::sell, 1, 110)));
    CHECK(own.trades() == 2);
    CHECK(own.position() == 3);
    CHECK(own.cash() == doctest::Approx(-290));
}

TEST_CASE("desk book: an order is open until its state says otherwise") {
    desk::book own("me");
    CHECK(own.add(order(1, order_status::not_traded)));
    CHECK(own.add(order(2, order_status::part_traded, 3)));
    CHECK_FALSE(own.add(order(3, order_status::not_traded, 0, "you")));
    CHECK(own.open_orders().size() == 2);
    own.add(order(1, order_status::cancelled));
    own.add(order(2, order_status::all_traded, 10));
    CHECK(own.open_orders().empty());
}

TEST_CASE("desk book: a snapshot brings missed trades and tells the fate of unanswered orders") {
    desk::book own("me");
    own.take_over({order(1, order_status::all_traded, 10)}, {});  // From an earlier run.
    own.sent();
    own.answered(order(2, order_status::not_traded));
    own.sent();
    own.unanswered();
    own.add(trade(1, side::buy, 4, 100));

    const std::vector<desk::order> orders{
        order(1, order_status::all_traded, 10), order(2, order_status::part_traded, 4),
        order(3, order_status::part_traded, 2), order(4, order_status::not_traded, 0, "you")};
    CHECK(own.take_over(orders, {trade(1, side::buy, 4, 100), trade(2, side::buy, 2, 100),
                                 trade(3, side::buy, 5, 100, "you")}) == 1);
    CHECK(own.counts().accepted == 2);
    CHECK(own.counts().unknown == 0);
    CHECK(own.counts().add_up());
    CHECK(own.position() == 6);
    CHECK(own.open_orders().size() == 2);
}

TEST_CASE("desk book: a new server starts from nothing, the position does not") {
    desk::book own("me");
    own.sent();
    own.answered(order(1, order_status::part_traded, 4));
    own.add(trade(1, side::buy, 4, 100));
    own.sent();
    own.unanswered();

    CHECK(own.forget_server() == 1);
    CHECK(own.open_orders().empty());
    CHECK(own.position() == 4);
    CHECK(own.trades_of_this_server() == 0);
    CHECK(own.add(trade(1, side::buy, 1, 100)));  // The same number, another trade.
    CHECK(own.position() == 5);
    CHECK(own.counts().unknown == 1);
}

TEST_CASE("desk book: it agrees with the server while orders and trades give the same position") {
    desk::book own("me");
    own.add(trade(1, side::sell, 7, 100));
    own.forget_server();
    own.add(trade(1, side::buy, 4, 100));
    const std::vector<desk::order> orders{order(1, order_status::part_traded, 4),
                                          order(2, order_status::all_traded, 10, "you")};
    const std::vector<desk::trade> trades{trade(1, side::buy, 4, 100),
                                          trade(2, side::buy, 10, 100, "you")};
    CHECK(own.agrees_with(orders, trades));
    CHECK_FALSE(own.agrees_with({}, trades));
    CHECK_FALSE(own.agrees_with(orders, {}));
}

TEST_CASE("moving average cross: the direction follows the averages, once there are enough days") {
    desk::moving_average_cross rule(1, 3);
    rule.add(1);
    rule.add(2);
    CHECK(rule.direction() == 0);
    rule.add(3);
    CHECK(rule.direction() == 1);
    rule.add(1);
    CHECK(rule.direction() == -1);
    rule.clear();
    CHECK(rule.direction() == 0);
    CHECK_THROWS_AS(desk::moving_average_cross(3, 3), std::invalid_argument);
    CHECK_THROWS_AS(desk::moving_average_cross(0, 3), std::invalid_argument);
}
