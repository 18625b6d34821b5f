// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_gateway/rpc_gateway.hpp"

#include "counter/counter_engine.hpp"
#include "desk_pair.hpp"

#include <gatewire/fault_proxy.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using test::client_side;
using test::server_side;
using towards = rpc::testing::direction;
using trader::gateway_state;
using trader::status;

/// A server that serves and a client that is connected to it.
struct desk_pair {
    desk_pair() {
        REQUIRE(server.service.start(server.here()));
        server.settle();
        REQUIRE(client.wait_connected());
    }

    /// Stops the service and starts it again; with the client it takes until it is connected.
    void restart() {
        CHECK(server.service.stop());
        CHECK(client.wait_state(gateway_state::LOST));
        REQUIRE(server.service.start(server.here()));
        REQUIRE(client.wait_connected(2));
    }

    bool wait_order(const std::string& id, status wanted) {
        return client.wait([&](const auto& main) {
            const auto found = main.get_order(id);
            return found && found->status == wanted;
        });
    }

    server_side server;
    client_side client{server.here().listen[0]};
};

TEST_CASE("everything that is known is there when it says connected, under its own names") {
    server_side server;
    server.sim2.tell(test::contract("SPX"));
    server.sim.tell(trader::account_data{.accountid = "a", .balance = 1});
    server.sim2.tell(trader::account_data{.accountid = "a", .balance = 2});
    server.sim.tell(test::position(1));
    server.sim2.tell(test::position(2));
    server.sim.tell(test::trade("1", 1));
    server.sim2.tell(test::trade("1", 2));
    server.main.send_order(test::buy("with.dots.1"), "SIM");
    server.main.send_order(test::buy("with.dots.1"), "SIM2");
    REQUIRE(server.service.start(server.here()));
    client_side client{server.here().listen[0]};
    REQUIRE(client.wait_connected());
    client.settle();
    const auto& main = client.main;
    CHECK(main.get_contract("RPC.SIM.SPX.CBOE"));
    CHECK(main.get_contract("RPC.SIM2.SPX.CBOE"));
    CHECK(main.get_account("RPC.SIM.a")->balance == 1);
    CHECK(main.get_account("RPC.SIM2.a")->balance == 2);
    CHECK(main.get_position("RPC.SIM.SPX.CBOE.NET")->volume == 1);
    CHECK(main.get_position("RPC.SIM2.SPX.CBOE.NET")->volume == 2);
    CHECK(main.get_trade("RPC.SIM.1")->volume == 1);
    CHECK(main.get_trade("RPC.SIM2.1")->volume == 2);
    CHECK(main.get_order("RPC.SIM.with.dots.1")->status == status::NOTTRADED);
    CHECK(main.get_order("RPC.SIM2.with.dots.1"));
    CHECK(main.get_all_gateway_names() == std::vector<std::string>{"RPC", "RPC.SIM", "RPC.SIM2"});
    CHECK(client.rpc.state() == gateway_state::CONNECTED);
}

TEST_CASE("connected is not said before there is a server, and connecting blocks nobody") {
    server_side server;
    client_side client{server.here().listen[0]};
    CHECK(client.wait_for<trader::log_data>(
        [](const auto& line) { return line.msg.find("connect_failed") != std::string::npos; }));
    CHECK(client.rpc.state() == gateway_state::CONNECTING);
    REQUIRE(server.service.start(server.here()));
    CHECK(client.wait_connected());
}

TEST_CASE("an address that cannot be read is refused at once, with a reason") {
    test::platform client;
    client.main.add_gateway<trader::rpc_gateway>();
    CHECK(test::text_of([&] {
              client.main.connect({{"address", "tcp:/nowhere"}}, "RPC");
          }).starts_with("setting 'address': "));
    CHECK(test::text_of([&] {
              client.main.connect({{"token", "\xff"}}, "RPC");
          }).starts_with("setting 'token': "));
    CHECK_THROWS_AS(client.main.connect({{"adress", "x"}}, "RPC"), std::invalid_argument);
    CHECK(client.main.get_default_setting("RPC").at("address").get<std::string>().starts_with(
        "tcp://127.0.0.1:"));
}

