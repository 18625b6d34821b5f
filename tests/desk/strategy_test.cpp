// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: strategies get what is theirs, keep to their limits and outlive the program. Method: one
// that does what the tick's name says, at a gateway that does what the test says; and those of the
// example at the simulated exchange, step by step.

#include "cta_strategy/strategy_engine.hpp"

#include "cta_strategy/breakout_strategy.hpp"
#include "cta_strategy/ma_cross_strategy.hpp"
#include "desk_pair.hpp"
#include "sim_gateway/sim_gateway.hpp"
#include "station.hpp"
#include "trader/order_throttle.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using trader::gateway_state;
using trader::order_throttle;
using trader::strategy_engine;

/// Does what the name of a tick says, and counts what it is told.
class told_strategy : public trader::cta_template {
    int bars_ = 0;
    double volume_ = 2;
    std::string mood_ = "good";
    int seen_bars_ = 0;
    int starts_ = 0;
    int stops_ = 0;
    int orders_ = 0;
    std::string last_;

public:
    static constexpr std::string_view class_name = "Told";
    static constexpr std::tuple parameters{trader::field{"bars", &told_strategy::bars_},
                                           trader::field{"volume", &told_strategy::volume_},
                                           trader::field{"mood", &told_strategy::mood_}};
    static constexpr std::tuple variables{trader::field{"seen_bars", &told_strategy::seen_bars_},
                                          trader::field{"starts", &told_strategy::starts_},
                                          trader::field{"stops", &told_strategy::stops_},
                                          trader::field{"orders", &told_strategy::orders_},
                                          trader::field{"last", &told_strategy::last_}};

    void on_init() override {
        if (mood_ == "bad") {
            throw std::invalid_argument("no such mood");
        }
        if (bars_ > 0) {
            load_bar(static_cast<std::size_t>(bars_));
        }
    }
    void on_start() override { ++starts_; }
    void on_stop() override { ++stops_; }
    void on_bar(const trader::bar_data& bar) override {
        ++seen_bars_;
        last_ = buy(bar.close_price, 1);  // Not before it has started.
    }
    void on_order(const trader::order_data&) override { ++orders_; }
    void on_trade(const trader::trade_data&) override { last_ = "pos " + std::to_string(pos()); }
    void on_tick(const trader::tick_data& tick) override {
        const double price = tick.last_price;
        if (tick.name == "buy") {
            last_ = buy(price, volume_);
        } else if (tick.name == "sell") {
            last_ = sell(price, volume_);
        } else if (tick.name == "short") {
            last_ = sell_short(price, volume_);
        } else if (tick.name == "cover") {
            last_ = cover(price, volume_);
        } else if (tick.name == "cancel") {
            cancel_order(last_);
        } else if (tick.name == "throw") {
            throw std::runtime_error("enough");
        } else if (tick.name == "log") {
            write_log("hello");
        }
    }
};

/// A platform in a folder, at which strategies trade at a scripted gateway.
struct told_desk {
    explicit told_desk(const test::own_folder& folder) : main(events, folder.path()) {
        strategies.add_class<told_strategy>();
    }

    void open() {
        gateway.tell(test::contract("SPX"));
        gateway.tell(trader::gateway_data{.state = gateway_state::CONNECTED});
        settle();
    }
    void add(const std::string& name, json setting = json::object()) {
        setting["class_name"] = "Told";
        setting["gateway_name"] = "SIM";
        strategies.add_strategy(name, setting);
    }
    void start(const std::string& name) {
        strategies.start_strategy(name);
        settle();
    }
    void tick(const std::string& what, double price = 10) {
        auto made = test::tick("SPX", price);
        made.name = what;
        gateway.tell(made);
        settle();
    }
    void fill(const std::string& orderid, trader::direction side, double volume) {
        auto made = test::trade("t" + std::to_string(++last_trade), volume);
        made.orderid = orderid;
        made.direction = side;
        gateway.tell(made);
        if (auto order = main.get_order("SIM." + orderid)) {
            order->traded += volume;
            order->status = order->traded < order->volume ? trader::status::PARTTRADED
                                                          : trader::status::ALLTRADED;
            gateway.tell(*order);
        }
        settle();
    }
    void settle() {
        // What handlers put comes behind what they were called for.
        for (int i = 0; i < 3; ++i) {
            events.run_and_wait([] {});
        }
    }
    strategy_engine::strategy_state state(const std::string& name = "one") const {
        for (const auto& each : strategies.get_all_strategies()) {
            if (each.name == name) {
                return each;
            }
        }
        throw std::out_of_range(name);
    }
    json variable(const std::string& name) const { return state().variables.at(name); }
    json file(const std::string& name) const { return main.settings().load(name); }

