// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: orders and accounts reach only whom they belong to, or who may see all; nobody does what it
// may not. Method: real servers and clients; whatever is not to be told is followed by something
// that is.

#include "rpc_service/rpc_engine.hpp"

#include "desk_pair.hpp"
#include "plain_client.hpp"

#ifdef TRADER_HAS_TLS
#include "certificates.hpp"

#include <gatewire/tls.hpp>
#endif

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using test::client_side;
using test::code_of;
using test::plain_client;
using test::server_side;
using trader::exchange;
using trader::order_data;
using trader::rpc_service::client_access;
using trader::rpc_service::service_setting;

/// A server with two who trade and see only what is theirs, one who looks at prices, and one who
/// sees all and does not trade.
struct guarded_desk : server_side {
    guarded_desk() {
        setting.clients = {{.name = "alice", .token = "a", .sees_all = false},
                           {.name = "bob", .token = "b", .sees_all = false},
                           {.name = "guest", .token = "g", .may_trade = false, .sees_all = false},
                           {.name = "risk", .token = "r", .may_trade = false}};
        start();
    }

    void start() { REQUIRE(service.start(setting)); }

    /// Waits until the platform knows everything that was asked for, and the service was told.
    void settle_orders(std::size_t count) {
        REQUIRE(wait([&](const auto& known) { return known.get_all_orders().size() == count; }));
        settle();
    }

    service_setting setting = here();
};

trader::quote_request quote(const std::string& id) {
    return {.symbol = "SPX", .exchange = exchange::CBOE, .quoteid = id};
}

trader::trade_data trade_of(const std::string& order, const std::string& id) {
    auto made = test::trade(id, 1);
    made.orderid = order;
    return made;
}

template <class Data>
std::vector<std::string> ids_of(const std::vector<Data>& all) {
    std::vector<std::string> ids;
    for (const auto& each : all) {
        ids.push_back(each.id());
    }
    return ids;
}

/// The ids of all orders, asked for one page after another.
std::vector<std::string> paged_orders(plain_client& peer) {
    std::vector<std::string> ids;
    std::string after;
    do {
        const auto part = peer.client.call<"page_orders">(after);
        const auto some = ids_of(part.items);
        ids.insert(ids.end(), some.begin(), some.end());
        after = part.next;
    } while (!after.empty());
    return ids;
}

using id_list = std::vector<std::string>;

TEST_CASE("functions tell orders, quotes and trades to who sent them and to who sees all") {
    guarded_desk desk;
    const auto address = desk.service.addresses().at(0);
    plain_client alice{address, "a"};
    plain_client bob{address, "b"};
    plain_client guest{address, "g"};
    plain_client risk{address, "r"};
    desk.main.send_order(test::buy("own"), "SIM");
    alice.client.call<"send_order">(test::buy("a1"), "SIM");
    alice.client.call<"send_orders">(std::vector{test::buy("a2")}, "SIM2");
    bob.client.call<"send_order">(test::buy("b1"), "SIM");
    alice.client.call<"send_quote">(quote("aq"), "SIM");
    desk.sim.tell(trade_of("a1", "at"));
    desk.sim.tell(trade_of("b1", "bt"));
    desk.sim.tell(trade_of("aq", "qt"));
    desk.sim.tell(test::position(1));
    desk.sim.tell(trader::account_data{.accountid = "x", .balance = 1});
    desk.settle_orders(4);

    struct expected {
        plain_client& peer;
        id_list orders;
        id_list quotes;
        id_list trades;
        std::size_t accounts;
    };
    for (auto& [peer, orders, quotes, trades, accounts] :
         std::vector<expected>{{alice, {"SIM.a1", "SIM2.a2"}, {"SIM.aq"}, {"SIM.at", "SIM.qt"}, 1},
                               {bob, {"SIM.b1"}, {}, {"SIM.bt"}, 1},
                               {guest, {}, {}, {}, 0},
                               {risk,
                                {"SIM.a1", "SIM.b1", "SIM.own", "SIM2.a2"},
                                {"SIM.aq"},
                                {"SIM.at", "SIM.bt", "SIM.qt"},
                                1}}) {
        auto& client = peer.client;
        const auto name = client.call<"get_rights">().name;
        CAPTURE(name);
        CHECK(ids_of(client.call<"get_all_orders">()) == orders);
        CHECK(ids_of(client.call<"get_all_active_orders">()) == orders);
        CHECK(paged_orders(peer) == orders);
        CHECK(ids_of(client.call<"get_all_quotes">()) == quotes);
        CHECK(ids_of(client.call<"get_all_active_quotes">()) == quotes);
        CHECK(ids_of(client.call<"page_quotes">("").items) == quotes);
        CHECK(ids_of(client.call<"get_all_trades">()) == trades);
        CHECK(ids_of(client.call<"page_trades">("").items) == trades);
        CHECK(client.call<"get_all_accounts">().size() == accounts);
        CHECK(client.call<"page_accounts">("").items.size() == accounts);
        CHECK(client.call<"get_all_positions">().size() == accounts);
        CHECK(client.call<"page_positions">("").items.size() == accounts);
        CHECK(client.call<"get_account">("SIM.x").has_value() == (accounts > 0));
        CHECK(client.call<"get_position">("SIM.SPX.CBOE.NET").has_value() == (accounts > 0));
        CHECK(client.call<"get_all_contracts">().size() == 1);
        CHECK(client.call<"page_contracts">("").items.size() == 1);
        for (const std::string id : {"SIM.a1", "SIM.b1", "SIM.own", "SIM2.a2"}) {
            CHECK(client.call<"get_order">(id).has_value() == (std::ranges::count(orders, id) > 0));
        }
        CHECK(client.call<"get_quote">("SIM.aq").has_value() == !quotes.empty());
        CHECK(client.call<"get_trade">("SIM.bt").has_value() ==
              (std::ranges::count(trades, "SIM.bt") > 0));
    }
}