TEST_CASE("every event of the server arrives once, with its ids, but not the timer") {
    desk_pair desk;
    std::vector<std::string> by_id;
    desk.client.events.register_handler("eOrder.RPC.SIM.9",
                                        [&](const auto&) { by_id.push_back("order"); });
    desk.client.events.register_handler("eAccount.RPC.SIM.a",
                                        [&](const auto&) { by_id.push_back("account"); });
    auto& sim = desk.server.sim;
    desk.server.main.send_order(test::buy("9"), "SIM");
    sim.tell(test::trade("1", 3));
    sim.tell(test::position(3));
    sim.tell(trader::account_data{.accountid = "a", .balance = 1});
    sim.tell(test::contract("NEW"));
    desk.server.main.send_quote({.symbol = "SPX", .quoteid = "q"}, "SIM");
    sim.write_log("a line");
    desk.server.events.put({"eOwn", nlohmann::json{{"x", 1}}});
    REQUIRE(desk.client.seen.wait(
        [](const auto& all) { return !all.empty() && all.back().type == "eOwn"; }));
    desk.client.settle();
    CHECK(desk.client.all<trader::trade_data>().size() == 1);
    CHECK(desk.client.all<trader::order_data>().size() == 2);
    CHECK(desk.client.main.get_quote("RPC.SIM.q"));
    CHECK(desk.client.main.get_contract("RPC.SIM.NEW.CBOE"));
    CHECK(by_id == std::vector<std::string>{"order", "order", "account"});
    CHECK(desk.client.wait_for<trader::log_data>(
        [](const auto& line) { return line.gateway_name == "RPC.SIM" && line.msg == "a line"; }));
}

TEST_CASE("ticks come for what was subscribed, the newest at once, and nothing else") {
    desk_pair desk;
    desk.server.sim.tell(test::tick("SPX", 1));
    desk.server.settle();
    desk.client.main.subscribe({"SPX", trader::exchange::CBOE}, "RPC.SIM");
    REQUIRE(desk.client.wait(
        [](const auto& main) { return main.get_tick("RPC.SIM.SPX.CBOE").has_value(); }));
    REQUIRE(desk.server.sim.asked.wait_for_count(1));
    CHECK(desk.server.sim.asked.all() == std::vector<std::string>{"subscribe SPX.CBOE"});
    desk.server.sim.tell(test::tick("SPY", 5));
    desk.server.sim2.tell(test::tick("SPX", 6));
    desk.server.sim.tell(test::tick("SPX", 2));
    REQUIRE(desk.client.wait(
        [](const auto& main) { return main.get_tick("RPC.SIM.SPX.CBOE")->last_price == 2; }));
    CHECK(desk.client.main.get_all_ticks().size() == 1);
    desk.client.main.unsubscribe({"SPX", trader::exchange::CBOE}, "RPC.SIM");
    CHECK(desk.server.sim.asked.wait_for_count(2));
}

/// A gateway that tells the newest tick to everybody whenever somebody subscribes, as many do.
struct echoing_gateway : test::scripted_gateway {
    using scripted_gateway::scripted_gateway;
    void subscribe(const trader::subscribe_request& request, const std::string& name) override {
        scripted_gateway::subscribe(request, name);
        const std::lock_guard lock(mutex_);
        if (newest_.last_price != 0) {
            tell(newest_);
        }
    }
    void move(int step) {
        const std::lock_guard lock(mutex_);
        newest_ = test::tick("SPX", step);
        newest_.datetime = trader::time_point{std::chrono::seconds(20 * step)};
        tell(newest_);
    }

private:
    std::mutex mutex_;
    trader::tick_data newest_{};
};

const trader::subscribe_request spx_ticks{"SPX", trader::exchange::CBOE};

/// What a strategy makes of ticks: of each minute the open, high, low, close, and how many there
/// were.
std::vector<std::array<double, 5>> bars_of(const test::platform& desk) {
    std::vector<std::array<double, 5>> bars;
    std::optional<std::chrono::minutes> minute;
    for (const auto& tick : desk.all<trader::tick_data>()) {
        const auto now = std::chrono::floor<std::chrono::minutes>(tick.datetime.time_since_epoch());
        const double price = tick.last_price;
        if (std::exchange(minute, now) != now) {
            bars.push_back({price, price, price, price, 0});
        }
        auto& [open, high, low, close, count] = bars.back();
        high = (std::max)(high, price);
        low = (std::min)(low, price);
        close = price;
        ++count;
    }
    return bars;
}