    trader::event_engine events;
    trader::main_engine main;
    test::scripted_gateway& gateway = main.add_gateway<test::scripted_gateway>();
    strategy_engine& strategies = main.add_app<trader::strategy_app>();
    int last_trade = 0;
};

TEST_CASE("the throttle counts what passed within its window") {
    const order_throttle::time start{};
    order_throttle two{2, 1s};
    CHECK(two.admit(1, start));
    CHECK(two.admit(1, start + 500ms));
    CHECK_FALSE(two.admit(1, start + 999ms));
    CHECK(two.admit(1, start + 1s));
    CHECK_FALSE(two.admit(2, start + 1s));
    order_throttle any{0};
    CHECK(any.admit(1'000'000, start));
}

TEST_CASE("the four ways to trade have their directions and offsets") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one");
    desk.start("one");
    const auto sent = [&](const std::string& what) {
        desk.tick(what, 10.004);
        const auto order = *desk.main.get_order(desk.variable("last").get<std::string>());
        CHECK(order.vt_symbol() == "SPX.CBOE");
        CHECK(order.price == 10);  // The contract has cents.
        CHECK(order.volume == 2);
        CHECK(order.reference == "one");
        return std::string(name_of(*order.direction)) + " " + std::string(name_of(order.offset));
    };
    CHECK(sent("buy") == "LONG OPEN");
    CHECK(sent("sell") == "SHORT CLOSE");
    CHECK(sent("short") == "SHORT OPEN");
    CHECK(sent("cover") == "LONG CLOSE");
    desk.tick("cancel");
    CHECK(desk.gateway.asked.all().back() == "cancel_order own-4");
}

TEST_CASE("a strategy subscribes, follows its own orders and fills, and no others") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one");
    CHECK(desk.state().text == "stopped");
    desk.start("one");
    CHECK(desk.gateway.asked.all() == std::vector<std::string>{"subscribe SPX.CBOE"});
    CHECK(desk.state().text == "waits for prices");
    desk.tick("buy");
    CHECK(desk.state().text == "trades");
    REQUIRE(desk.state().orders == 1);
    CHECK(desk.variable("orders") == 2);  // SUBMITTING and NOTTRADED.
    desk.main.send_order(test::buy("other"), "SIM");
    desk.fill("other", trader::direction::LONG, 1);
    CHECK(desk.variable("orders") == 2);
    CHECK(desk.state().position == 0);
    desk.fill("own-1", trader::direction::LONG, 2);
    CHECK(desk.state().position == 2);
    CHECK(desk.state().trades == 1);
    CHECK(desk.variable("last") == "pos 2.000000");
    desk.tick("short");
    desk.fill("own-2", trader::direction::SHORT, 2);
    CHECK(desk.state().position == 0);
}

TEST_CASE("ticks of other symbols and of other gateways are not a strategy's") {
    const test::own_folder folder;
    told_desk desk{folder};
    auto& other = desk.main.add_gateway<test::scripted_gateway>("SIM2");
    desk.open();
    desk.add("one");
    desk.start("one");
    auto tick = test::tick("SPX", 10);
    tick.name = "buy";
    other.tell(tick);
    tick.symbol = "SPY";
    desk.gateway.tell(tick);
    desk.settle();
    CHECK(desk.state().orders == 0);
}

TEST_CASE("the position limit holds for what is held and open, and never for what closes") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one", {{"position_limit", 5}});
    desk.start("one");
    desk.tick("buy");
    desk.tick("buy");
    desk.tick("buy");
    CHECK(desk.state().orders == 2);
    CHECK(desk.state().text == "waits: position limit of 5.0");
    CHECK(desk.variable("last") == "");
    desk.fill("own-1", trader::direction::LONG, 2);
    desk.tick("buy");
    CHECK(desk.state().orders == 2);
    for (int i = 0; i < 3; ++i) {
        desk.tick("short");  // Down to -4, should all be filled and nothing else.
    }
    CHECK(desk.state().orders == 5);
    desk.tick("short");
    CHECK(desk.state().orders == 5);
}

