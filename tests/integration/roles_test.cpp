// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: methods and events that need a role are for those who have it. Method: one server, clients
// with different tokens and none, on real sockets.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

namespace {

using test::error_of;
using test::log_line;
using test::recorder;
using test::threading;
using namespace std::chrono_literals;

class vault {
public:
    int look() const { return 7; }
    int take(int amount) {
        ++taken;
        return amount;
    }
    bool may_take(const rpc::caller& who) const { return who.has_role("trade"); }

    using rpc_table =
        rpc::table<rpc::method<"look", &vault::look>,
                   rpc::method<"take", &vault::take, rpc::needs<"trade">>,
                   rpc::method<"take_aside", &vault::take, rpc::offload, rpc::needs<"trade">>,
                   rpc::method<"may_take", &vault::may_take>,
                   rpc::event<"taken", int, rpc::needs<"data">>, rpc::event<"news", int>>;

    std::atomic<int> taken{0};
};

struct guest {
    void on_taken(int amount) { amounts.add(amount); }
    void on_news(int number) { news.add(number); }
    using rpc_table =
        rpc::table<rpc::remote<"look", int()>, rpc::remote<"take", int(int)>,
                   rpc::remote<"take_aside", int(int)>, rpc::remote<"may_take", bool()>,
                   rpc::on<"taken", &guest::on_taken>, rpc::on<"news", &guest::on_news>>;
    recorder<int> amounts;
    recorder<int> news;
};

/// Everyone is known; the token lists the roles.
rpc::identity roles_of_token(const rpc::credentials& shown) {
    rpc::identity who("somebody");
    for (const char* role : {"trade", "data"}) {
        if (shown.token.find(role) != std::string::npos) {
            who.roles.emplace_back(role);
        }
    }
    return who;
}

struct served_vault {
    explicit served_vault(bool asks = true, threading how = threading::one_thread)
        : runs_on(how), server(runs_on.get_executor(), engine, options(asks)) {
        server.start();
    }
    static rpc::server_options options(bool asks) {
        rpc::server_options result;
        result.listen = {"tcp://127.0.0.1:0"};
        if (asks) {
            result.authenticate = roles_of_token;
        }
        return result;
    }
    rpc::client_options with(std::string token) {
        rpc::client_options result;
        result.address = server.addresses().front();
        result.token = std::move(token);
        result.log = test::log_into(client_log);
        return result;
    }

    vault engine;
    recorder<log_line> client_log;
    test::loop runs_on;
    rpc::server<vault> server;
};

struct visitor {
    visitor(served_vault& served, std::string token)
        : client(served.runs_on.get_executor(), gateway, served.with(std::move(token))) {
        client.start();
    }
    guest gateway;
    rpc::client<guest> client;
};

}  // namespace

TEST_CASE("roles: who has the role may call, and the method may ask for more") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        served_vault served(true, how);
        visitor trader(served, "trade");
        CHECK(trader.client.call<"take">(3) == 3);
        CHECK(trader.client.call<"take_aside">(4) == 4);
        CHECK(trader.client.call<"may_take">());
        CHECK(served.engine.taken == 2);
    }
}

TEST_CASE("roles: who lacks the role is refused by its name, and nothing runs") {
    served_vault served;
    visitor reader(served, "data");
    for (const bool aside : {false, true}) {
        const rpc::error why = error_of(
            [&] { aside ? reader.client.call<"take_aside">(3) : reader.client.call<"take">(3); });
        CHECK(why.code() == rpc::errc::forbidden);
        CHECK(why.peer_code() == -32002);
        CHECK(why.outcome() == rpc::outcome::failed);
        CHECK(why.message() == std::string("the method '") + (aside ? "take_aside" : "take") +
                                   "' needs the role 'trade'");
    }
    reader.client.notify<"take">(3);
    CHECK_FALSE(reader.client.call<"may_take">());
    CHECK(reader.client.call<"look">() == 7);
    CHECK(served.engine.taken == 0);
}

TEST_CASE("roles: where nobody is asked, nobody has a role") {
    served_vault served(false);
    visitor anyone(served, "trade data");
    CHECK(error_of([&] { anyone.client.call<"take">(3); }).code() == rpc::errc::forbidden);
    CHECK(anyone.client.call<"look">() == 7);
    // A plain peer that never says hello is refused alike.
    auto plain = test::raw_socket::connect(served.server.addresses().front());
    CHECK(plain.ask(R"({"jsonrpc":"2.0","method":"take","params":[3],"id":1})")["error"]["code"] ==
          -32002);
    CHECK(served.engine.taken == 0);
}

TEST_CASE("roles: an event reaches those with its role; others hear why in their log") {
    served_vault served;
    visitor reader(served, "data");
    visitor trader(served, "trade");
    REQUIRE(reader.client.wait_connected(test::patience));
    REQUIRE(trader.client.wait_connected(test::patience));
    CHECK(test::has_logged(served.client_log, rpc::log_event::subscription_refused));
    for (const log_line& line : served.client_log.all()) {
        if (line.event == rpc::log_event::subscription_refused) {
            CHECK(line.text.find("the event 'taken' needs the role 'data'") != std::string::npos);
        }
    }
    served.server.publish<"taken">(5);
    served.server.publish<"news">(1);
    CHECK(reader.gateway.amounts.wait_for_count(1));
    CHECK(reader.gateway.news.wait_for_count(1));
    CHECK(trader.gateway.news.wait_for_count(1));  // it came after what was kept from it
    CHECK(trader.gateway.amounts.count() == 0);
}