/// Waits for a price and gives whether it came.
bool sees(const test::platform& desk, const std::string& id, double price) {
    return desk.wait([&](const auto& main) {
        const auto tick = main.get_tick(id);
        return tick && tick->last_price == price;
    });
}

TEST_CASE("bars of those who stay do not depend on who comes and goes") {
    test::platform server;
    auto& sim = server.main.add_gateway<echoing_gateway>("SIM");
    auto& service = server.main.add_app<trader::rpc_service::rpc_service_app>();
    sim.tell(test::contract("SPX"));
    sim.move(1);  // Before the service starts: its first clients have it, too.
    server.settle();
    trader::rpc_service::service_setting here;
    here.listen = {"unix://" + (server.folder.path() / "desk").string()};
    REQUIRE(service.start(here));
    client_side one{here.listen[0]};
    client_side two{here.listen[0]};
    // Behind the second is another service, with a client that stays.
    auto& second = two.main.add_app<trader::rpc_service::rpc_service_app>();
    auto there = here;
    there.listen = {"unix://" + (two.folder.path() / "far").string()};
    REQUIRE(second.start(there));
    client_side far{there.listen[0]};
    for (auto* each : {&one, &two, &far}) {
        REQUIRE(each->wait_connected());
    }
    one.main.subscribe(spx_ticks, "RPC.SIM");
    two.main.subscribe(spx_ticks, "RPC.SIM");
    REQUIRE(sees(one, "RPC.SIM.SPX.CBOE", 1));
    REQUIRE(sees(two, "RPC.SIM.SPX.CBOE", 1));
    far.main.subscribe(spx_ticks, "RPC.RPC.SIM");
    REQUIRE(sees(far, "RPC.RPC.SIM.SPX.CBOE", 1));
    std::vector<std::unique_ptr<client_side>> late;
    for (int step = 2; step <= 18; ++step) {
        sim.move(step);
        REQUIRE(sees(one, "RPC.SIM.SPX.CBOE", step));
        REQUIRE(sees(two, "RPC.SIM.SPX.CBOE", step));
        REQUIRE(sees(far, "RPC.RPC.SIM.SPX.CBOE", step));
        if (late.size() == 1) {
            late.clear();  // It goes with its subscription.
            continue;
        }
        const bool is_far = step % 4 == 0;
        const std::string name = is_far ? "RPC.RPC.SIM" : "RPC.SIM";
        late.push_back(std::make_unique<client_side>(is_far ? there.listen[0] : here.listen[0]));
        REQUIRE(late[0]->wait_connected());
        late[0]->main.subscribe(spx_ticks, name);
        // Whoever subscribes has the newest at once.
        REQUIRE(sees(*late[0], name + ".SPX.CBOE", step));
        if (step % 3 == 0) {
            late[0]->main.unsubscribe(spx_ticks, name);
        }
        // Those who have it subscribe again, by another name, in the same process.
        one.main.subscribe(spx_ticks, step % 2 == 0 ? "RPC" : "RPC.SIM");
        far.main.subscribe(spx_ticks, "RPC.RPC.SIM");
        late[0]->settle();
        CHECK(late[0]->all<trader::tick_data>().size() == 1);
    }
    std::vector<std::array<double, 5>> wanted{{1, 2, 1, 2, 2}};
    for (double step = 3; step <= 18; step += 3) {
        wanted.push_back({step, (std::min)(step + 2, 18.0), step, (std::min)(step + 2, 18.0),
                          (std::min)(3.0, 19 - step)});
    }
    CHECK(bars_of(one) == wanted);
    CHECK(bars_of(two) == wanted);
    CHECK(bars_of(far) == wanted);
}