TEST_CASE("orders in a minute are limited, and a price is needed") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one", {{"orders_per_minute", 2}, {"position_limit", 100}});
    desk.start("one");
    desk.tick("buy", 0);
    CHECK(desk.state().text == "waits for a price");
    for (int i = 0; i < 3; ++i) {
        desk.tick("buy");
    }
    CHECK(desk.state().orders == 2);
    CHECK(desk.state().text == "waits: 2 orders in a minute");
}

TEST_CASE("a rejected order says why") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one");
    desk.start("one");
    desk.gateway.answer = trader::status::REJECTED;
    desk.tick("buy");
    CHECK(desk.state().rejected == 1);
    CHECK(desk.state().text == "rejected: ");
}

TEST_CASE("a stopped strategy cancels what is open, hears no ticks and sends nothing more") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one");
    desk.start("one");
    desk.tick("buy");
    desk.strategies.stop_strategy("one");
    const auto asked = desk.gateway.asked.all();
    CHECK(std::ranges::count(asked, "cancel_order own-1") == 1);
    CHECK(asked.back() == "unsubscribe SPX.CBOE");
    CHECK_FALSE(desk.state().is_trading);
    CHECK(desk.variable("stops") == 1);
    desk.tick("buy");
    CHECK(desk.state().orders == 1);
    desk.fill("own-1", trader::direction::LONG, 1);  // It was quicker than the cancel.
    CHECK(desk.state().position == 1);
    desk.start("one");
    desk.tick("buy");
    CHECK(desk.state().orders == 2);
    CHECK(desk.variable("starts") == 2);
}

TEST_CASE("why a strategy does not trade is said at once") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.add("one");
    desk.start("one");
    CHECK(desk.state().text == "waits: SIM is not connected");
    desk.gateway.tell(trader::gateway_data{.state = gateway_state::CONNECTING});
    desk.settle();
    CHECK(desk.state().text == "waits: SIM is CONNECTING");
    desk.gateway.tell(trader::gateway_data{.state = gateway_state::CONNECTED});
    desk.settle();
    CHECK(desk.state().text == "waits: SIM has no SPX.CBOE");
    desk.tick("buy");
    CHECK(desk.state().orders == 0);
    desk.gateway.tell(test::contract("SPX"));
    desk.settle();
    CHECK(desk.state().text == "waits for prices");
    desk.tick("");
    CHECK(desk.state().text == "watches");
    desk.gateway.tell(trader::gateway_data{.state = gateway_state::LOST});
    desk.settle();
    CHECK(desk.state().text == "waits: SIM is LOST");
    desk.tick("buy");
    CHECK(desk.state().orders == 0);
    desk.gateway.tell(trader::gateway_data{.state = gateway_state::CONNECTED});
    desk.tick("buy");
    CHECK(desk.state().orders == 1);
    CHECK(desk.variable("starts") == 1);  // It loads no bars, so it just goes on.
}

TEST_CASE("bars are loaded before it starts, and anew when the gateway is back") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one", {{"setting", {{"bars", 5}}}});
    desk.start("one");
    CHECK(desk.variable("seen_bars") == 1);
    CHECK(desk.variable("last") == "");
    CHECK(desk.variable("starts") == 1);
    CHECK(desk.state().orders == 0);
    desk.gateway.tell(trader::gateway_data{.state = gateway_state::LOST});
    desk.gateway.tell(trader::gateway_data{.state = gateway_state::CONNECTED});
    desk.settle();
    CHECK(desk.variable("seen_bars") == 2);  // Variables outlive the object.
    CHECK(desk.variable("starts") == 2);
}

