// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the simulated exchange behaves as a gateway does, and two of them do not meet. Method:
// steps that the test asks for, and everything that arrives at the event engine; threads and the
// clock only where they are the subject.

#include "sim_gateway/sim_gateway.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using nlohmann::json;
using trader::direction;
using trader::gateway_state;
using trader::order_type;
using trader::sim_gateway;
using trader::status;

/// An event engine and what it has delivered.
struct heard_events {
    heard_events() {
        engine.register_general([this](const trader::event& happened) {
            if (happened.type != trader::EVENT_TIMER) {
                const std::scoped_lock lock(mutex);
                events.push_back(happened);
                changed.notify_all();
            }
        });
        engine.start();
    }

    /// What arrived since the last call, of one kind.
    template <class Data>
    std::vector<Data> take() {
        std::vector<Data> found;
        for (const auto& each : take_all()) {
            if (const auto* data = std::get_if<Data>(&each.data)) {
                found.push_back(*data);
            }
        }
        return found;
    }

    std::vector<trader::event> take_all() {
        engine.run_and_wait([] {});  // Behind all that was put before.
        const std::scoped_lock lock(mutex);
        return std::exchange(events, {});
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::vector<trader::event> events;
    trader::event_engine engine;  // Its thread uses the others, so it ends first.
};

/// Settings of a gateway that stands still until the test asks for a step.
json still(const json& others = json::object()) {
    json setting{{"speed", 0}, {"session", "T"}};
    setting.update(others);
    return setting;
}

trader::subscribe_request spx() {
    return {.symbol = "SPX", .exchange = trader::exchange::CBOE};
}

trader::order_request buy(double volume, double price, const std::string& id = {}) {
    return {.symbol = "SPX",
            .exchange = trader::exchange::CBOE,
            .direction = direction::LONG,
            .type = price > 0 ? order_type::LIMIT : order_type::MARKET,
            .volume = volume,
            .price = price,
            .orderid = id};
}

/// Answer to a query for history: the bars, or the reason why there are none.
std::pair<std::vector<trader::bar_data>, std::string> history(
    sim_gateway& gateway, const trader::history_request& request) {
    std::pair<std::vector<trader::bar_data>, std::string> answer;
    gateway.query_history(request, gateway.gateway_name(),
                          [&](std::vector<trader::bar_data> bars, std::string error) {
                              gateway.query_account();  // The gateway can be used in here.
                              answer = {std::move(bars), std::move(error)};
                          });
    return answer;
}

}  // namespace

TEST_CASE("connect tells the contracts and the account, and once more tells a line only") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    CHECK(gateway.gateway_name() == "SIM");
    CHECK(gateway.default_setting().at("account") == "SIM-1");
    CHECK(gateway.exchanges().size() == 4);
    gateway.connect(still());

    std::vector<gateway_state> states;
    std::vector<std::string> symbols;
    for (const auto& each : heard.take_all()) {
        if (const auto* state = std::get_if<trader::gateway_data>(&each.data)) {
            CHECK(state->gateway_name == "SIM");
            states.push_back(state->state);
        } else if (const auto* contract = std::get_if<trader::contract_data>(&each.data)) {
            symbols.push_back(contract->id());
            CHECK(contract->net_position == (contract->symbol != "SPF"));
            CHECK(contract->history_data);
        } else if (const auto* account = std::get_if<trader::account_data>(&each.data)) {
            CHECK(account->vt_accountid() == "SIM.SIM-1");
            CHECK(account->balance == 1'000'000);
        } else {
            CHECK(std::get<trader::log_data>(each.data).gateway_name == "SIM");
        }
    }
    CHECK(states == std::vector{gateway_state::CONNECTING, gateway_state::CONNECTED});
    CHECK(symbols ==
          std::vector<std::string>{"SIM.SPX.CBOE", "SIM.SPY.ARCA", "SIM.ES.CME", "SIM.SPF.SHFE"});

    gateway.connect(still());
    const auto told = heard.take_all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<trader::log_data>(told[0].data).msg == "SIM is connected already");
}