TEST_CASE("a lost connection brings no tick twice, and what came by two names ends by both") {
    desk_pair desk;
    auto& main = desk.client.main;
    main.subscribe(spx_ticks, "RPC.SIM");
    main.subscribe(spx_ticks, "RPC");
    REQUIRE(desk.server.sim.asked.wait_for_count(1));
    desk.server.sim.tell(test::tick("SPX", 1));
    REQUIRE(sees(desk.client, "RPC.SIM.SPX.CBOE", 1));
    desk.restart();
    // Else the end of the first subscription is taken for that of the last, below.
    REQUIRE(desk.server.sim.asked.wait(
        [](const auto& asked) { return asked.back() == "subscribe SPX.CBOE"; }));
    main.unsubscribe(spx_ticks, "RPC");
    desk.server.sim.tell(test::tick("SPX", 2));
    REQUIRE(sees(desk.client, "RPC.SIM.SPX.CBOE", 2));
    main.unsubscribe(spx_ticks, "RPC.SIM");
    REQUIRE(desk.server.sim.asked.wait([](const auto& asked) {
        return !asked.empty() && asked.back() == "unsubscribe SPX.CBOE";
    }));
    desk.server.sim.tell(test::tick("SPX", 3));
    desk.server.sim.tell(test::trade("behind", 1));
    REQUIRE(desk.client.wait(
        [](const auto& known) { return known.get_trade("RPC.SIM.behind").has_value(); }));
    std::vector<double> prices;
    for (const auto& tick : desk.client.all<trader::tick_data>()) {
        prices.push_back(tick.last_price);
    }
    CHECK(prices == std::vector<double>{1, 2});
}

TEST_CASE("a refused token is told once, with the reason, and not as a connection") {
    server_side server;
    auto setting = server.here();
    setting.clients = {{"alice", "a-secret", true}};
    REQUIRE(server.service.start(setting));
    client_side client{setting.listen[0], "guess"};
    auto& counter = client.main.add_app<trader::counter_app>();
    REQUIRE(client.wait_for<trader::log_data>([](const auto& line) {
        return line.msg.find("the server refused the hello: this token is not known") !=
               std::string::npos;
    }));
    CHECK(client.rpc.state() == gateway_state::CONNECTING);
    client.main.connect({{"address", setting.listen[0]}, {"token", "other guess"}}, "RPC");
    client.settle();
    REQUIRE(counter.complaints().size() == 1);
    CHECK(counter.complaints()[0].starts_with("RPC was never connected: "));
    client.main.connect({{"address", setting.listen[0]}, {"token", "a-secret"}}, "RPC");
    REQUIRE(client.wait_connected());
    client.settle();
    CHECK(counter.complaints().empty());
}

TEST_CASE("an order has its id at once and one life, told in order") {
    desk_pair desk;
    const auto id = desk.client.main.send_order(test::buy(""), "RPC.SIM");
    CHECK(id.starts_with("RPC.SIM."));
    REQUIRE(desk.wait_order(id, status::NOTTRADED));
    const auto server_id = id.substr(4);
    CHECK(desk.server.main.get_order(server_id)->status == status::NOTTRADED);
    desk.client.main.cancel_order(desk.client.main.get_order(id)->create_cancel_request(),
                                  "RPC.SIM");
    CHECK(desk.server.sim.asked.wait_for_count(2));
    CHECK(desk.server.sim.asked.all().back() == "cancel_" + ("order " + server_id.substr(4)));
    const auto states = desk.client.all<trader::order_data>();
    CHECK(states.front().status == status::SUBMITTING);
}

TEST_CASE("an order that is sent twice is one order, and its state is not told as new again") {
    desk_pair desk;
    const auto id = desk.client.main.send_order(test::buy("1"), "RPC.SIM");
    REQUIRE(desk.wait_order(id, status::NOTTRADED));
    CHECK(desk.client.main.send_order(test::buy("1"), "RPC.SIM") == id);
    REQUIRE(desk.server.sim.asked.wait_for_count(2));
    desk.server.sim.tell(test::trade("behind", 1));
    REQUIRE(desk.client.wait(
        [](const auto& main) { return main.get_trade("RPC.SIM.behind").has_value(); }));
    CHECK(desk.client.all<trader::order_data>().back().status == status::NOTTRADED);
    CHECK(desk.client.main.get_order(id)->status == status::NOTTRADED);
}