TEST_CASE("history that was asked for before a strategy was stopped is not for it any more") {
    struct late_gateway : test::scripted_gateway {
        using scripted_gateway::scripted_gateway;
        void query_history(const trader::history_request&, const std::string&,
                           trader::history_handler handler) override {
            waiting.push_back(std::move(handler));
        }
        std::vector<trader::history_handler> waiting;
    };
    test::platform desk;
    auto& gateway = desk.main.add_gateway<late_gateway>("SIM");
    auto& strategies = desk.main.add_app<trader::strategy_app>();
    strategies.add_class<told_strategy>();
    gateway.tell(test::contract("SPX"));
    desk.settle();
    strategies.add_strategy(
        "one", {{"class_name", "Told"}, {"gateway_name", "SIM"}, {"setting", {{"bars", 2}}}});
    strategies.start_strategy("one");
    strategies.stop_strategy("one");
    strategies.start_strategy("one");
    REQUIRE(gateway.waiting.size() == 2);
    gateway.waiting[0](std::vector<trader::bar_data>(2), {});
    desk.settle();
    CHECK(strategies.get_all_strategies()[0].text == "loads history");
    gateway.waiting[1](std::vector<trader::bar_data>(3), {});
    desk.settle();
    CHECK(strategies.get_all_strategies()[0].text == "waits for prices");
    CHECK(strategies.get_all_strategies()[0].variables.at("seen_bars") == 2);
}

TEST_CASE("a gateway without history does not keep a strategy from trading") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.gateway.tell(test::contract("SPY"));
    desk.open();
    desk.add("one", {{"vt_symbol", "SPY.CBOE"}, {"setting", {{"bars", 5}}}});
    desk.start("one");
    CHECK(desk.state().text == "waits for prices");
    CHECK(desk.variable("seen_bars") == 0);
}

TEST_CASE("a strategy that throws is stopped, and the others go on") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one");
    desk.add("two");
    desk.start("one");
    desk.tick("buy");
    desk.start("two");
    desk.strategies.stop_strategy("two");
    desk.tick("throw");
    CHECK(desk.state().text == "failed in on_tick: enough");
    CHECK_FALSE(desk.state().is_trading);
    CHECK(std::ranges::count(desk.gateway.asked.all(), "cancel_order own-1") == 1);
    desk.start("two");
    desk.tick("buy");
    CHECK(desk.state("two").orders == 1);
    CHECK(desk.state("one").orders == 1);
    desk.start("one");
    desk.tick("buy");
    CHECK(desk.state("one").orders == 2);
}

TEST_CASE("a server that was started anew knows nothing of what was: nor does a strategy") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one");
    desk.start("one");
    desk.tick("buy");
    desk.fill("own-1", trader::direction::LONG, 2);
    desk.tick("buy");
    desk.events.put_data(trader::reset_data{"SIM"});
    desk.settle();
    CHECK(desk.state().position == 0);
    CHECK(desk.variable("orders") == 0);
    desk.fill("own-1", trader::direction::LONG, 2);  // No longer its own.
    CHECK(desk.state().position == 0);
    desk.open();
    desk.tick("buy");
    CHECK(desk.state().orders == 3);
}

TEST_CASE("strategies come back stopped, with their parameters, position and variables") {
    const test::own_folder folder;
    {
        told_desk desk{folder};
        desk.open();
        desk.add("one", {{"position_limit", 9}, {"setting", {{"volume", 3}}}});
        desk.add("two");
        desk.add("gone");
        desk.strategies.add_strategy("passing", {{"class_name", "Told"}, {"gateway_name", "SIM"}},
                                     strategy_engine::scope::this_run);
        desk.start("one");
        desk.tick("buy");
        desk.fill("own-1", trader::direction::LONG, 2);
        desk.strategies.remove_strategy("gone");
    }
    told_desk desk{folder};
    REQUIRE(desk.strategies.get_all_strategies().size() == 2);
    CHECK_FALSE(desk.state().is_trading);
    CHECK(desk.state().text == "stopped");
    CHECK(desk.state().position == 2);
    CHECK(desk.state().setting.position_limit == 9);
    CHECK(desk.state().setting.setting.at("volume") == 3);
    CHECK(desk.variable("last") == "pos 2.000000");
    CHECK(desk.variable("stops") == 1);  // By the end of the program.
    CHECK(desk.state("two").position == 0);
    for (const auto* file : {"cta_strategy_setting", "cta_strategy_data"}) {
        CHECK(desk.file(file).size() == 2);
    }
    desk.open();
    desk.start("one");
    desk.tick("sell");
    CHECK(desk.state().orders == 1);
    desk.fill("own-1", trader::direction::SHORT, 3);
    CHECK(desk.state().position == -1);
}