TEST_CASE("a page has so many of what may be seen, and its end does not name what may not") {
    guarded_desk desk;
    plain_client alice{desk.service.addresses().at(0), "a"};
    plain_client bob{desk.service.addresses().at(0), "b"};
    std::vector<trader::order_request> mine;
    std::vector<trader::order_request> theirs;
    for (int i = 1000; i < 1501; ++i) {
        mine.push_back(test::buy("x" + std::to_string(i) + "a"));
        theirs.push_back(test::buy("x" + std::to_string(i) + "b"));
    }
    alice.client.call<"send_orders">(mine, "SIM");
    bob.client.call<"send_orders">(theirs, "SIM");
    desk.settle_orders(1002);
    const auto first = alice.client.call<"page_orders">("");
    CHECK(first.items.size() == 500);
    CHECK(first.next == "SIM.x1499a");
    const auto last = alice.client.call<"page_orders">(first.next);
    CHECK(ids_of(last.items) == id_list{"SIM.x1500a"});
    CHECK(last.next.empty());
}

/// What a client was told until the contract `LAST` came.
struct told_events {
    client_side& side;
    id_list orders;
    id_list trades;
    std::size_t quotes;
    std::size_t accounts;
    bool has_lines;
};

void check_told(const told_events& wanted) {
    const auto& side = wanted.side;
    REQUIRE(side.wait(
        [](const auto& known) { return known.get_contract("RPC.SIM.LAST.CBOE").has_value(); }));
    wanted.side.settle();
    // Of every event, not only of what is left in the end.
    std::set<std::string> orders;
    for (const auto& each : side.all<order_data>()) {
        orders.insert(each.id());
    }
    CHECK(orders == std::set<std::string>(wanted.orders.begin(), wanted.orders.end()));
    CHECK(ids_of(side.main.get_all_trades()) == wanted.trades);
    CHECK(side.main.get_all_quotes().size() == wanted.quotes);
    CHECK(side.main.get_all_accounts().size() == wanted.accounts);
    CHECK(side.main.get_all_positions().size() == wanted.accounts);
    CHECK(std::ranges::any_of(side.all<trader::log_data>(), [](const auto& line) {
              return line.gateway_name == "RPC.SIM";
          }) == wanted.has_lines);
    CHECK(std::ranges::any_of(side.seen.all(), [](const auto& each) {
              return each.type == "eOwn";
          }) == wanted.has_lines);
}