TEST_CASE("an order to the gateway as a whole goes to the only one that has the symbol") {
    desk_pair desk;
    const auto id = desk.client.main.send_order(test::buy("1"), "RPC");
    CHECK(id == "RPC.SIM.1");
    REQUIRE(desk.wait_order(id, status::NOTTRADED));

    desk.server.sim2.tell(test::contract("SPX"));
    REQUIRE(desk.client.wait(
        [](const auto& main) { return main.get_contract("RPC.SIM2.SPX.CBOE").has_value(); }));
    const auto second = desk.client.main.send_order(test::buy("2"), "RPC");
    REQUIRE(desk.wait_order(second, status::REJECTED));
    CHECK(desk.client.main.get_order(second)->reason ==
          "several gateways have SPX.CBOE, say which: RPC.SIM, RPC.SIM2");
    auto unknown = test::buy("3");
    unknown.symbol = "XYZ";
    const auto third = desk.client.main.send_order(unknown, "RPC");
    REQUIRE(desk.wait_order(third, status::REJECTED));
}

TEST_CASE("what the server refuses is a rejected order with the reason") {
    desk_pair desk;
    const auto id = desk.client.main.send_order(test::buy("1"), "RPC.CTP");
    REQUIRE(desk.wait_order(id, status::REJECTED));
    CHECK(desk.client.main.get_order(id)->reason.find("there is no gateway 'CTP'") !=
          std::string::npos);
}

TEST_CASE("without a connection an order is rejected at once and never sent later") {
    desk_pair desk;
    desk.server.service.stop();
    REQUIRE(desk.client.wait_state(gateway_state::LOST));
    const auto id = desk.client.main.send_order(test::buy("late"), "RPC.SIM");
    REQUIRE(desk.wait_order(id, status::REJECTED));
    CHECK(desk.client.main.get_order(id)->reason == "RPC is not connected");
    REQUIRE(desk.server.service.start(desk.server.here()));
    REQUIRE(desk.client.wait_connected(2));
    CHECK(desk.server.sim.asked.count() == 0);
}

TEST_CASE("after a lost connection everything is as at the server, and goes on") {
    desk_pair desk;
    desk.client.main.subscribe({"SPX", trader::exchange::CBOE}, "RPC.SIM");
    REQUIRE(desk.server.sim.asked.wait_for_count(1));
    desk.server.service.stop();
    REQUIRE(desk.client.wait_state(gateway_state::LOST));
    desk.server.sim.tell(test::trade("missed", 4));
    desk.server.main.send_order(test::buy("missed"), "SIM");
    desk.server.sim.tell(test::tick("SPX", 7));
    desk.server.settle();
    REQUIRE(desk.server.service.start(desk.server.here()));
    REQUIRE(desk.client.wait_connected(2));
    desk.client.settle();
    CHECK(desk.client.main.get_trade("RPC.SIM.missed")->volume == 4);
    CHECK(desk.client.main.get_order("RPC.SIM.missed"));
    CHECK(desk.client.all<trader::reset_data>().empty());
    REQUIRE(desk.client.wait([](const auto& main) {
        const auto tick = main.get_tick("RPC.SIM.SPX.CBOE");
        return tick && tick->last_price == 7;
    }));
    desk.server.sim.tell(test::tick("SPX", 8));
    CHECK(desk.client.wait(
        [](const auto& main) { return main.get_tick("RPC.SIM.SPX.CBOE")->last_price == 8; }));
    CHECK(desk.client.all<trader::trade_data>().size() == 1);
}

TEST_CASE("a pulled cable: what was missed is reported, repaired by a snapshot, and told once") {
    server_side server;
    REQUIRE(server.service.start(server.here()));
    server.settle();
    rpc::testing::fault_proxy cable{"unix://" + (server.folder.path() / "desk.sock").string()};
    client_side client{cable.address()};
    REQUIRE(client.wait_connected());
    server.sim.tell(test::trade("before", 1));
    REQUIRE(
        client.wait([](const auto& main) { return main.get_trade("RPC.SIM.before").has_value(); }));
    for (std::size_t pulled = 1; pulled <= 3; ++pulled) {
        cable.cut();
        server.sim.tell(test::trade("missed " + std::to_string(pulled), 2));
        server.sim.tell(test::position(static_cast<double>(1 + 2 * pulled)));
        REQUIRE(client.wait_connected(1 + pulled));
        const double wanted = static_cast<double>(1 + 2 * pulled);
        REQUIRE(client.wait([&](const auto& main) {
            const auto position = main.get_position("RPC.SIM.SPX.CBOE.NET");
            return position && position->volume == wanted;
        }));
    }
    client.settle();
    CHECK(client.all<trader::trade_data>().size() == 4);
    CHECK(client.all<trader::reset_data>().empty());
    CHECK(client.wait_state(gateway_state::LOST, 3));
    const auto id = client.main.send_order(test::buy("after"), "RPC.SIM");
    CHECK(client.wait([&](const auto& main) {
        const auto order = main.get_order(id);
        return order && order->status == status::NOTTRADED;
    }));
}