TEST_CASE("a position is saved within a turn of the clock, should the program not end well") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one");
    desk.start("one");
    desk.tick("buy");
    desk.fill("own-1", trader::direction::LONG, 2);
    desk.events.put({std::string(trader::EVENT_TIMER), {}});
    desk.settle();
    CHECK(desk.file("cta_strategy_data").at("one").at("pos") == 2);
}

TEST_CASE(
    "a program that ends takes its orders out of the market, at the far end of a service too") {
    test::server_side server;
    REQUIRE(server.service.start(server.here()));
    {
        test::client_side client{server.here().listen.front()};
        auto& strategies = client.main.add_app<trader::strategy_app>();
        strategies.add_class<told_strategy>();
        strategies.add_strategy("one", {{"class_name", "Told"}});
        REQUIRE(client.wait_connected());
        strategies.start_strategy("one");
        REQUIRE(server.sim.asked.wait([](const auto& asked) {
            return std::ranges::find(asked, "subscribe SPX.CBOE") != asked.end();
        }));
        auto tick = test::tick("SPX", 10);
        tick.name = "buy";
        server.sim.tell(tick);
        REQUIRE(client.wait_for<trader::order_data>(
            [](const auto& order) { return order.status == trader::status::NOTTRADED; }));
    }
    CHECK(server.sim.asked.wait([](const auto& asked) {
        return std::ranges::any_of(
            asked, [](const std::string& each) { return each.starts_with("cancel_order "); });
    }));
}

TEST_CASE("what was saved and cannot be used is named, left alone, and keeps nobody else away") {
    const test::own_folder folder;
    const auto setting = folder.path() / "cta_strategy_setting.json";
    const std::string text = R"({
        "one": {"class_name": "Told", "gateway_name": "SIM", "later": 1,
                "setting": {"volume": 4, "mood": 5, "new": 2}},
        "moody": {"class_name": "Told", "setting": {"mood": "bad"}},
        "else": {"class_name": "NoSuch"},
        "odd": 7})";
    std::ofstream(setting) << text;
    test::recorder<std::string> log;
    trader::event_engine events;
    events.on<trader::log_data>([&](const trader::log_data& line) { log.add(line.msg); });
    trader::main_engine main{events, folder.path()};
    auto& strategies = main.add_app<trader::strategy_app>();
    strategies.add_class<told_strategy>();
    events.run_and_wait([] {});
    REQUIRE(strategies.get_all_strategies().size() == 1);
    CHECK(strategies.get_all_strategies()[0].setting.setting ==
          json{{"bars", 0}, {"volume", 4}, {"mood", "good"}});
    const auto lines = log.all();
    for (const auto* part : {"there is no setting 'later'", "there is no setting 'new'",
                             "setting 'mood' takes a text", "'moody': no such mood"}) {
        CAPTURE(part);
        CHECK(std::ranges::count_if(lines, [&](const std::string& line) {
                  return line.find(part) != std::string::npos &&
                         line.find(setting.string()) != std::string::npos;
              }) == 1);
    }
    CHECK(test::read_file(setting) == text);
    std::ofstream(setting) << "{";
    CHECK_THROWS_AS(strategies.add_strategy("new", {{"class_name", "Told"}}), std::runtime_error);
    CHECK(strategies.get_all_strategies().size() == 1);
    CHECK(test::read_file(setting) == "{");
}

TEST_CASE("a strategy that is stopped can be changed, for good or for this run") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.open();
    desk.add("one", {{"setting", {{"mood", "fine"}}}});
    desk.start("one");
    desk.tick("buy");
    desk.fill("own-1", trader::direction::LONG, 2);
    CHECK_THROWS_AS(desk.strategies.edit_strategy("one", {{"position_limit", 8}}),
                    std::invalid_argument);
    desk.strategies.stop_strategy("one");
    desk.strategies.edit_strategy("one", {{"setting", {{"volume", 5}}}});
    CHECK(desk.state().position == 2);
    CHECK(desk.state().setting.setting == json{{"bars", 0}, {"volume", 5}, {"mood", "fine"}});
    const auto saved = desk.file("cta_strategy_setting");
    CHECK(saved.at("one").at("setting").at("volume") == 5);
    desk.strategies.edit_strategy("one", {{"setting", {{"volume", 6}}}},
                                  strategy_engine::scope::this_run);
    CHECK(desk.state().setting.setting.at("volume") == 6);
    CHECK(desk.file("cta_strategy_setting") == saved);
}