TEST_CASE("events tell orders, quotes and trades to who sent them and to who sees all") {
    guarded_desk desk;
    const auto address = desk.service.addresses().at(0);
    client_side alice{address, "a"};
    client_side bob{address, "b"};
    client_side guest{address, "g"};
    client_side risk{address, "r"};
    for (auto* each : {&alice, &bob, &guest, &risk}) {
        REQUIRE(each->wait_connected());
        each->main.subscribe({"SPX", exchange::CBOE}, "RPC.SIM");
    }
    REQUIRE(desk.sim.asked.wait_for_count(4));
    desk.main.send_order(test::buy("own"), "SIM");
    alice.main.send_order(test::buy("a1"), "RPC.SIM");
    bob.main.send_order(test::buy("b1"), "RPC.SIM");
    bob.main.send_quote(quote("bq"), "RPC.SIM");
    desk.settle_orders(3);
    REQUIRE(desk.wait([](const auto& known) { return known.get_quote("SIM.bq").has_value(); }));
    desk.sim.tell(trade_of("a1", "at"));
    desk.sim.tell(trade_of("bq", "bt"));
    desk.sim.tell(test::position(1));
    desk.sim.tell(trader::account_data{.accountid = "x", .balance = 1});
    desk.sim.write_log("about an order");
    desk.events.put({"eOwn", nlohmann::json{{"about", "an order"}}});
    desk.sim.tell(test::contract("LAST"));

    check_told({alice, {"RPC.SIM.a1"}, {"RPC.SIM.at"}, 0, 1, false});
    check_told({bob, {"RPC.SIM.b1"}, {"RPC.SIM.bt"}, 1, 1, false});
    check_told({guest, {}, {}, 0, 0, false});
    check_told({risk,
                {"RPC.SIM.a1", "RPC.SIM.b1", "RPC.SIM.own"},
                {"RPC.SIM.at", "RPC.SIM.bt"},
                1,
                1,
                true});
    desk.sim.tell(test::tick("SPX", 7));
    for (auto* each : {&alice, &bob, &guest, &risk}) {
        CHECK(each->wait(
            [](const auto& known) { return known.get_tick("RPC.SIM.SPX.CBOE").has_value(); }));
    }
}

TEST_CASE("the lines that say who sent what reach only who sees all") {
    guarded_desk desk;
    const auto address = desk.service.addresses().at(0);
    struct line_reader {
        void on_log(const trader::log_data& line) { lines.add(line); }
        void on_contract(const trader::contract_data& contract) { contracts.add(contract); }
        test::recorder<trader::log_data> lines;
        test::recorder<trader::contract_data> contracts;
        using rpc_table = rpc::table<rpc::on<"log", &line_reader::on_log>,
                                     rpc::on<"contract", &line_reader::on_contract>>;
    };
    rpc::io_thread io;
    line_reader risk_lines;
    line_reader bob_lines;
    rpc::client<line_reader> risk{
        io.get_executor(), risk_lines, {.address = address, .token = "r"}};
    rpc::client<line_reader> bob{io.get_executor(), bob_lines, {.address = address, .token = "b"}};
    for (auto* each : {&risk, &bob}) {
        each->start();
        REQUIRE(each->wait_connected());
    }
    plain_client alice{address, "a"};
    alice.client.call<"send_order">(test::buy("a1"), "SIM");
    CHECK(risk_lines.lines.wait([](const auto& all) {
        return std::ranges::any_of(all, [](const auto& line) {
            return line.msg.find("sent SIM.a1") != std::string::npos;
        });
    }));
    desk.settle();
    desk.sim.tell(test::contract("LAST"));
    REQUIRE(bob_lines.contracts.wait_for_count(1));
    CHECK(bob_lines.lines.count() == 0);
}

TEST_CASE("nobody cancels what it may not see, whatever the order is called") {
    guarded_desk desk;
    const auto address = desk.service.addresses().at(0);
    plain_client alice{address, "a"};
    plain_client bob{address, "b"};
    desk.main.send_order(test::buy("own"), "SIM");
    alice.client.call<"send_order">(test::buy("1"), "SIM");
    alice.client.call<"send_quote">(quote("q"), "SIM");
    // Together with the gateway's name this is what `1` at the gateway `SIM.x` would be.
    bob.client.call<"send_order">(test::buy("x.1"), "SIM");
    const auto refused = [&](plain_client& peer, const std::string& id,
                             const std::string& gateway) {
        return code_of(
            [&] { peer.client.call<"cancel_order">(trader::cancel_request{id}, gateway); });
    };
    for (const bool is_known : {false, true}) {
        CHECK(refused(bob, "1", "SIM") == "forbidden");
        CHECK(refused(bob, "own", "SIM") == "forbidden");
        CHECK(refused(bob, "nothing", "SIM") == "forbidden");
        CHECK(refused(bob, "1", "SIM.x") == "forbidden");
        CHECK(code_of([&] {
                  bob.client.call<"cancel_orders">(
                      std::vector{trader::cancel_request{"x.1"}, trader::cancel_request{"1"}},
                      "SIM");
              }) == "forbidden");
        CHECK(code_of([&] {
                  bob.client.call<"cancel_quote">(trader::cancel_request{"q"}, "SIM");
              }) == "forbidden");
        if (!is_known) {
            desk.settle_orders(3);
        }
    }
    CHECK(desk.sim.asked.count() == 4);
    CHECK(refused(bob, "x.1", "SIM") == "none");
    CHECK(refused(alice, "1", "SIM") == "none");
    alice.client.call<"cancel_quote">(trader::cancel_request{"q"}, "SIM");
    CHECK(desk.sim.asked.count() == 7);
}