/// A client behind a cable.
struct cable_desk {
    cable_desk() {
        REQUIRE(server.service.start(server.here()));
        server.settle();
        cable = std::make_unique<rpc::testing::fault_proxy>(
            "unix://" + (server.folder.path() / "desk.sock").string());
        client = std::make_unique<client_side>(cable->address());
        REQUIRE(client->wait_connected());
    }

    /// Sends an order, loses what is said about it, pulls the cable and waits for the next one.
    std::string send_into(towards what) {
        cable->lose(what);
        const auto id = client->main.send_order(test::buy("o"), "RPC.SIM");
        REQUIRE(test::eventually([&] { return cable->lost(what) > 0; }));
        cable->heal();
        cable->cut();
        REQUIRE(client->wait_connected(2));
        client->settle();
        return id;
    }

    server_side server;
    std::unique_ptr<rpc::testing::fault_proxy> cable;
    std::unique_ptr<client_side> client;
};

TEST_CASE("an order that was lost with its connection is sent again, once") {
    cable_desk desk;
    const auto id = desk.send_into(towards::to_server);
    CHECK(desk.client->wait([&](const auto& main) {
        const auto order = main.get_order(id);
        return order && order->status == status::NOTTRADED;
    }));
    CHECK(desk.server.sim.asked.count() == 1);
}

TEST_CASE("an order that was lost without a trace is asked for when its time is over") {
    cable_desk desk;
    desk.cable->lose(towards::to_server);
    const auto id = desk.client->main.send_order(test::buy("o"), "RPC.SIM");
    REQUIRE(test::eventually([&] { return desk.cable->lost(towards::to_server) > 0; }));
    desk.cable->heal();
    REQUIRE(desk.client->wait([&](const auto& main) {
        const auto order = main.get_order(id);
        return order && order->status == status::REJECTED;
    }));
    CHECK(desk.client->main.get_order(id)->reason == "it never reached the server");
    CHECK(desk.client->rpc.state() == gateway_state::CONNECTED);
}

TEST_CASE("an order whose answer was lost lives, and is never called rejected") {
    cable_desk desk;
    const auto id = desk.send_into(towards::to_client);
    CHECK(desk.client->main.get_order(id)->status == status::NOTTRADED);
    for (const auto& told : desk.client->all<trader::order_data>()) {
        CHECK(told.status != status::REJECTED);
    }
    CHECK(desk.server.sim.asked.count() == 1);
}

TEST_CASE("orders whose connection is cut are one order or none, and say which") {
    cable_desk desk;
    auto& client = *desk.client;
    for (std::size_t i = 1; i <= 30; ++i) {
        const auto name = "o" + std::to_string(i);
        const auto id = client.main.send_order(test::buy(name), "RPC.SIM");
        desk.cable->cut();
        REQUIRE(client.wait_connected(1 + i));
        REQUIRE(client.wait([&](const auto& main) {
            const auto order = main.get_order(id);
            return order && order->status != status::SUBMITTING;
        }));
        // The server may read what was on the way when the client has come back already.
        CHECK(client.wait([&](const auto& main) {
            const bool is_known = desk.server.main.get_order("SIM." + name).has_value();
            return is_known == (main.get_order(id)->status == status::NOTTRADED);
        }));
    }
    std::set<std::string> sent;
    for (const auto& line : desk.server.sim.asked.all()) {
        CHECK(sent.insert(line).second);
    }
}

