// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the FIX gateway's orders and trades are the counterparty's, and so are those of a client
// behind the RPC service, whatever happens to the session between them. Method: a counterparty in a
// process of its own (QuickFIX's acceptor around the simulated exchange), which spoils its session
// and its cable as told; after each fault all three are compared, order by order.

#include "fix_desk.hpp"

#include "trader/tick_levels.hpp"

#include <doctest/doctest.h>

#include <set>

namespace {

using nlohmann::json;
using test::fix_desk;
using test::known_to;
using trader::gateway_state;
using trader::status;

constexpr double far_above = 3100;  // Nobody asks for more.
constexpr double far_below = 2500;

json volumes(const trader::main_engine& main) {
    auto all = json::object();
    for (const auto& each : main.get_all_positions()) {
        all[each.vt_symbol()] = {{"volume", each.volume}};
    }
    return all;
}

/// That the three agree, and on so many trades, each told once to each desk.
void check_agreed(fix_desk& desk, std::size_t trades) {
    const auto all = desk.agreed_by_all();
    INFO(all.dump(1));
    REQUIRE(all.contains("orders"));
    CHECK(all.at("trades").size() == trades);
    std::set<std::string> told;
    for (const auto& each : desk.server->all<trader::trade_data>()) {
        CHECK(told.insert(each.tradeid).second);
    }
    CHECK(desk.client->all<trader::trade_data>().size() == told.size());
    const auto held = desk.exchange.tell("positions");
    CHECK(desk.client->wait([&](const auto& main) { return volumes(main) == held; }));
    CHECK(volumes(desk.server->main) == held);
}

/// Breaks the line with `command` while nobody can come back, so that what happens then is missed.
void break_line(fix_desk& desk, const std::string& command, std::size_t times = 1) {
    desk.exchange.tell("turn_away");
    desk.exchange.tell(command);
    REQUIRE(desk.wait_state(gateway_state::LOST, times));
    desk.exchange.tell("await_logout");
}

void mend_line(fix_desk& desk, std::size_t times = 2) {
    desk.exchange.tell("heal");
    REQUIRE(desk.wait_connected(times));
}

}  // namespace

TEST_CASE("FIX: logon tells contracts and the account, and prices are the exchange's") {
    fix_desk desk;
    const auto contract = desk.client->main.get_contract("RPC.FIX.ES.CME");
    REQUIRE(contract);
    CHECK(contract->name == "Future on the S&P 500");
    CHECK(contract->size == 50);
    CHECK(contract->pricetick == 0.25);
    CHECK(contract->product == trader::product::FUTURES);
    const auto account = desk.client->main.get_account("RPC.FIX.FIX-1");
    REQUIRE(account);
    CHECK(account->balance == 1'000'000);

    desk.client->main.subscribe({"SPX", trader::exchange::CBOE}, "RPC.FIX");
    // The snapshot, and then what changes of it.
    for (int steps = 0; steps <= 3; ++steps) {
        CHECK(desk.exchange.tell("step " + std::to_string(steps)) == steps);
        const auto truth = desk.exchange.tell("tick SPX.CBOE");
        CHECK(desk.client->wait_for<trader::tick_data>([&](const auto& tick) {
            json known{
                {"last", tick.last_price}, {"time", tick.datetime.time_since_epoch().count()},
                {"volume", tick.volume},   {"high", tick.high_price},
                {"low", tick.low_price},   {"open", tick.open_price}};
            for (std::size_t i = 0; i < trader::bid_levels.size(); ++i) {
                known["bids"].push_back(
                    {tick.*trader::bid_levels[i].price, tick.*trader::bid_levels[i].volume});
                known["asks"].push_back(
                    {tick.*trader::ask_levels[i].price, tick.*trader::ask_levels[i].volume});
            }
            return known == truth;
        }));
    }
    desk.client->main.subscribe({"NONE", trader::exchange::CBOE}, "RPC.FIX");
    CHECK(desk.wait_line("no prices of NONE.CBOE: unknown symbol NONE.CBOE"));
}

TEST_CASE("FIX: orders, partial fills, rejects and cancels are the same at all three") {
    fix_desk desk;
    const auto filled = desk.send(3, far_above, "mine");
    CHECK(desk.wait_order(filled, status::ALLTRADED));
    const auto swept = desk.send(200, far_above);  // More than there is: it waits for the rest.
    CHECK(desk.wait_order(swept, status::PARTTRADED));
    const auto resting = desk.send(5, far_below);
    CHECK(desk.wait_order(resting, status::NOTTRADED));
    const auto refused = desk.send(1, 2500.001);
    CHECK(desk.wait_order(refused, status::REJECTED));
    CHECK(desk.client->main.get_order("RPC.FIX." + refused)->reason.find("2500.001") !=
          std::string::npos);
    const auto sold = desk.send(-2, 0);
    CHECK(desk.wait_order(sold, status::ALLTRADED));
    desk.cancel(resting);
    CHECK(desk.wait_order(resting, status::CANCELLED));
    desk.cancel(filled);
    CHECK(desk.wait_line("order " + filled + " is ALLTRADED already"));
    desk.cancel("never-sent");
    CHECK(desk.wait_line("there is no order never-sent"));
    const auto all = desk.agreed_by_all();
    check_agreed(desk, all.at("trades").size());
    CHECK(all.at("trades").size() > 6);
    const auto money = desk.exchange.tell("account");
    CHECK(desk.client->wait([&](const auto& main) {
        const auto known = main.get_account("RPC.FIX.FIX-1");
        return known && std::abs(known->available() - money.at("available").get<double>()) < 1e-6;
    }));
}