TEST_CASE("an id that is somebody else's makes no order, and nobody its owner") {
    guarded_desk desk;
    const auto address = desk.service.addresses().at(0);
    plain_client alice{address, "a"};
    plain_client bob{address, "b"};
    desk.main.send_order(test::buy("own"), "SIM");
    alice.client.call<"send_order">(test::buy("1"), "SIM");
    desk.settle_orders(2);
    for (const std::string id : {"1", "own"}) {
        CHECK(code_of([&] { bob.client.call<"send_order">(test::buy(id), "SIM"); }) == "forbidden");
    }
    CHECK(code_of([&] { bob.client.call<"send_quote">(quote("own"), "SIM"); }) == "forbidden");
    CHECK(bob.client.call<"get_all_orders">().empty());
    CHECK(alice.client.call<"send_order">(test::buy("1"), "SIM") == "SIM.1");
    CHECK(ids_of(alice.client.call<"get_all_orders">()) == id_list{"SIM.1"});
}

TEST_CASE("orders stay whose they are when the service starts again, until the gateway is anew") {
    guarded_desk desk;
    {
        plain_client alice{desk.service.addresses().at(0), "a"};
        alice.client.call<"send_order">(test::buy("1"), "SIM");
        alice.client.call<"send_order">(test::buy("2"), "SIM2");
        desk.settle_orders(2);
    }
    CHECK(desk.service.stop());
    desk.start();
    plain_client alice{desk.service.addresses().at(0), "a"};
    CHECK(ids_of(alice.client.call<"get_all_orders">()) == id_list{"SIM.1", "SIM2.2"});
    // What has the id after a reset is another order, be the service told of the reset or stopped.
    desk.events.put_data(trader::reset_data{"SIM"});
    desk.main.send_order(test::buy("3"), "SIM");
    desk.sim.tell(test::buy("1").create_order_data("1", "SIM"));
    desk.settle_orders(3);
    CHECK(ids_of(alice.client.call<"get_all_orders">()) == id_list{"SIM2.2"});
    CHECK(desk.service.stop());
    desk.events.put_data(trader::reset_data{"SIM2"});
    desk.sim2.tell(test::buy("2").create_order_data("2", "SIM2"));
    desk.settle();
    desk.start();
    plain_client again{desk.service.addresses().at(0), "a"};
    CHECK(again.client.call<"get_all_orders">().empty());
}

TEST_CASE("who may only look is told so, and changes nothing") {
    guarded_desk desk;
    desk.service.add_function("halt", [](const nlohmann::json& x) { return x; });
    plain_client guest{desk.service.addresses().at(0), "g"};
    plain_client risk{desk.service.addresses().at(0), "r"};
    const auto seen = guest.client.call<"get_rights">();
    CHECK(seen.name == "guest");
    CHECK_FALSE(seen.may_trade);
    CHECK_FALSE(seen.sees_all);
    CHECK(risk.client.call<"get_rights">().sees_all);
    for (auto* each : {&guest, &risk}) {
        auto& client = each->client;
        CHECK(code_of([&] { client.call<"send_order">(test::buy("1"), "SIM"); }) == "forbidden");
        CHECK(code_of([&] { client.call<"send_quote">(quote("1"), "SIM"); }) == "forbidden");
        CHECK(code_of([&] { client.call<"cancel_order">(trader::cancel_request{"1"}, "SIM"); }) ==
              "forbidden");
        CHECK(code_of([&] { client.call<"call_function">("halt", nlohmann::json(true)); }) ==
              "forbidden");
    }
    CHECK(code_of([&] { guest.client.call<"query_account">("SIM"); }) == "forbidden");
    CHECK(code_of([&] { guest.client.call<"query_position">("SIM"); }) == "forbidden");
    CHECK(desk.sim.asked.count() == 0);
    risk.client.call<"query_account">("SIM");
    guest.client.call<"subscribe">(trader::subscribe_request{"SPX", exchange::CBOE}, "SIM");
    CHECK(desk.sim.asked.all() == std::vector<std::string>{"query_account", "subscribe SPX.CBOE"});
}