TEST_CASE("another server at the same address is told as a reset, and nothing old is left") {
    auto first = std::make_unique<server_side>();
    const test::own_folder folder;
    auto setting = first->here();
    setting.listen = {"unix://" + (folder.path() / "desk").string()};
    first->main.send_order(test::buy("old"), "SIM");
    first->settle();
    REQUIRE(first->service.start(setting));
    client_side client{setting.listen[0]};
    REQUIRE(client.wait_connected());
    first.reset();
    REQUIRE(client.wait_state(gateway_state::LOST));
    server_side second;
    second.main.send_order(test::buy("new"), "SIM");
    second.settle();
    REQUIRE(second.service.start(setting));
    REQUIRE(client.wait_connected(2));
    client.settle();
    CHECK(client.all<trader::reset_data>().size() == 1);
    CHECK_FALSE(client.main.get_order("RPC.SIM.old"));
    CHECK(client.main.get_order("RPC.SIM.new"));
}

TEST_CASE("quotes, history and functions of the user's own work through the gateway") {
    desk_pair desk;
    auto& main = desk.client.main;
    const auto id =
        main.send_quote({.symbol = "SPX", .exchange = trader::exchange::CBOE}, "RPC.SIM");
    REQUIRE(desk.server.sim.asked.wait_for_count(1));
    CHECK(desk.client.wait([&](const auto& known) { return known.get_quote(id).has_value(); }));
    main.cancel_quote(main.get_quote(id)->create_cancel_request(), "RPC.SIM");
    CHECK(desk.server.sim.asked.wait_for_count(2));

    const auto bars =
        main.query_history({.symbol = "SPX", .exchange = trader::exchange::CBOE}, "RPC.SIM").get();
    REQUIRE(bars.size() == 1);
    CHECK(bars[0].gateway_name == "RPC.SIM");
    CHECK_THROWS_WITH_AS(main.query_history({.symbol = "X"}, "RPC.SIM").get(), "no history of X",
                         std::runtime_error);

    desk.server.service.add_function("echo", [](const nlohmann::json& x) { return x; });
    test::recorder<std::string> answers;
    desk.client.rpc.call_function("echo", {{"a", 1}}, [&](nlohmann::json result, std::string) {
        answers.add(result.dump());
    });
    desk.client.rpc.call_function("none", {},
                                  [&](nlohmann::json, std::string error) { answers.add(error); });
    REQUIRE(answers.wait_for_count(2));
    CHECK(answers.all() ==
          std::vector<std::string>{R"({"a":1})", "there is no function 'none', only: echo"});
    desk.client.rpc.query_account();
    CHECK(desk.server.sim.asked.wait_for_count(3));
}

TEST_CASE("who waits for an answer hears that the gateway was closed, once") {
    desk_pair desk;
    desk.server.service.add_function("never", [](const nlohmann::json& x) { return x; });
    for (int i = 0; i < 20; ++i) {
        test::recorder<std::string> answers;
        for (int call = 0; call < 10; ++call) {
            desk.client.rpc.call_function("never", {}, [&](nlohmann::json, std::string error) {
                answers.add(std::move(error));
            });
            desk.client.main.send_order(test::buy(""), "RPC.SIM");
        }
        desk.client.rpc.close();
        CHECK(answers.count() == 10);
        desk.client.main.connect({{"address", desk.server.here().listen[0]}}, "RPC");
        REQUIRE(desk.client.wait_connected(static_cast<std::size_t>(i) + 2));
        CHECK(answers.count() == 10);
    }
}

TEST_CASE("whether one may trade is known when it says connected, and asked at each connect") {
    server_side server;
    auto setting = server.here();
    setting.clients = {{.name = "guest", .token = "g", .may_trade = false}};
    REQUIRE(server.service.start(setting));
    client_side client{setting.listen[0], "g"};
    test::recorder<bool> rights;
    client.events.register_handler(std::string(trader::EVENT_GATEWAY), [&](const auto& happened) {
        const auto& told = std::get<trader::gateway_data>(happened.data);
        if (told.gateway_name == "RPC" && told.state == gateway_state::CONNECTED) {
            rights.add(client.main.may_trade("RPC.SIM"));
        }
    });
    REQUIRE(client.wait_connected());
    CHECK_FALSE(client.main.may_trade("RPC.SIM"));
    const auto id = client.main.send_order(test::buy(""), "RPC.SIM");
    REQUIRE(client.wait([&](const auto& main) {
        const auto order = main.get_order(id);
        return order && order->status == status::REJECTED;
    }));
    CHECK(client.main.get_order(id)->reason == "guest may watch, not trade");
    CHECK(server.service.stop());
    setting.clients[0].may_trade = true;
    REQUIRE(server.service.start(setting));
    REQUIRE(client.wait_connected(2));
    client.settle();
    CHECK(client.main.may_trade("RPC.SIM"));
    CHECK(rights.all().back());
    CHECK_FALSE(client.main.may_trade("NONE"));
}

