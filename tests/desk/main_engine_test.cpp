// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "trader/main_engine.hpp"

#include "desk_pair.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using test::platform;
using test::scripted_gateway;

TEST_CASE("requests go to the gateway that is named, and a name before a dot is enough") {
    platform desk;
    auto& sim = desk.main.add_gateway<scripted_gateway>();
    auto& other = desk.main.add_gateway<scripted_gateway>("OTHER");
    CHECK(desk.main.send_order(test::buy("1"), "SIM") == "SIM.1");
    CHECK(desk.main.send_order(test::buy("2"), "OTHER.X") == "OTHER.2");
    CHECK(sim.asked.all() == std::vector<std::string>{"send_order 1"});
    CHECK(other.asked.all() == std::vector<std::string>{"send_order 2"});
}

TEST_CASE("an unknown gateway is an error that lists those that are there") {
    platform desk;
    desk.main.add_gateway<scripted_gateway>();
    CHECK_THROWS_WITH_AS(desk.main.send_order(test::buy("1"), "CTP"),
                         "there is no gateway 'CTP', only: SIM", std::invalid_argument);
    CHECK_THROWS_AS(desk.main.add_gateway<scripted_gateway>(), std::invalid_argument);
    CHECK_THROWS_AS(desk.main.add_gateway<scripted_gateway>("A.B"), std::invalid_argument);
}

TEST_CASE("what gateways tell can be asked for") {
    platform desk;
    auto& sim = desk.main.add_gateway<scripted_gateway>();
    auto& other = desk.main.add_gateway<scripted_gateway>("SIM2");
    sim.tell(test::contract("SPX"));
    other.tell(test::contract("SPX"));
    sim.tell(test::tick("SPX", 10));
    other.tell(test::tick("SPX", 20));
    sim.tell(test::trade("t", 1));
    sim.tell(test::position(1));
    sim.tell(trader::account_data{.accountid = "a", .balance = 100, .frozen = 40});
    desk.main.send_order(test::buy("1"), "SIM");
    sim.answer = trader::status::REJECTED;
    desk.main.send_order(test::buy("2"), "SIM");
    desk.main.send_quote({.symbol = "SPX", .quoteid = "q"}, "SIM");
    desk.settle();

    CHECK(desk.main.get_tick("SIM2.SPX.CBOE")->last_price == 20);
    CHECK(desk.main.get_tick("SPX.CBOE")->last_price == 10);
    CHECK_FALSE(desk.main.get_tick("SPY.CBOE"));
    CHECK(desk.main.get_all_ticks().size() == 2);
    CHECK(desk.main.get_all_contracts().size() == 2);
    CHECK(desk.main.get_trade("SIM.t")->volume == 1);
    CHECK(desk.main.get_position("SIM.SPX.CBOE.NET")->volume == 1);
    CHECK(desk.main.get_account("SIM.a")->available() == 60);
    CHECK(desk.main.get_all_orders().size() == 2);
    CHECK(desk.main.get_all_active_orders().size() == 1);
    CHECK(desk.main.get_order("SIM.2")->status == trader::status::REJECTED);
    CHECK(desk.main.get_quote("SIM.q")->is_active());
    CHECK(desk.main.get_all_active_quotes().size() == 1);
    CHECK(desk.main.get_all_gateway_names() == std::vector<std::string>{"SIM", "SIM2"});
    CHECK(desk.main.get_all_exchanges() == std::vector{trader::exchange::CBOE});

    desk.events.put_data(trader::reset_data{"SIM"});
    desk.settle();
    CHECK(desk.main.get_all_orders().empty());
    CHECK(desk.main.get_all_ticks().size() == 1);
}

TEST_CASE("settings are remembered when the gateway took them") {
    platform desk;
    desk.main.add_gateway<scripted_gateway>();
    CHECK(desk.main.get_default_setting("SIM").at("front") == 1);
    desk.main.connect({{"user", "me"}}, "SIM");
    CHECK(desk.main.get_last_setting("SIM") == nlohmann::json{{"user", "me"}, {"front", 1}});
}

TEST_CASE("a gateway is connected with an object, whatever none is written as") {
    platform desk;
    auto& sim = desk.main.add_gateway<scripted_gateway>("MY");
    desk.main.connect({}, "MY");
    desk.main.connect(nullptr, "MY");
    desk.main.connect(nlohmann::json::object(), "MY");
    desk.main.connect_as_saved({}, "MY");
    CHECK(sim.asked.all() == std::vector<std::string>{"connect {}", "connect {}", "connect {}",
                                                      R"(connect {"front":1,"user":""})"});
    CHECK_THROWS_WITH_AS(desk.main.connect({1, 2, 3}, "MY"),
                         "settings are a JSON object, not a list", std::invalid_argument);
}

