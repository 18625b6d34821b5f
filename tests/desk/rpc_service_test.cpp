// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_service/rpc_engine.hpp"

#include "desk_pair.hpp"
#include "plain_client.hpp"
#include "raw_peer.hpp"
#include "rpc_gateway/server_link.hpp"
#include "rpc_service/trading_service.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using test::code_of;
using test::plain_client;
using test::server_side;
using trader::rpc_service::EVENT_RPC_LOG;
using trader::rpc_service::service_setting;

bool has_log(const server_side& desk, const std::string& text) {
    return desk.wait_for<trader::log_data>(
        [&](const trader::log_data& line) { return line.msg.find(text) != std::string::npos; });
}

TEST_CASE("start, stop and start again tell whether they did, and say so in the log") {
    server_side desk;
    CHECK_FALSE(desk.service.is_active());
    CHECK_FALSE(desk.service.stop());
    CHECK(has_log(desk, "does not run"));
    for (int i = 0; i < 3; ++i) {
        REQUIRE(desk.service.start(desk.here()));
        CHECK(desk.service.is_active());
        CHECK_FALSE(desk.service.start(desk.here()));
        plain_client peer{desk.service.addresses().at(0)};
        CHECK(peer.client.call<"get_all_gateway_names">().size() == 2);
        CHECK(desk.service.stop());
        CHECK(desk.service.addresses().empty());
    }
    CHECK(has_log(desk, "RPC service started: unix://"));
    CHECK(has_log(desk, "runs already"));
    CHECK(has_log(desk, "RPC service stopped"));
}

TEST_CASE("a start that fails binds nothing, says why, and the next one works") {
    server_side desk;
    auto wrong = desk.here();
    wrong.listen.push_back("tcp://127.0.0.1:66001");
    CHECK_FALSE(desk.service.start(wrong));
    CHECK(has_log(desk, "RPC service not started"));
    CHECK(has_log(desk, "66001"));
    CHECK(desk.main.settings().load("rpc_service").empty());
    CHECK(desk.service.start(desk.here()));
}

TEST_CASE("addresses are kept after a successful start, and autostart uses them") {
    server_side desk;
    auto setting = desk.here();
    setting.autostart = true;
    REQUIRE(desk.service.start(setting));
    CHECK(desk.service.stop());

    trader::event_engine events;
    trader::main_engine later{events, desk.folder.path()};
    auto& service = later.add_app<trader::rpc_service::rpc_service_app>();
    CHECK(service.is_active());
    CHECK(service.setting().listen == setting.listen);
}

TEST_CASE("a start for this run saves nothing, and another saves what it changed") {
    server_side desk;
    const auto file = desk.main.settings().file_of("rpc_service");
    auto setting = desk.here();
    setting.clients = {{"passer-by", "p", true}};
    REQUIRE(desk.service.start_for_this_run(setting));
    CHECK(desk.service.setting().listen == setting.listen);
    CHECK(desk.service.stop());
    REQUIRE(desk.service.start());
    CHECK(desk.service.stop());
    CHECK_FALSE(std::filesystem::exists(file));
    auto changed = desk.service.setting();
    changed.orders_per_second = 7;
    REQUIRE(desk.service.start(changed));
    CHECK(desk.main.settings().load("rpc_service") == nlohmann::json{{"orders_per_second", 7}});
}

TEST_CASE("a successful start keeps what it does not know of, in clients too") {
    server_side desk;
    const auto file = desk.main.settings().file_of("rpc_service");
    std::ofstream(file) << R"({"clients":[{"name":"alice","token":"a","desk":4},
        {"name":"bob","token":"b","may_trade":false}],"window":{"x":1}})";
    trader::event_engine events;
    trader::main_engine later{events, desk.folder.path()};
    auto& service = later.add_app<trader::rpc_service::rpc_service_app>();
    auto setting = service.setting();
    setting.listen = desk.here().listen;
    setting.clients[0].may_trade = false;
    REQUIRE(service.start(setting));
    CHECK(later.settings().load("rpc_service") == nlohmann::json::parse(R"({"clients":[
        {"name":"alice","token":"a","desk":4,"may_trade":false,"sees_all":true,
         "orders_per_second":0},
        {"name":"bob","token":"b","may_trade":false,"sees_all":true,"orders_per_second":0}],
        "window":{"x":1},"listen":[")" + setting.listen[0] + R"("]})"));
}