/// A service of before there were rights: it has nothing, but tells so.
struct older_service {
    template <class Data>
    trader::rpc_service::page<Data> nothing(const std::string& /*after*/) {
        return {};
    }
    std::vector<std::string> names() { return {"SIM"}; }
    using self = older_service;
    using rpc_table =
        rpc::table<rpc::method<"get_all_gateway_names", &self::names>,
                   rpc::method<"page_contracts", &self::nothing<trader::contract_data>>,
                   rpc::method<"page_accounts", &self::nothing<trader::account_data>>,
                   rpc::method<"page_positions", &self::nothing<trader::position_data>>,
                   rpc::method<"page_orders", &self::nothing<trader::order_data>>,
                   rpc::method<"page_trades", &self::nothing<trader::trade_data>>,
                   rpc::method<"page_quotes", &self::nothing<trader::quote_data>>,
                   rpc::method<"page_gateways", &self::nothing<trader::gateway_data>>>;
};

TEST_CASE("a server that knows of no rights is connected to as before") {
    rpc::io_thread io;
    older_service engine;
    const test::own_folder folder;
    rpc::server<older_service> server{
        io.get_executor(), engine, {.listen = {"unix://" + (folder.path() / "old").string()}}};
    server.start();
    client_side client{server.addresses().at(0)};
    REQUIRE(client.wait_connected());
    CHECK(client.main.may_trade("RPC"));
}

TEST_CASE("a gateway through a gateway keeps all names apart") {
    desk_pair near;
    auto& middle = near.client;
    auto& service = middle.main.add_app<trader::rpc_service::rpc_service_app>();
    trader::rpc_service::service_setting setting;
    setting.listen = {"unix://" + (middle.folder.path() / "middle").string()};
    REQUIRE(service.start(setting));
    client_side far{setting.listen[0]};
    REQUIRE(far.wait_connected());
    const auto id = far.main.send_order(test::buy("1"), "RPC.RPC.SIM");
    CHECK(id == "RPC.RPC.SIM.1");
    REQUIRE(far.wait([&](const auto& main) {
        const auto order = main.get_order(id);
        return order && order->status == status::NOTTRADED;
    }));
    CHECK(near.server.sim.asked.all() == std::vector<std::string>{"send_order 1"});
}

TEST_CASE("a wrong address can be corrected while nobody answers there") {
    server_side server;
    REQUIRE(server.service.start(server.here()));
    server.settle();
    client_side client{"unix://" + (server.folder.path() / "nobody").string()};
    CHECK(client.wait_state(gateway_state::CONNECTING));
    client.main.connect({{"address", server.here().listen[0]}}, "RPC");
    CHECK(client.wait_connected());
    client.main.connect({{"address", "unix:///elsewhere"}}, "RPC");
    CHECK(client.rpc.state() == gateway_state::CONNECTED);
}

TEST_CASE("a gateway that was closed connects again, and tells everything anew after a reset") {
    desk_pair desk;
    desk.server.sim.tell(test::trade("t", 1));
    REQUIRE(
        desk.client.wait([](const auto& main) { return main.get_trade("RPC.SIM.t").has_value(); }));
    desk.client.rpc.close();
    CHECK(desk.client.rpc.state() == gateway_state::DISCONNECTED);
    desk.client.rpc.close();
    desk.client.main.connect({{"address", desk.server.here().listen[0]}}, "RPC");
    REQUIRE(desk.client.wait_connected(2));
    std::vector<std::string> told;
    for (const auto& each : desk.client.seen.all()) {
        if (each.type == trader::EVENT_RESET || each.type == trader::EVENT_TRADE) {
            told.push_back(each.type);
        }
    }
    CHECK(told == std::vector<std::string>{"eTrade.", "eReset", "eTrade."});
}

}  // namespace