TEST_CASE("a setting that cannot be used is named, and nothing is told") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    const std::vector<std::pair<json, std::string>> cases{
        {{{"sped", 1}}, "there is no setting 'sped'"},
        {{{"speed", "fast"}}, "setting 'speed' takes a number"},
        {{{"speed", -1}}, "setting 'speed' takes a number from 0 to 100000, not -1"},
        {{{"speed", 1e-300}}, "setting 'speed' takes 0, or 0.001 and more, not 1e-300"},
        {{{"seed", -1}}, "setting 'seed' takes a whole number, 0 or more, not -1"},
        {{{"seed", 1.5}}, "setting 'seed' takes a whole number, 0 or more, not 1.5"},
        {{{"account", ""}}, "setting 'account' takes the account's name"},
        {{{"balance", -5}}, "setting 'balance' takes a number from 0 to"},
        {{{"data", "/nowhere.csv"}}, "setting 'data': cannot open /nowhere.csv"},
        {{{"loop", 1}}, "setting 'loop' takes a boolean"},
        {{{"history_bars", 100'000}}, "setting 'history_bars': there are "},
        {{{"history_bars", -1}}, "setting 'history_bars' takes a whole number"},
        {{{"session", "a.b"}}, "setting 'session' takes up to 32 letters"},
        {{{"symbols", {1}}}, "setting 'symbols' takes a list of texts"},
        {{{"symbols", json::array()}}, "setting 'symbols': at least one symbol"},
        {{{"symbols", {"DAX"}}},
         "setting 'symbols': no symbol 'DAX' here, there are: SPX, SPY, ES, SPF"}};
    for (const auto& each : cases) {
        const auto& text = each.second;
        CAPTURE(text);
        std::string problem;
        try {
            gateway.connect(each.first);
        } catch (const std::invalid_argument& error) {
            problem = error.what();
        }
        CHECK(problem.substr(0, text.size()) == text);
    }
    CHECK(heard.take_all().empty());
    gateway.connect(still());
    CHECK(heard.take<trader::contract_data>().size() == 4);
}

TEST_CASE("ticks are told of subscribed symbols, the newest at once") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    gateway.connect(still());
    CHECK(gateway.step());
    CHECK(heard.take<trader::tick_data>().empty());

    gateway.subscribe(spx(), "SIM");
    const auto newest = heard.take<trader::tick_data>();
    REQUIRE(newest.size() == 1);
    CHECK(newest[0].id() == "SIM.SPX.CBOE");
    gateway.subscribe(spx(), "SIM");
    CHECK(heard.take<trader::tick_data>().empty());  // It would be a second one for the first.
    CHECK(gateway.step());
    const auto next = heard.take<trader::tick_data>();
    REQUIRE(next.size() == 1);
    CHECK(next[0].datetime > newest[0].datetime);

    gateway.unsubscribe(spx(), "SIM");
    CHECK(gateway.step());
    CHECK(heard.take<trader::tick_data>().empty());

    gateway.subscribe({.symbol = "DAX", .exchange = trader::exchange::EUREX}, "SIM");
    gateway.unsubscribe(spx(), "SIM");
    const auto lines = heard.take<trader::log_data>();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].level == trader::log_data::warning);
    CHECK(lines[0].msg ==
          "unknown symbol DAX.EUREX, there are: SPX.CBOE, SPY.ARCA, ES.CME, SPF.SHFE");
    CHECK(lines[1].msg == "SPX.CBOE is not subscribed to");
}