TEST_CASE("what cannot be a strategy is refused, and what is not there is not found") {
    const test::own_folder folder;
    told_desk desk{folder};
    desk.add("one");
    const auto refused = [&](const std::string& name, const json& setting) {
        return test::text_of([&] { desk.strategies.add_strategy(name, setting); });
    };
    CHECK(refused("one", {{"class_name", "Told"}}) ==
          "a strategy needs a name of its own, not 'one'");
    CHECK(refused("", {{"class_name", "Told"}}) == "a strategy needs a name of its own, not ''");
    CHECK(refused("x", {{"class_name", "Tlod"}}) == "there is no class 'Tlod', only: Told");
    CHECK(refused("x", {{"class_name", "Told"}, {"vt_symbol", "SPX"}}) ==
          "'SPX' is not a symbol like SPX.CBOE");
    CHECK(refused("x", {{"class_name", "Told"}, {"setting", {{"volum", 1}}}}) ==
          "there is no setting 'volum'");
    CHECK(refused("x", {{"class_name", "Told"}, {"setting", {{"mood", "bad"}}}}) == "no such mood");
    CHECK(refused("x", {{"class_name", "Told"}, {"position_limit", 0}}) ==
          "position_limit must be positive");
    CHECK(desk.strategies.get_all_strategies().size() == 1);
    CHECK_THROWS_AS(desk.strategies.start_strategy("two"), std::invalid_argument);
    CHECK_THROWS_AS(desk.strategies.stop_strategy("two"), std::invalid_argument);
    desk.strategies.add_strategy("far", {{"class_name", "Told"}, {"gateway_name", "CTP"}});
    CHECK(test::text_of([&] { desk.strategies.start_strategy("far"); }) ==
          "there is no gateway 'CTP', only: SIM");
    CHECK(desk.strategies.get_class_parameters("Told").at("volume") == 2);
}

TEST_CASE("the strategies of the example trade with their defaults") {
    for (const std::string kind : {"MaCross", "Breakout"}) {
        CAPTURE(kind);
        test::platform desk;
        auto& exchange = desk.main.add_gateway<trader::sim_gateway>();
        trader::station all{"desk"};
        all.add_app<trader::strategy_app>("");
        all.add_strategy<trader::ma_cross_strategy>();
        all.add_strategy<trader::breakout_strategy>();
        all.fill(desk.main);
        auto& strategies = desk.main.add_app<trader::strategy_app>();
        strategies.add_strategy(kind, {{"class_name", kind}, {"gateway_name", "SIM"}});
        strategies.start_strategy(kind);
        desk.main.connect({{"speed", 0}}, "SIM");
        const auto state = [&] { return strategies.get_all_strategies()[0]; };
        double most = 0;
        for (int i = 0; i < 400; ++i) {
            desk.settle();
            exchange.step();
            desk.settle();
            most = (std::max)(most, std::abs(state().position));
        }
        CHECK(state().trades > 10);
        CHECK(state().rejected == 0);
        CHECK(most == state().setting.position_limit);
        const auto held = desk.main.get_position("SIM.SPX.CBOE.NET");
        REQUIRE(held);
        CHECK(held->volume == state().position);
    }
}

TEST_CASE("a station fills a platform with what is ticked") {
    test::platform desk;
    trader::station all{"desk"};
    all.add_gateway<test::scripted_gateway>("A", "ticked");
    all.add_gateway<test::scripted_gateway>("B", "not", false);
    all.add_app<trader::strategy_app>("not", false);
    all.add_strategy<trader::ma_cross_strategy>();
    all.fill(desk.main);
    CHECK(desk.main.get_all_gateway_names() == std::vector<std::string>{"A"});
    CHECK(desk.main.get_all_apps().empty());
    CHECK_FALSE(all.apps()[0].make_window);
    all.apps()[0].add(desk.main);
    all.add_strategies(desk.main);
    CHECK(desk.main.add_app<trader::strategy_app>().get_all_class_names() ==
          std::vector<std::string>{"MaCross"});
}

}  // namespace