TEST_CASE("settings that cannot be used name the file, the member and what was there") {
    const std::vector<std::pair<std::string, std::string>> wrong{
        {R"({"listen":"tcp://a:1"})",
         R"('listen' takes a list of texts, as ["tcp://127.0.0.1:2014"])"
         R"(, not "tcp://a:1")"},
        {R"({"listen":["tcp://a:1",2]})", "'listen' takes a list of texts"},
        {R"({"clients":{"name":"a"}})", "'clients' takes a list of objects"},
        {R"({"clients":[7]})", "'clients[0]' takes an object"},
        {R"({"clients":[{"name":"a"},{"token":77123}]})",
         "'clients[1].token' takes a text, not a number"},
        {R"({"clients":[{"name":null}]})", "'clients[0].name' takes a text, not null"},
        {R"({"clients":[{"may_trade":1}]})", "'clients[0].may_trade' takes true or false, not 1"},
        {R"({"clients":[{"sees_all":"x"}]})", "'clients[0].sees_all' takes true or false, not"},
        {R"({"clients":[{"orders_per_second":-1}]})",
         "'clients[0].orders_per_second' takes a whole number from 0 to"},
        {R"({"certificate":1})", "'certificate' takes a text, not 1"},
        {R"({"cancel_on_disconnect":"no"})",
         "'cancel_on_disconnect' takes true or false, not \"no\""},
        {R"({"orders_per_second":2.5})", "takes a whole number from 0 to 2147483647, not 2.5"},
        {R"({"orders_per_second":-1})", "takes a whole number from 0 to 2147483647, not -1"},
        {R"({"orders_per_second":1e10})", "takes a whole number"},
        {R"({"autostart":[]})", "'autostart' takes true or false, not []"},
        {R"([1])", "settings are a JSON object, not a list"},
        {"{\n\"listen\":", "line 2, column 10: this is no JSON"},
    };
    for (const auto& [text, problem] : wrong) {
        CAPTURE(text);
        server_side desk;
        const auto file = desk.main.settings().file_of("rpc_service");
        std::ofstream(file) << text;
        trader::event_engine events;
        trader::main_engine later{events, desk.folder.path()};
        auto& service = later.add_app<trader::rpc_service::rpc_service_app>();
        CHECK(service.problem().starts_with(file.string()));
        CHECK(service.problem().find(problem) != std::string::npos);
        CHECK(service.problem().find("77123") == std::string::npos);
        // With the defaults it would ask for no token.
        CHECK_FALSE(service.start());
        CHECK_FALSE(service.start(desk.here()));
        CHECK(test::read_file(file) == text);
        CHECK(service.start_for_this_run(desk.here()));
        CHECK(service.problem().empty());
    }
}

TEST_CASE("a client that is refused is told of once, until it is for another reason") {
    server_side desk;
    auto setting = desk.here();
    setting.listen = {"tcp://127.0.0.1:0"};
    setting.clients = {{"alice", "a-secret", true}};
    REQUIRE(desk.service.start(setting));
    const auto address = desk.service.addresses().at(0);
    const auto refuse = [&](const std::string& token) {
        plain_client peer{address, token};
        CHECK(code_of([&] { peer.client.call<"get_all_orders">(); }) == "unauthenticated");
    };
    for (int times = 0; times < 3; ++times) {
        refuse("guess");
    }
    refuse({});
    refuse({});
    plain_client alice{address, "a-secret"};
    CHECK(alice.client.call<"get_all_orders">().empty());
    refuse("guess");
    alice.client.stop();
    REQUIRE(has_log(desk, "alice (tcp://127.0.0.1:"));
    REQUIRE(has_log(desk, "is gone"));
    std::vector<std::string> said;
    for (const auto& line : desk.all<trader::log_data>()) {
        for (const std::string what :
             {"token is not known", "wants a token", "connected", "gone"}) {
            if (line.msg.find(what) != std::string::npos) {
                said.push_back(what);
            }
        }
    }
    CHECK(said == std::vector<std::string>{"token is not known", "wants a token", "connected",
                                           "token is not known", "gone"});
}

TEST_CASE("beyond this machine a token is needed") {
    server_side desk;
    service_setting open;
    open.listen = {"tcp://0.0.0.0:0"};
    CHECK_FALSE(desk.service.start(open));
    CHECK(desk.service.problem() ==
          "cannot listen on 'tcp://0.0.0.0:0': it can be reached from other machines, and nobody "
          "would be asked who they are; add a client with a token to those who may connect");
    open.clients = {{"alice", "secret", true}};
    CHECK(desk.service.start(open));
}

TEST_CASE("the functions of vn.py's service answer, by name and in order") {
    server_side desk;
    desk.sim.tell(test::tick("SPX", 10));
    desk.sim.tell(test::trade("t", 1));
    desk.sim.tell(test::position(1));
    desk.sim.tell(trader::account_data{.accountid = "a", .balance = 5});
    REQUIRE(desk.service.start(desk.here()));
    desk.settle();
    plain_client peer{desk.service.addresses().at(0)};
    auto& client = peer.client;

    client.call<"subscribe">(trader::subscribe_request{"SPX", trader::exchange::CBOE}, "SIM");
    CHECK(client.call<"send_order">(test::buy("o1"), "SIM") == "SIM.o1");
    CHECK(client.call<"send_orders">(std::vector{test::buy("o2"), test::buy("o3")}, "SIM2") ==
          std::vector<std::string>{"SIM2.o2", "SIM2.o3"});
    client.call<"cancel_order">(trader::cancel_request{"o1"}, "SIM");
    client.call<"cancel_orders">(std::vector{trader::cancel_request{"o2"}}, "SIM2");
    CHECK(client.call<"send_quote">(trader::quote_request{.symbol = "SPX", .quoteid = "q"},
                                    "SIM") == "SIM.q");
    client.call<"cancel_quote">(trader::cancel_request{"q"}, "SIM");
    client.call<"query_account">("SIM");
    client.call<"query_position">("SIM");
    CHECK(client.call<"query_history">(trader::history_request{.symbol = "SPX"}, "SIM").size() ==
          1);
    CHECK(desk.sim.asked.all() == std::vector<std::string>{"subscribe SPX.CBOE", "send_order o1",
                                                           "cancel_order o1", "send_quote q",
                                                           "cancel_quote q", "query_account",
                                                           "query_position"});
    CHECK(client.call<"get_all_exchanges">() == std::vector{trader::exchange::CBOE});

    REQUIRE(desk.wait([](const auto& main) { return main.get_all_orders().size() == 3; }));
    desk.settle();
    CHECK(client.call<"get_tick">("SPX.CBOE")->last_price == 10);
    CHECK(client.call<"get_contract">("SPX.CBOE")->name == "SPX index");
    CHECK(client.call<"get_trade">("SIM.t")->volume == 1);
    CHECK(client.call<"get_position">("SIM.SPX.CBOE.NET")->volume == 1);
    CHECK(client.call<"get_account">("SIM.a")->balance == 5);
    CHECK(client.call<"get_order">("SIM.o1")->volume == 1);
    CHECK_FALSE(client.call<"get_order">("SIM.o2"));
    CHECK(client.call<"get_quote">("SIM.q")->quoteid == "q");
    CHECK(client.call<"get_all_ticks">().size() == 1);
    CHECK(client.call<"get_all_trades">().size() == 1);
    CHECK(client.call<"get_all_positions">().size() == 1);
    CHECK(client.call<"get_all_accounts">().size() == 1);
    CHECK(client.call<"get_all_contracts">().size() == 1);
    CHECK(client.call<"get_all_orders">().size() == 3);
    CHECK(client.call<"get_all_active_orders">().size() == 3);
    CHECK(client.call<"get_all_quotes">().size() == 1);
    CHECK(client.call<"get_all_active_quotes">().size() == 1);
}

TEST_CASE("what is wrong with a call is said, with a code") {
    server_side desk;
    REQUIRE(desk.service.start(desk.here()));
    plain_client peer{desk.service.addresses().at(0)};
    CHECK(code_of([&] { peer.client.call<"send_order">(test::buy("1"), "CTP"); }) ==
          "invalid_params");
    CHECK(code_of([&] {
              peer.client.call<"query_history">(trader::history_request{.symbol = "X"}, "SIM");
          }) == "engine_error");
    CHECK(code_of([&] {
              peer.client.call<"query_history">(trader::history_request{.symbol = "X"}, "CTP");
          }) == "invalid_params");
}

TEST_CASE("a long list comes in parts that are whole together") {
    server_side desk;
    for (int i = 0; i < 1234; ++i) {
        desk.sim.tell(test::contract("C" + std::to_string(i)));
    }
    REQUIRE(desk.service.start(desk.here()));
    desk.settle();
    plain_client peer{desk.service.addresses().at(0)};
    std::size_t count = 0;
    std::size_t parts = 0;
    std::string after;
    do {
        const auto part = peer.client.call<"page_contracts">(after);
        count += part.items.size();
        after = part.next;
        ++parts;
    } while (!after.empty());
    CHECK(count == 1235);
    CHECK(parts == 3);
}

TEST_CASE("functions of the user's own are called by name, and what they throw arrives") {
    server_side desk;
    desk.service.add_function(
        "double", [](const nlohmann::json& x) -> nlohmann::json { return 2 * x.get<int>(); });
    REQUIRE(desk.service.start(desk.here()));
    plain_client peer{desk.service.addresses().at(0)};
    CHECK(peer.client.call<"call_function">("double", nlohmann::json(21)) == 42);
    CHECK(code_of([&] { peer.client.call<"call_function">("double", nlohmann::json("x")); }) ==
          "engine_error");
    CHECK(code_of([&] { peer.client.call<"call_function">("halve", nlohmann::json(1)); }) ==
          "invalid_params");
}

TEST_CASE("tokens tell clients apart: who they are, and whether they may trade") {
    server_side desk;
    auto setting = desk.here();
    setting.clients = {{"alice", "a-secret", true}, {"bob", "b-secret", false}};
    REQUIRE(desk.service.start(setting));
    const auto address = desk.service.addresses().at(0);

    plain_client alice{address, "a-secret"};
    CHECK(alice.client.call<"send_order">(test::buy("1"), "SIM") == "SIM.1");
    CHECK(has_log(desk, "alice ("));
    plain_client bob{address, "b-secret"};
    CHECK(bob.client.call<"get_all_orders">().size() <= 1);
    CHECK(code_of([&] { bob.client.call<"send_order">(test::buy("2"), "SIM"); }) == "forbidden");
    plain_client mallory{address, "guess"};
    CHECK(code_of([&] { mallory.client.call<"get_all_orders">(); }) == "unauthenticated");
    plain_client nobody{address};
    CHECK(code_of([&] { nobody.client.call<"get_all_orders">(); }) == "unauthenticated");
    for (const auto& line : desk.all<trader::log_data>()) {
        CHECK(line.msg.find("secret") == std::string::npos);
    }
}

TEST_CASE("clients are listed with who they are and what they did") {
    server_side desk;
    auto setting = desk.here();
    setting.clients = {{"alice", "a-secret", true}};
    REQUIRE(desk.service.start(setting));
    plain_client alice{desk.service.addresses().at(0), "a-secret"};
    alice.client.call<"get_all_orders">();
    CHECK(code_of([&] { alice.client.call<"send_order">(test::buy("1"), "CTP"); }) ==
          "invalid_params");
    const auto clients = desk.service.clients();
    REQUIRE(clients.size() == 1);
    CHECK(clients[0].identity == "alice");
    CHECK(clients[0].calls == 2);
    CHECK(clients[0].errors == 1);
    CHECK(clients[0].bytes_received > 0);
    CHECK(clients[0].answer_time_max >= clients[0].answer_time_mean);
}

TEST_CASE("too many orders in a second are refused, and only from who sends them") {
    server_side desk;
    auto setting = desk.here();
    setting.orders_per_second = 2;
    REQUIRE(desk.service.start(setting));
    plain_client fast{desk.service.addresses().at(0)};
    plain_client slow{desk.service.addresses().at(0)};
    CHECK(code_of([&] {
              fast.client.call<"send_orders">(
                  std::vector{test::buy("1"), test::buy("2"), test::buy("3")}, "SIM");
          }) == "overloaded");
    CHECK(desk.sim.asked.count() == 0);
    CHECK(slow.client.call<"send_order">(test::buy("4"), "SIM") == "SIM.4");
}

TEST_CASE("a client that is gone takes its subscriptions and, if so wanted, its orders along") {
    server_side desk;
    auto setting = desk.here();
    setting.cancel_on_disconnect = true;
    REQUIRE(desk.service.start(setting));
    plain_client stays{desk.service.addresses().at(0)};
    stays.client.call<"send_order">(test::buy("theirs"), "SIM");
    {
        plain_client goes{desk.service.addresses().at(0)};
        goes.client.call<"subscribe">(trader::subscribe_request{"SPX", trader::exchange::CBOE},
                                      "SIM");
        goes.client.call<"send_order">(test::buy("mine"), "SIM");
        goes.client.call<"send_quote">(
            trader::quote_request{
                .symbol = "SPX", .exchange = trader::exchange::CBOE, .quoteid = "q"},
            "SIM");
    }
    CHECK(desk.sim.asked.wait([](const auto& asked) {
        const auto has = [&](const std::string& text) {
            return std::find(asked.begin(), asked.end(), text) != asked.end();
        };
        return has("cancel_order mine") && has("cancel_quote q") && has("unsubscribe SPX.CBOE");
    }));
    for (const auto& line : desk.sim.asked.all()) {
        CHECK(line != "cancel_order theirs");
    }
}

TEST_CASE("a subscription ends when the last client that wanted it is gone") {
    server_side desk;
    REQUIRE(desk.service.start(desk.here()));
    const trader::subscribe_request spx{"SPX", trader::exchange::CBOE};
    auto first = std::make_unique<plain_client>(desk.service.addresses().at(0));
    auto second = std::make_unique<plain_client>(desk.service.addresses().at(0));
    first->client.call<"subscribe">(spx, "SIM");
    first->client.call<"subscribe">(spx, "SIM");
    second->client.call<"subscribe">(spx, "SIM");
    first.reset();
    REQUIRE(has_log(desk, "is gone"));
    CHECK(desk.sim.asked.count() == 2);
    second->client.call<"unsubscribe">(spx, "SIM");
    CHECK(desk.sim.asked.all().back() == "unsubscribe SPX.CBOE");
}

TEST_CASE("a subscription that was refused is refused again, and keeps nothing from being done") {
    server_side desk;
    auto setting = desk.here();
    setting.cancel_on_disconnect = true;
    REQUIRE(desk.service.start(setting));
    {
        plain_client goes{desk.service.addresses().at(0)};
        const trader::subscribe_request spx{"SPX", trader::exchange::CBOE};
        for (int i = 0; i < 2; ++i) {
            CHECK(code_of([&] { goes.client.call<"subscribe">(spx, "NOPE"); }) == "invalid_params");
        }
        goes.client.call<"send_order">(test::buy("mine"), "SIM");
    }
    CHECK(desk.sim.asked.wait_for_count(2));
    CHECK(desk.sim.asked.all().back() == "cancel_order mine");
}

TEST_CASE("heartbeats are answered while a function of the user's own takes its time") {
    server_side desk;
    std::promise<void> entered;
    std::promise<void> leave;
    desk.service.add_function("slow", [&](const nlohmann::json& x) {
        entered.set_value();
        leave.get_future().wait();
        return x;
    });
    REQUIRE(desk.service.start(desk.here()));
    plain_client peer{desk.service.addresses().at(0)};
    auto slow =
        peer.client.async_call<"call_function">("slow", nlohmann::json(1), asio::use_future);
    entered.get_future().wait();
    auto other = test::raw_socket::connect(desk.service.addresses().at(0));
    CHECK(other.ask(R"({"jsonrpc":"2.0","id":1,"method":"rpc.ping"})").at("id") == 1);
    leave.set_value();
    CHECK(slow.get() == 1);
}

TEST_CASE("a slow answer holds up nobody else") {
    // The gateway keeps the handler: the answer comes when the test says so.
    struct slow_gateway : test::scripted_gateway {
        using scripted_gateway::scripted_gateway;
        void query_history(const trader::history_request&, const std::string&,
                           trader::history_handler handler) override {
            waiting.add(std::move(handler));
        }
        test::recorder<trader::history_handler> waiting;
    };
    test::platform desk;
    auto& slow = desk.main.add_gateway<slow_gateway>("SLOW");
    auto& service = desk.main.add_app<trader::rpc_service::rpc_service_app>();
    service_setting setting;
    setting.listen = {"unix://" + (desk.folder.path() / "s").string()};
    REQUIRE(service.start(setting));
    plain_client one{service.addresses().at(0)};
    plain_client two{service.addresses().at(0)};
    auto history = one.client.async_call<"query_history">(trader::history_request{.symbol = "SPX"},
                                                          "SLOW", asio::use_future);
    REQUIRE(slow.waiting.wait_for_count(1));
    CHECK(two.client.call<"get_all_orders">().empty());
    CHECK(one.client.call<"get_all_orders">().empty());
    slow.waiting.all()[0]({{}, {}}, {});
    CHECK(history.get().size() == 2);
}

}  // namespace