TEST_CASE("history has the daily bars that are over, and says what it has not") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    const trader::history_request all{.symbol = "SPX", .exchange = trader::exchange::CBOE};
    CHECK(history(gateway, all).second == "SIM is not connected");
    gateway.connect(still({{"history_bars", 5}}));
    const auto bars = history(gateway, all).first;
    REQUIRE(bars.size() == 5);
    CHECK(bars[0].gateway_name == "SIM");
    CHECK(bars[0].close_price == 2695.81);
    for (int i = 0; i < 10; ++i) {
        gateway.step();
    }
    CHECK(history(gateway, all).first.size() == 6);

    auto part = all;
    part.start = bars[1].datetime;
    part.end = bars[3].datetime;
    part.interval = trader::interval::DAILY;
    CHECK(history(gateway, part).first.size() == 3);
    part.interval = trader::interval::MINUTE;
    CHECK(history(gateway, part).second == "SIM has DAILY bars only, not MINUTE");
    part.symbol = "DAX";
    CHECK(history(gateway, part).second ==
          "unknown symbol DAX.CBOE, there are: SPX.CBOE, SPY.ARCA, ES.CME, SPF.SHFE");
}

TEST_CASE("an order has the sender's id, once, or one of the session's") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    gateway.connect(still());
    CHECK(gateway.send_order(buy(1, 2000, "mine"), "SIM") == "SIM.mine");
    CHECK(gateway.send_order(buy(1, 2000), "SIM") == "SIM.T-000001");
    heard.take_all();
    CHECK(gateway.send_order(buy(2, 2100, "mine"), "SIM") == "SIM.mine");
    const auto told = heard.take_all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<trader::log_data>(told[0].data).msg ==
          "SIM: order mine was sent before, nothing is done");
    gateway.cancel_order({.orderid = "mine"}, "SIM");
    const auto cancelled = heard.take<trader::order_data>();
    REQUIRE(cancelled.size() == 1);
    CHECK(cancelled[0].status == status::CANCELLED);
    CHECK(cancelled[0].volume == 1);
}

TEST_CASE("drawn sessions differ, so that ids of two lives do") {
    heard_events heard;
    std::set<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        sim_gateway gateway(heard.engine);
        gateway.connect({{"speed", 0}});
        const auto id = gateway.send_order(buy(1, 2000), "SIM");
        CHECK(id.size() == std::string("SIM.ABCD-000001").size());
        ids.insert(id);
    }
    CHECK(ids.size() > 1);
}

TEST_CASE("two gateways on one event engine do not meet") {
    heard_events heard;
    sim_gateway left(heard.engine, "LEFT");
    sim_gateway right(heard.engine, "RIGHT");
    left.connect(still({{"balance", 5000}}));
    right.connect(still({{"seed", 2}, {"symbols", {"SPX"}}, {"account", "other"}}));
    left.subscribe(spx(), "LEFT");
    right.subscribe(spx(), "RIGHT");
    heard.take_all();
    left.step();
    for (const auto& tick : heard.take<trader::tick_data>()) {
        CHECK(tick.gateway_name == "LEFT");
    }

    CHECK(left.send_order(buy(1, 0, "same"), "LEFT") == "LEFT.same");
    CHECK(right.send_order(buy(1, 2000, "same"), "RIGHT") == "RIGHT.same");
    right.cancel_order({.orderid = "same"}, "RIGHT");
    std::set<std::string> told;
    for (const auto& each : heard.take<trader::order_data>()) {
        told.insert(each.vt_orderid() + " " + std::string(name_of(each.status)));
    }
    CHECK(told == std::set<std::string>{"LEFT.same SUBMITTING", "LEFT.same ALLTRADED",
                                        "RIGHT.same SUBMITTING", "RIGHT.same NOTTRADED",
                                        "RIGHT.same CANCELLED"});

    left.query_position();
    right.query_position();
    left.query_account();
    right.query_account();
    told.clear();
    for (const auto& each : heard.take_all()) {
        if (const auto* position = std::get_if<trader::position_data>(&each.data)) {
            told.insert(position->vt_positionid());
        } else {
            told.insert(std::get<trader::account_data>(each.data).vt_accountid());
        }
    }
    CHECK(told == std::set<std::string>{"LEFT.SPX.CBOE.NET", "LEFT.LEFT-1", "RIGHT.other"});

    right.send_quote({.symbol = "SPY",
                      .exchange = trader::exchange::ARCA,
                      .bid_price = 200,
                      .bid_volume = 1,
                      .ask_price = 400,
                      .ask_volume = 1},
                     "RIGHT");
    const auto refused = heard.take<trader::quote_data>();
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].reason == "unknown symbol SPY.ARCA, there are: SPX.CBOE");

    left.close();
    CHECK_FALSE(left.step());
    CHECK(right.step());
}

