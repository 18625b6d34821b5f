// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the simulated exchange keeps its rules. Method: orders and quotes one by one in markets
// with made-up prices, and everything that it tells of them.

#include "sim_gateway/sim_exchange.hpp"

#include "sim_market.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using trader::direction;
using trader::order_type;
using trader::status;

using enum direction;

using test::make_bars;
using test::make_markets;
using test::rig_setting;

/// An exchange with all that it has told.
struct rig {
    using told =
        std::variant<trader::tick_data, trader::trade_data, trader::order_data, trader::quote_data,
                     trader::position_data, trader::account_data, std::string>;

    explicit rig(const rig_setting& setting = {})
        : exchange(setting.exchange, make_markets(setting)) {
        exchange.on_tick = [this](const auto& tick) { log.emplace_back(tick); };
        exchange.on_trade = [this](const auto& trade) { log.emplace_back(trade); };
        exchange.on_order = [this](const auto& order) {
            orders[order.orderid] = order;
            log.emplace_back(order);
        };
        exchange.on_quote = [this](const auto& quote) { log.emplace_back(quote); };
        exchange.on_position = [this](const auto& position) { log.emplace_back(position); };
        exchange.on_account = [this](const auto& account) { log.emplace_back(account); };
        exchange.on_log = [this](const auto& msg, int) { log.emplace_back(msg); };
    }

    rig(const rig&) = delete;
    rig& operator=(const rig&) = delete;

    /// What was told since the last call, of one kind.
    template <class Data>
    std::vector<Data> take() {
        std::vector<Data> found;
        for (const auto& each : std::exchange(log, {})) {
            if (const auto* data = std::get_if<Data>(&each)) {
                found.push_back(*data);
            }
        }
        return found;
    }

    trader::sim::sim_exchange exchange;
    std::vector<told> log;
    std::map<std::string, trader::order_data> orders;  // The newest state of each.
};

trader::order_request order(direction side, double volume, double price,
                            order_type type = order_type::LIMIT) {
    return {.symbol = "SPX",
            .exchange = trader::exchange::CBOE,
            .direction = side,
            .type = type,
            .volume = volume,
            .price = price};
}

trader::quote_request quote(double bid, double ask, double volume) {
    return {.symbol = "SPX",
            .exchange = trader::exchange::CBOE,
            .bid_price = bid,
            .bid_volume = volume,
            .ask_price = ask,
            .ask_volume = volume};
}

std::vector<status> states(const std::vector<trader::order_data>& orders) {
    std::vector<status> found;
    found.reserve(orders.size());
    for (const auto& each : orders) {
        found.push_back(each.status);
    }
    return found;
}

/// One that has made its first step: the price is 3020, the best prices 5 cents away.
struct open_rig : rig {
    explicit open_rig(const rig_setting& given = {}) : rig(given) {
        exchange.step();
        log.clear();
    }

    const trader::tick_data& tick() const { return *exchange.find_tick("SPX.CBOE"); }
    double asked() const {
        const auto& t = tick();
        return t.ask_volume_1 + t.ask_volume_2 + t.ask_volume_3 + t.ask_volume_4 + t.ask_volume_5;
    }
};

}  // namespace