TEST_CASE("where nobody is asked, everybody may do and see everything") {
    server_side desk;
    REQUIRE(desk.service.start(desk.here()));
    plain_client peer{desk.service.addresses().at(0)};
    const auto all = peer.client.call<"get_rights">();
    CHECK(all.name.empty());
    CHECK(all.may_trade);
    CHECK(all.sees_all);
}

TEST_CASE("orders in a second are counted for a client, not for each of its connections") {
    server_side desk;
    auto setting = desk.here();
    setting.orders_per_second = 1000;
    setting.clients = {{.name = "alice", .token = "a", .orders_per_second = 2},
                       {.name = "bob", .token = "b"}};
    REQUIRE(desk.service.start(setting));
    const auto address = desk.service.addresses().at(0);
    plain_client one{address, "a"};
    plain_client two{address, "a"};
    plain_client bob{address, "b"};
    one.client.call<"send_orders">(std::vector{test::buy("1"), test::buy("2")}, "SIM");
    const auto refused =
        test::error_of([&] { two.client.call<"send_order">(test::buy("3"), "SIM"); });
    CHECK(refused.code() == rpc::errc::overloaded);
    CHECK(refused.message() == "no more than 2 orders, quotes and cancels in a second");
    CHECK(bob.client.call<"send_order">(test::buy("4"), "SIM") == "SIM.4");
}

TEST_CASE("clients who cannot be told apart, or not at all, are named before anything starts") {
    const std::vector<std::pair<std::vector<client_access>, std::string>> wrong{
        {{{.name = "", .token = "a"}}, "a client has no name"},
        {{{.name = "al", .token = "a"}, {.name = "al", .token = "b"}},
         "two clients have the name 'al'"},
        {{{.name = "al", .token = "a"}, {.name = "bo", .token = "a"}},
         "client 'bo' has the token of another"},
        {{{.name = "al", .token = "a"}, {.name = "bo", .token = ""}},
         "client 'bo' has no token, which only a client authority allows: it shows a certificate "
         "with its name then"}};
    for (const auto& [clients, problem] : wrong) {
        server_side desk;
        auto setting = desk.here();
        setting.clients = clients;
        CHECK_FALSE(desk.service.start(setting));
        CHECK(desk.service.problem() == problem);
    }
}

TEST_CASE("an encrypted address without what it needs is refused in the words of the window") {
    server_side desk;
    service_setting setting;
    setting.listen = {"tls://127.0.0.1:0"};
    CHECK_FALSE(desk.service.start(setting));
#ifndef TRADER_HAS_TLS
    setting.certificate = setting.key = "file.pem";
    CHECK_FALSE(desk.service.start(setting));
    CHECK(desk.service.problem() == "this program was built without OpenSSL and knows no tls://");
#else
    CHECK(desk.service.problem() ==
          "cannot listen on 'tls://127.0.0.1:0': it needs a certificate and its key; choose them, "
          "or make certificates for this desk");
    setting.certificate = "/nowhere/server.pem";
    setting.key = "/nowhere/server.key";
    CHECK_FALSE(desk.service.start(setting));
    CHECK(desk.service.problem() == "cannot read '/nowhere/server.pem': No such file or directory");
    const auto known = test::authority("desk").issue();
    setting.certificate = known.files().certificate;
    setting.key = known.files().key;
    setting.listen = {"tls://0.0.0.0:0"};
    CHECK_FALSE(desk.service.start(setting));
    CHECK(desk.service.problem().find("; add a client with a token") != std::string::npos);
#endif
}

#ifdef TRADER_HAS_TLS

/// A server for clients with certificates: one of them with a token as well.
struct certified_desk : server_side {
    certified_desk() {
        setting.listen = {"tls://127.0.0.1:0", "unix://" + (folder.path() / "desk").string()};
        setting.certificate = server.files().certificate;
        setting.key = server.files().key;
        setting.client_authority = trusted.file();
        setting.clients = {{.name = "alice", .token = ""}, {.name = "bob", .token = "b"}};
    }