TEST_CASE("another gateway's name is refused") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    gateway.connect(still());
    heard.take_all();
    CHECK_THROWS_WITH_AS(gateway.send_order(buy(1, 2000), "SIM.X"),
                         "there is no gateway 'SIM.X' behind SIM", std::invalid_argument);
    CHECK_THROWS_AS(gateway.cancel_order({}, ""), std::invalid_argument);
    CHECK_THROWS_AS(gateway.send_quote({}, "X"), std::invalid_argument);
    CHECK_THROWS_AS(gateway.cancel_quote({}, "X"), std::invalid_argument);
    CHECK_THROWS_AS(gateway.subscribe(spx(), "X"), std::invalid_argument);
    CHECK_THROWS_AS(gateway.unsubscribe(spx(), "X"), std::invalid_argument);
    CHECK_THROWS_AS(gateway.query_history({}, "X", {}), std::invalid_argument);
    CHECK(heard.take_all().empty());
}

TEST_CASE("a gateway that is not connected rejects orders and logs the rest") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    CHECK(gateway.send_order(buy(1, 2000, "mine"), "SIM") == "SIM.mine");
    CHECK(gateway.send_order(buy(1, 2000), "SIM") == "SIM.refused-1");
    CHECK(gateway.send_quote({}, "SIM") == "SIM.refused-2");
    for (const auto& each : heard.take<trader::order_data>()) {
        CHECK(each.status == status::REJECTED);
        CHECK(each.reason == "SIM is not connected");
    }
    gateway.subscribe(spx(), "SIM");
    gateway.cancel_order({.orderid = "mine"}, "SIM");
    gateway.cancel_quote({.orderid = "mine"}, "SIM");
    gateway.query_account();
    gateway.query_position();
    CHECK(heard.take<trader::log_data>().size() == 4);
    CHECK_FALSE(gateway.step());
    gateway.close();
    CHECK(heard.take_all().empty());
}

TEST_CASE("a subscription that was made before connect holds") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    gateway.subscribe(spx(), "SIM");
    gateway.connect({{"speed", 0}});
    gateway.step();
    CHECK_FALSE(heard.take<trader::tick_data>().empty());
}

TEST_CASE("with a speed the steps come by themselves until the gateway is closed") {
    heard_events heard;
    sim_gateway gateway(heard.engine);
    for (int life = 0; life < 2; ++life) {
        gateway.connect({{"speed", 2000}});
        gateway.subscribe(spx(), "SIM");
        std::unique_lock lock(heard.mutex);
        CHECK(heard.changed.wait_for(lock, std::chrono::seconds(30), [&] {
            std::size_t ticks = 0;
            for (const auto& each : heard.events) {
                ticks += std::holds_alternative<trader::tick_data>(each.data) ? 1U : 0U;
            }
            return ticks > 20;
        }));
        lock.unlock();
        gateway.close();
        const auto told = heard.take_all();
        REQUIRE_FALSE(told.empty());
        CHECK(std::get<trader::gateway_data>(told.back().data).state ==
              gateway_state::DISCONNECTED);
    }
    gateway.connect({{"speed", 2000}});  // The destructor ends it as well.
}