TEST_CASE("FIX: a cable that is pulled in the middle of fills, within a message") {
    fix_desk desk;
    const auto id = desk.send(200, far_above);
    REQUIRE(desk.wait_order(id, status::PARTTRADED));
    desk.agreed_by_all();
    // Five fills come with a step. Reports have 300 bytes and more.
    desk.exchange.tell("cut_after 1000");
    desk.exchange.tell("step 1");
    REQUIRE(desk.wait_state(gateway_state::LOST));
    desk.exchange.tell("heal");
    REQUIRE(desk.wait_connected(2));
    const auto trades = desk.exchange.tell("trades").size();
    CHECK(trades == 10);
    check_agreed(desk, trades);
}

TEST_CASE("FIX: what was traded while the line was down is told after the next logon") {
    fix_desk desk;
    std::string command;
    SUBCASE("as both sides see it") {
        command = "cut";
    }
    SUBCASE("half open: only the missing heartbeat tells it") {
        command = "vanish";
        desk.open_server({{"heartbeat", 1}});
    }
    const auto id = desk.send(100, far_above);
    REQUIRE(desk.wait_order(id, status::PARTTRADED));
    break_line(desk, command);
    desk.exchange.tell("step 2");
    const auto missed = desk.send(1, far_above);
    CHECK(desk.wait_order(missed, status::REJECTED));
    CHECK(desk.client->main.get_order("RPC.FIX." + missed)->reason == "FIX is not connected");
    mend_line(desk);
    const auto orders = desk.exchange.tell("orders");
    const auto trades = desk.exchange.tell("trades");
    CHECK(orders.size() == 1);  // The one that was rejected here never went out.
    CHECK(trades.size() == 15);
    for (const auto& [platform, name] :
         {std::pair<test::platform*, std::string>(desk.server.get(), "FIX"),
          std::pair<test::platform*, std::string>(desk.client.get(), "RPC.FIX")}) {
        CHECK(platform->wait([&](const auto& main) {
            const auto known = known_to(main, name);
            return known.at("trades") == trades && known.at("orders").at(id) == orders.at(id);
        }));
    }
}

TEST_CASE("FIX: gaps are asked for and filled") {
    fix_desk desk;
    const auto id = desk.send(200, far_above);
    REQUIRE(desk.wait_order(id, status::PARTTRADED));
    SUBCASE("a number that was never used") {
        desk.exchange.tell("skip 3");
        desk.exchange.tell("step 2");
        check_agreed(desk, 15);
    }
    SUBCASE("a message that came garbled, and is left out") {
        desk.agreed_by_all();
        desk.exchange.tell("corrupt_after 500");
        desk.exchange.tell("step 2");
        check_agreed(desk, 15);
    }
    CHECK(desk.server->main.get_gateway_state("FIX")->state == gateway_state::CONNECTED);
}

TEST_CASE("FIX: reports that come again change nothing") {
    fix_desk desk;
    const auto id = desk.send(200, far_above);
    REQUIRE(desk.wait_order(id, status::PARTTRADED));
    check_agreed(desk, 5);
    const auto before = desk.count<trader::order_data>();
    for (const std::string mark : {"dup", "resend", "unmarked"}) {
        desk.exchange.tell("repeat 5 " + mark);
    }
    // Behind them all, a new one.
    desk.exchange.tell("step 1");
    check_agreed(desk, 10);
    const auto after = desk.count<trader::order_data>();
    CHECK(after.first == before.first + 5);
    CHECK(after.second == before.second + 5);
}

TEST_CASE("FIX: an order that was lost with the line is rejected, and never comes to life") {
    fix_desk desk;
    desk.exchange.tell("lose_orders");
    const auto id = desk.send(3, far_above);
    REQUIRE(desk.server->wait([&](const auto& main) { return !!main.get_order("FIX." + id); }));
    CHECK(desk.wait_order(id, status::SUBMITTING));
    break_line(desk, "cut");
    mend_line(desk);
    CHECK(desk.wait_order(id, status::REJECTED));
    CHECK(desk.client->main.get_order("RPC.FIX." + id)->reason ==
          "it never reached the counterparty, which does not know it");
    const auto next = desk.send(2, far_above);
    CHECK(desk.wait_order(next, status::ALLTRADED));
    CHECK(desk.exchange.tell("orders").size() == 1);
    CHECK(desk.server->main.get_order("FIX." + id)->status == status::REJECTED);
    // What was asked right after the logon arrived, though it came behind the gap: it was sent
    // again.
    for (const auto& line : desk.server->all<trader::log_data>()) {
        CHECK(line.msg.find("no answer about") == std::string::npos);
    }
}