TEST_CASE("connecting saves nothing and loses nothing; saving changes what it names") {
    platform desk;
    auto& sim = desk.main.add_gateway<scripted_gateway>();
    const auto file = desk.main.settings().file_of("connect_SIM");
    const std::string saved = R"({"user":"me","front":2,"of a later version":true})";
    std::ofstream(file) << saved;
    CHECK(desk.main.get_last_setting("SIM") == nlohmann::json{{"user", "me"}, {"front", 2}});
    desk.main.connect({}, "SIM");
    desk.main.connect_as_saved({{"front", 3}}, "SIM");
    CHECK(sim.asked.all().back() == R"(connect {"front":3,"user":"me"})");
    CHECK(test::read_file(file) == saved);
    desk.settle();
    CHECK(desk.wait_for<trader::log_data>([&](const auto& line) {
        return line.msg.find(file.string()) != std::string::npos &&
               line.msg.find("'of a later version'") != std::string::npos;
    }));
    desk.main.save_setting({{"front", 4}}, "SIM");
    CHECK(nlohmann::json::parse(test::read_file(file)) ==
          nlohmann::json{{"user", "me"}, {"front", 4}, {"of a later version", true}});
}

TEST_CASE("saved settings that cannot be used name the file, the member and what is there") {
    platform desk;
    auto& sim = desk.main.add_gateway<scripted_gateway>();
    const auto file = desk.main.settings().file_of("connect_SIM");
    std::ofstream(file) << R"({"user":"me","front":"tcp://a:1"})";
    const auto wrong = file.string() + R"(: setting 'front' takes a number, as 1, not "tcp://a:1")";
    CHECK(test::text_of([&] { desk.main.connect_as_saved({}, "SIM"); }) == wrong);
    CHECK(test::text_of([&] { desk.main.get_last_setting("SIM"); }) == wrong);
    std::vector<std::string> problems;
    CHECK(desk.main.get_last_setting("SIM", problems) ==
          nlohmann::json{{"user", "me"}, {"front", 1}});
    CHECK(problems == std::vector<std::string>{wrong});
    std::ofstream(file) << "{";
    CHECK(test::text_of([&] {
              desk.main.connect_as_saved({}, "SIM");
          }).starts_with(file.string() + ", line 1, column 2"));
    CHECK(sim.asked.count() == 0);
}

TEST_CASE("what a gateway itself refuses names the file only if the file says it") {
    struct choosy_gateway : scripted_gateway {
        using scripted_gateway::scripted_gateway;
        void connect(const nlohmann::json& setting) override {
            if (setting.at("front").get<int>() > 9) {
                throw std::invalid_argument("setting 'front' takes a digit");
            }
        }
    };
    platform desk;
    desk.main.add_gateway<choosy_gateway>("SIM");
    desk.main.save_setting({{"front", 10}}, "SIM");
    CHECK(test::text_of([&] { desk.main.connect_as_saved({}, "SIM"); }) ==
          desk.main.settings().file_of("connect_SIM").string() + ": setting 'front' takes a digit");
    CHECK(test::text_of([&] { desk.main.connect_as_saved({{"front", 11}}, "SIM"); }) ==
          "setting 'front' takes a digit");
}

TEST_CASE("an application is added once and found by its name") {
    platform desk;
    auto& first = desk.main.add_app<trader::rpc_service::rpc_service_app>();
    auto& again = desk.main.add_app<trader::rpc_service::rpc_service_app>();
    CHECK(&first == &again);
    CHECK(desk.main.get_engine("RpcService") == &first);
    CHECK(desk.main.get_engine("WebTrader") == nullptr);
    REQUIRE(desk.main.get_all_apps().size() == 1);
    CHECK(desk.main.get_all_apps()[0].display_name == "RPC service");
}

TEST_CASE("history comes as a future too, with the reason if there is none") {
    platform desk;
    desk.main.add_gateway<scripted_gateway>();
    CHECK(desk.main.query_history({.symbol = "SPX"}, "SIM").get().size() == 1);
    CHECK_THROWS_WITH_AS(desk.main.query_history({.symbol = "X"}, "SIM").get(), "no history of X",
                         std::runtime_error);
}

}  // namespace