TEST_CASE("what breaks a rule is rejected with the rule, and nothing else happens") {
    open_rig desk({.exchange = {.session = "TEST", .balance = 10'000}});
    const double nan = std::numeric_limits<double>::quiet_NaN();
    auto unknown = order(LONG, 1, 3000);
    unknown.exchange = trader::exchange::NYSE;
    const std::vector<std::pair<trader::order_request, std::string>> cases{
        {unknown, "unknown symbol SPX.NYSE, there are: SPX.CBOE, SPY.ARCA, ES.CME"},
        {order(direction::NET, 1, 3000), "the direction must be LONG or SHORT"},
        {order(LONG, 0, 3000), "the volume must be positive"},
        {order(LONG, -1, 3000), "the volume must be positive"},
        {order(LONG, nan, 3000), "the volume must be positive"},
        {order(LONG, 0.5, 3000), "the volume 0.5 is below the smallest order, 1"},
        {order(LONG, 1001, 3000), "the volume 1001 is over the largest order, 1000"},
        {order(LONG, 1.5, 3000), "the volume 1.5 is not a multiple of 1"},
        {order(LONG, 1, 0), "the price must be a positive number"},
        {order(LONG, 1, -5), "the price must be a positive number"},
        {order(LONG, 1, nan), "the price must be a positive number"},
        {order(LONG, 1, std::numeric_limits<double>::infinity()),
         "the price must be a positive number"},
        {order(LONG, 1, 1e300), "the price is over the highest that is taken, 1000000000"},
        {order(LONG, 1, 3000.014, order_type::FOK),
         "the price 3000.014 is not a multiple of 0.01, the nearest is 3000.01"},
        {order(LONG, 1, 0.001), "the price 0.001 is not a multiple of 0.01, the nearest is 0.01"},
        {order(LONG, 1, 3000, order_type::STOP),
         "orders of type STOP are not supported, only LIMIT, MARKET, FAK and FOK"},
        {order(LONG, 1, 3000, order_type::RFQ),
         "orders of type RFQ are not supported, only LIMIT, MARKET, FAK and FOK"},
        {order(LONG, 1, 3000, order_type::ETF),
         "orders of type ETF are not supported, only LIMIT, MARKET, FAK and FOK"},
        {order(LONG, 34, 3000),
         "not enough money: the margin needed is 10200.00, available is 10000.00"},
        {order(SHORT, 34, nan, order_type::MARKET),
         "not enough money: the margin needed is 10268.00, available is 10000.00"}};
    for (const auto& each : cases) {
        const auto& reason = each.second;
        CAPTURE(reason);
        const auto id = desk.exchange.send_order(each.first);
        REQUIRE(desk.log.size() == 1);
        const auto told = desk.take<trader::order_data>();
        REQUIRE(told.size() == 1);
        CHECK(told[0].orderid == id);
        CHECK(told[0].status == status::REJECTED);
        CHECK(told[0].reason == reason);
        CHECK(std::isfinite(told[0].price));
        CHECK(std::isfinite(told[0].volume));
    }
    CHECK(desk.exchange.account().frozen == 0);
}

TEST_CASE("an order that meets nothing rests, binds margin, and can be cancelled once") {
    open_rig desk;
    const auto id = desk.exchange.send_order(order(LONG, 10, 2900));
    CHECK(desk.exchange.account().frozen == doctest::Approx(2900));
    CHECK(states(desk.take<trader::order_data>()) ==
          std::vector{status::SUBMITTING, status::NOTTRADED});

    desk.exchange.cancel_order(
        {.orderid = id, .symbol = "SPY", .exchange = trader::exchange::ARCA});
    CHECK(desk.take<std::string>() ==
          std::vector<std::string>{"order " + id + " is one of SPX.CBOE, not of SPY.ARCA"});
    desk.exchange.cancel_order({.orderid = id});
    CHECK(desk.exchange.account().frozen == 0);
    CHECK(states(desk.take<trader::order_data>()) == std::vector{status::CANCELLED});

    desk.exchange.cancel_order({.orderid = id});
    desk.exchange.cancel_order({.orderid = "none"});
    CHECK(desk.take<std::string>() ==
          std::vector<std::string>{"order " + id + " is CANCELLED already",
                                   "there is no order none to cancel"});
}

TEST_CASE("a market order takes what there is, and its rest is cancelled") {
    open_rig desk;
    const double offered = desk.asked();
    const auto id = desk.exchange.send_order(order(LONG, 500, 0, order_type::MARKET));
    CHECK(desk.orders.at(id).status == status::CANCELLED);
    CHECK(desk.orders.at(id).traded == offered);
    const auto trades = desk.take<trader::trade_data>();
    REQUIRE(trades.size() == 5);
    CHECK(trades[0].price == 3020.05);
    CHECK(trades[4].price == 3020.25);
    CHECK(desk.exchange.account().frozen == 0);
}

TEST_CASE("fill and kill takes what its price allows, fill or kill all or nothing") {
    open_rig desk;
    const double first = desk.tick().ask_volume_1;
    const auto killed = desk.exchange.send_order(order(LONG, first + 1, 3020.05, order_type::FOK));
    CHECK(states(desk.take<trader::order_data>()) ==
          std::vector{status::SUBMITTING, status::CANCELLED});
    CHECK(desk.orders.at(killed).traded == 0);

    const auto part = desk.exchange.send_order(order(LONG, first + 1, 3020.05, order_type::FAK));
    CHECK(states(desk.take<trader::order_data>()) ==
          std::vector{status::SUBMITTING, status::PARTTRADED, status::CANCELLED});
    CHECK(desk.orders.at(part).traded == first);

    const double second = desk.tick().ask_volume_2;
    desk.exchange.send_order(order(LONG, second, 3020.10, order_type::FOK));
    CHECK(states(desk.take<trader::order_data>()) ==
          std::vector{status::SUBMITTING, status::ALLTRADED});
}

TEST_CASE("a fill is told as trade, order, position, account") {
    open_rig desk;
    desk.exchange.send_order(order(SHORT, 1, 3019.95));
    REQUIRE(desk.log.size() == 4);  // No money was made and none is bound.
    CHECK(std::get<trader::order_data>(desk.log[0]).status == status::SUBMITTING);
    CHECK(std::get<trader::trade_data>(desk.log[1]).tradeid == "TEST-T000001");
    CHECK(std::get<trader::order_data>(desk.log[2]).status == status::ALLTRADED);
    CHECK(std::get<trader::position_data>(desk.log[3]).volume == -1);
    CHECK(std::get<trader::position_data>(desk.log[3]).pnl == doctest::Approx(-0.05));

    desk.log.clear();
    desk.exchange.send_order(order(LONG, 1, 3020.05));
    REQUIRE(desk.log.size() == 5);
    CHECK(std::get<trader::trade_data>(desk.log[1]).price == 3020.05);
    CHECK(std::get<trader::position_data>(desk.log[3]).volume == 0);
    CHECK(std::get<trader::position_data>(desk.log[3]).price == 0);
    CHECK(std::get<trader::account_data>(desk.log[4]).balance == doctest::Approx(999'999.9));
}

TEST_CASE("a resting order is filled by the house at its own price, as far as the volume goes") {
    open_rig desk;
    // Every day the price goes to 20 points below the open, through this price.
    const auto id = desk.exchange.send_order(order(LONG, 100, 3015));
    for (int i = 0; i < 10 && desk.orders.at(id).traded == 0; ++i) {
        desk.exchange.step();
    }
    const auto part = desk.orders.at(id);
    CHECK(part.status == status::PARTTRADED);
    double sum = 0;
    for (const auto& trade : desk.take<trader::trade_data>()) {
        CHECK(trade.price == 3015);
        sum += trade.volume;
    }
    CHECK(sum == part.traded);
    CHECK(sum <= 5 * 9);  // Five levels of the house, nine at most on each.
    CHECK(desk.exchange.account().frozen == doctest::Approx(301.5 * (100 - sum)));
    CHECK(desk.exchange.positions().at(0).frozen == 0);
}

TEST_CASE("an id that was used is no second order, and own ids step aside") {
    open_rig desk;
    auto mine = order(LONG, 1, 2900);
    mine.orderid = "TEST-000001";
    CHECK(desk.exchange.send_order(mine) == "TEST-000001");
    desk.log.clear();
    mine.volume = 2;
    CHECK(desk.exchange.send_order(mine) == "TEST-000001");
    REQUIRE(desk.log.size() == 1);
    CHECK(std::get<std::string>(desk.log[0]) ==
          "order TEST-000001 was sent before, nothing is done");
    CHECK(desk.exchange.account().frozen == doctest::Approx(290));
    CHECK(desk.exchange.send_order(order(LONG, 1, 2900)) == "TEST-000002");
    CHECK(desk.exchange.send_quote(quote(2900, 3100, 1)) == "TEST-000003");

    mine.orderid = "refused";
    mine.volume = 0;
    desk.exchange.send_order(mine);
    mine.volume = 1;
    desk.exchange.send_order(mine);
    CHECK(desk.orders.at("refused").status == status::REJECTED);
}

TEST_CASE("a quote trades on both sides under one id until both are done") {
    open_rig desk;
    const auto id = desk.exchange.send_quote(quote(3019.98, 3020.02, 2));
    CHECK(desk.exchange.account().frozen == doctest::Approx(0.1 * 2 * (3019.98 + 3020.02)));
    // It is better than the house's prices, so it is first to trade.
    const auto seller = desk.exchange.send_order(order(SHORT, 2, 3019.98));
    CHECK(desk.orders.at(seller).status == status::ALLTRADED);
    desk.exchange.send_order(order(LONG, 1, 3020.02));
    desk.exchange.send_order(order(LONG, 1, 3020.02));
    std::vector<status> seen;
    std::map<direction, double> traded;
    for (const auto& each : desk.log) {
        if (const auto* told = std::get_if<trader::quote_data>(&each)) {
            seen.push_back(told->status);
        } else if (const auto* trade = std::get_if<trader::trade_data>(&each)) {
            traded[trade->signed_volume() > 0 ? LONG : SHORT] +=
                trade->orderid == id ? trade->volume : 0;
        }
    }
    CHECK(seen == std::vector{status::SUBMITTING, status::NOTTRADED, status::PARTTRADED,
                              status::PARTTRADED, status::ALLTRADED});
    CHECK(traded == std::map<direction, double>{{LONG, 2}, {SHORT, 2}});
    CHECK(desk.exchange.account().frozen == 0);
    // The account has traded with itself only: it has nothing and has paid nothing.
    CHECK(desk.exchange.positions().at(0).volume == 0);
    CHECK(desk.exchange.account().balance == doctest::Approx(1'000'000));
}

TEST_CASE("a quote ends with both sides, and keeps rules of its own") {
    open_rig desk;
    const auto id = desk.exchange.send_quote(quote(2900, 3100, 2));
    desk.exchange.cancel_order({.orderid = id});
    CHECK(desk.exchange.account().frozen > 0);  // It is no order.
    desk.exchange.cancel_quote({.orderid = id});
    CHECK(desk.exchange.account().frozen == 0);
    CHECK(desk.take<trader::quote_data>().back().status == status::CANCELLED);

    for (const auto& [request, reason] : std::vector<std::pair<trader::quote_request, std::string>>{
             {quote(3000, 3000, 1), "the bid price must be below the ask price"},
             {quote(2900, 3100, 0), "the bid volume must be positive"},
             {quote(2900, 0, 1), "the ask price must be a positive number"},
             {quote(0, 3100, 1), "the bid price must be a positive number"}}) {
        desk.exchange.send_quote(request);
        const auto told = desk.take<trader::quote_data>();
        REQUIRE(told.size() == 1);
        CHECK(told[0].status == status::REJECTED);
        CHECK(told[0].reason == reason);
    }
}

TEST_CASE("who has no money left can still close") {
    open_rig desk({.exchange = {.session = "TEST", .balance = 310}});
    desk.exchange.send_order(order(LONG, 1, 3020.05));
    desk.exchange.send_order(order(LONG, 1, 2900));
    const auto closing = desk.exchange.send_order(order(SHORT, 1, 3100));
    CHECK(desk.orders.at(closing).status == status::NOTTRADED);
    CHECK(desk.exchange.positions().at(0).frozen == 1);
    const auto opening = desk.exchange.send_order(order(SHORT, 1, 3100));
    CHECK(desk.orders.at(opening).status == status::REJECTED);
}

TEST_CASE("commission is taken from the balance") {
    open_rig desk({.exchange = {.session = "TEST", .commission_rate = 0.001}});
    desk.exchange.send_order(order(LONG, 2, 3020.05, order_type::FAK));
    const double traded = desk.exchange.positions().at(0).volume;
    CHECK(desk.exchange.account().balance == doctest::Approx(1'000'000 - traded * 3.02005));
}

TEST_CASE("a tick shows five levels, and the account's orders in them") {
    open_rig desk;
    CHECK(desk.tick().last_price == 3020);
    CHECK(desk.tick().bid_price_5 == 3019.75);
    desk.exchange.send_order(order(LONG, 7, 2990.5));
    desk.exchange.step();
    for (const auto& tick : desk.take<trader::tick_data>()) {
        CHECK(tick.bid_price_1 < tick.last_price);
        CHECK(tick.last_price < tick.ask_price_1);
        CHECK(tick.ask_price_4 < tick.ask_price_5);
        CHECK(tick.ask_volume_5 > 0);
    }
}

TEST_CASE("prices end with the data, or start again") {
    rig once({.replay = {.history_bars = 2, .loop = false}});
    int steps = 0;
    while (once.exchange.step()) {
        ++steps;
    }
    CHECK(steps == 4 * 10);
    CHECK_FALSE(once.exchange.step());
    CHECK(once.take<std::string>().size() == 1);

    rig again;
    for (int i = 0; i < 4 * 10 + 1; ++i) {
        REQUIRE(again.exchange.step());
    }
    CHECK(again.take<std::string>() ==
          std::vector<std::string>{"the replay starts again from its first day"});
}

TEST_CASE("orders and quotes that are over are forgotten beyond a limit, the oldest first") {
    open_rig desk({.exchange = {.session = "TEST", .closed_max = 2}});
    const auto send = [&](const std::string& id, double volume) {
        auto request = order(LONG, volume, 2900);
        request.orderid = id;
        desk.exchange.send_order(request);
    };
    const auto is_known = [&](const std::string& id) {
        desk.log.clear();
        desk.exchange.cancel_order({.orderid = id});
        return desk.take<std::string>() != std::vector{"there is no order " + id + " to cancel"};
    };
    send("rests", 1);
    for (const std::string id : {"a", "b", "c"}) {
        send(id, -1);  // Rejected, and so over.
    }
    send("d", 1);
    CHECK_FALSE(is_known("a"));
    CHECK(is_known("b"));
    CHECK(is_known("c"));
    send("a", 1);  // A new one under an id that was forgotten.
    CHECK(desk.orders.at("a").status == status::NOTTRADED);
    send("b", 1);  // Not forgotten: the first order stands.
    CHECK(desk.orders.at("b").status == status::REJECTED);
    CHECK(is_known("rests"));
}