TEST_CASE("FIX: numbers that begin again at the counterparty need a reset, and lose nothing") {
    fix_desk desk;
    const auto id = desk.send(100, far_above);
    REQUIRE(desk.wait_order(id, status::PARTTRADED));
    break_line(desk, "cut");
    desk.exchange.tell("step 1");
    SUBCASE("what it sends has become too low") {
        desk.exchange.tell("set_numbers 1 1");
    }
    SUBCASE("what it wants has become too high") {
        const auto numbers = desk.exchange.tell("numbers");
        desk.exchange.tell("set_numbers " + numbers[0].dump() + " 1000");
    }
    desk.exchange.tell("heal");
    CHECK(desk.wait_line("MsgSeqNum too low"));
    CHECK(desk.wait_line("connect once with 'reset'"));
    desk.server->main.get_gateway("FIX").close();
    desk.server->main.connect(desk.setting({{"reset", true}}), "FIX");
    REQUIRE(desk.wait_connected(2));
    const auto all = desk.agreed_by_all();
    INFO(all.dump(1));
    REQUIRE(all.contains("orders"));
    CHECK(all.at("trades").size() == 10);
}

TEST_CASE("FIX: desks that start anew know the day's orders and trades, and numbers go on") {
    fix_desk desk;
    const auto id = desk.send(100, far_above);
    REQUIRE(desk.wait_order(id, status::PARTTRADED));
    desk.send(5, far_below);
    desk.agreed_by_all();
    const auto numbers = desk.exchange.tell("numbers");
    desk.open_server();
    check_agreed(desk, 5);
    CHECK(desk.exchange.tell("numbers")[1] > numbers[1]);
    desk.cancel(id);
    CHECK(desk.wait_order(id, status::CANCELLED));
    check_agreed(desk, 5);
}

TEST_CASE("FIX: a counterparty that refuses every question is asked for each order") {
    fix_desk desk;
    for (const std::string type : {"x", "AD", "AF", "AN", "BB"}) {
        desk.exchange.tell("refuse_type " + type);
    }
    const auto id = desk.send(200, far_above);
    const auto resting = desk.send(5, far_below);
    REQUIRE(desk.wait_order(id, status::PARTTRADED));
    REQUIRE(desk.wait_order(resting, status::NOTTRADED));
    break_line(desk, "cut");
    desk.exchange.tell("step 1");
    mend_line(desk);
    CHECK(desk.wait_line("no answer about orders: this exchange does not take AF"));
    // Positions are counted from the trades then.
    check_agreed(desk, 10);
}

TEST_CASE("FIX: settings that cannot be used are named") {
    test::platform desk;
    desk.main.add_gateway<trader::fix_gateway>();
    const std::vector<std::pair<json, std::string>> cases{
        {{{"prot", 1}}, "there is no setting 'prot'"},
        {{{"port", 0}}, "setting 'port' takes a whole number from 1 to 65535, not 0"},
        {{{"port", 1.5}}, "setting 'port' takes"},
        {{{"sender", ""}}, "setting 'sender' takes a name without blanks and slashes"},
        {{{"target", "a/b"}}, "setting 'target' takes a name"},
        {{{"start_time", "25:00:00"}}, "setting 'start_time' takes a time of the day in UTC"},
        {{{"symbols", {"ES"}}}, "setting 'symbols' takes a list of symbols with their exchanges"},
        {{{"ask", {"money"}}}, "setting 'ask' takes some of [\"securities\""},
        {{{"dictionary", "/nowhere.xml"}}, "setting 'dictionary' takes a file of QuickFIX"},
        {{{"store", "/proc/none"}}, "setting 'store': cannot make /proc/none"}};
    for (const auto& [setting, text] : cases) {
        CAPTURE(setting.dump());
        const auto said = test::text_of([&] { desk.main.connect(setting, "FIX"); });
        CHECK(said.substr(0, text.size()) == text);
    }
    CHECK(desk.main.send_order(test::buy("early"), "FIX") == "FIX.early");
    CHECK(desk.wait_for<trader::order_data>([](const auto& order) {
        return order.status == status::REJECTED && order.reason == "FIX is not connected";
    }));
    CHECK_THROWS_AS(desk.main.subscribe({"SPX", trader::exchange::CBOE}, "FIX.A"),
                    std::invalid_argument);
}