    rpc::client_options shows(const test::issued& own, const std::string& token = {}) const {
        return {.address = service.addresses().at(0),
                .tls = rpc::tls_client({.ca_file = trusted.file(),
                                        .certificate_file = own.files().certificate,
                                        .key_file = own.files().key}),
                .token = token};
    }

    test::authority trusted{"a desk's own"};
    test::issued server = trusted.issue();
    service_setting setting;
};

TEST_CASE("a client without a token is known by the name in its certificate, and by that only") {
    certified_desk desk;
    REQUIRE(desk.service.start(desk.setting));
    const auto alice_certificate = desk.trusted.issue_client("alice");
    const auto bob_certificate = desk.trusted.issue_client("bob");
    const auto carol_certificate = desk.trusted.issue_client("carol");
    const auto name_of = [](rpc::client_options options) {
        plain_client peer{std::move(options)};
        try {
            return peer.client.call<"get_rights">().name;
        } catch (const rpc::error& refused) {
            return "refused: " + refused.message();
        }
    };
    CHECK(name_of(desk.shows(alice_certificate)) == "alice");
    CHECK(name_of(desk.shows(bob_certificate, "b")) == "bob");
    CHECK(name_of(desk.shows(alice_certificate, "b")) == "bob");
    CHECK(name_of(desk.shows(alice_certificate, "x")) == "alice");
    // Bob has a token, so his name is not enough; and nobody is called Carol.
    for (const auto* each : {&bob_certificate, &carol_certificate}) {
        CHECK(name_of(desk.shows(*each)).find("nobody who may connect has the name") !=
              std::string::npos);
    }
    // At an address without encryption there are no certificates, and an empty token is none.
    const auto plain = desk.service.addresses().at(1);
    CHECK(name_of({.address = plain}).find("this service wants a token") != std::string::npos);
    CHECK(name_of({.address = plain, .token = "b"}) == "bob");
    // Who is not from the authority does not come through.
    const auto stranger = test::authority("another").issue_client("alice");
    plain_client outside{desk.shows(stranger)};
    CHECK_FALSE(outside.client.wait_connected(std::chrono::milliseconds(0)));
    CHECK(code_of([&] {
              outside.client.call<"get_rights">(rpc::timeout{std::chrono::seconds(20)});
          }) == "unauthenticated");
}

TEST_CASE("a gateway connects with the files of its settings, and names the one that is wrong") {
    certified_desk desk;
    REQUIRE(desk.service.start(desk.setting));
    const auto own = desk.trusted.issue_client("alice");
    test::platform client;
    client.main.add_gateway<trader::rpc_gateway>();
    const nlohmann::json good{{"address", desk.service.addresses().at(0)},
                              {"authority", desk.trusted.file()},
                              {"certificate", own.files().certificate},
                              {"key", own.files().key}};
    const auto problem_with = [&](const std::string& name, const std::string& value) {
        auto wrong = good;
        wrong[name] = value;
        return test::text_of([&] { client.main.connect(wrong, "RPC"); });
    };
    for (const std::string name : {"authority", "certificate", "key"}) {
        CHECK(problem_with(name, "/nowhere/" + name) == "setting '" + name +
                                                            "': cannot read '/nowhere/" + name +
                                                            "': No such file or directory");
        const auto problem = problem_with(name, "/dev/null");
        CHECK(problem.starts_with("setting '" + name + "': "));
        CHECK(problem.find("'/dev/null' cannot be used") != std::string::npos);
    }
    CHECK(problem_with("key", "") == "setting 'key': a certificate needs a key, too");
    CHECK(problem_with("certificate", "") ==
          "setting 'certificate': a key needs a certificate, too");
    client.main.connect(good, "RPC");
    CHECK(client.wait_for<trader::gateway_data>(
        [](const auto& each) { return each.state == trader::gateway_state::CONNECTED; }));
    CHECK(desk.service.clients().at(0).identity == "alice");
}

#else

TEST_CASE("a gateway of a program without OpenSSL says that it has no encryption") {
    test::platform client;
    client.main.add_gateway<trader::rpc_gateway>();
    CHECK(test::text_of([&] { client.main.connect({{"address", "tls://127.0.0.1:1"}}, "RPC"); }) ==
          "setting 'address': this program was built without OpenSSL and knows no tls://");
}

#endif

}  // namespace
