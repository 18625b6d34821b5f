// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: who lost a role gets nothing more that needs it, though the session outlives connections.
// Method: a hook that changes its mind while the connection is cut.

#include <gatewire/rpc.hpp>
#include <gatewire/testing.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct newsroom {
    int count = 0;
    int post() { return ++count; }
    using rpc_table =
        rpc::table<rpc::method<"post", &newsroom::post, rpc::needs<"editor">>,
                   rpc::event<"draft", int, rpc::needs<"editor">>, rpc::event<"article", int>>;
};

struct reader {
    std::vector<int> drafts;
    std::vector<int> articles;
    std::vector<bool> resumed;
    void on_draft(int number) { drafts.push_back(number); }
    void on_article(int number) { articles.push_back(number); }
    void on_connected(const rpc::session_info& info) { resumed.push_back(info.resumed); }
    using rpc_table = rpc::table<rpc::remote<"post", int()>, rpc::on<"draft", &reader::on_draft>,
                                 rpc::on<"article", &reader::on_article>>;
};

struct newsroom_scene {
    newsroom_scene()
        : server(world.get_executor(), engine, world.server_options(options())),
          client(world.get_executor(), seen, world.client_options()) {
        server.start();
        client.start();
        REQUIRE(client.wait_connected());
    }

    rpc::server_options options() {
        rpc::server_options result;
        result.authenticate = [this](const rpc::credentials&) { return who; };
        return result;
    }

    /// Cuts the connection, publishes while there is none, and lets the client come back.
    void lose_and_publish(int number) {
        world.cut_all();
        server.publish<"draft">(number);
        server.publish<"article">(number);
        world.run_for(1s);
        REQUIRE(client.wait_connected());
    }

    rpc::testing::world world;
    rpc::identity who{"ada", {"editor", "reader"}};
    newsroom engine;
    reader seen;
    rpc::server<newsroom> server;
    rpc::client<reader> client;
};

}  // namespace

TEST_CASE("roles: a session goes on while its client keeps the roles, in any order") {
    newsroom_scene play;
    play.who.roles = {"reader", "editor"};
    play.lose_and_publish(1);
    CHECK(play.seen.resumed == std::vector<bool>{false, true});
    CHECK(play.seen.drafts == std::vector{1});
    CHECK(play.client.call<"post">() == 1);
}

TEST_CASE("roles: who comes back without a role gets neither what was missed nor what comes") {
    newsroom_scene play;
    play.who.roles = {"reader"};
    play.lose_and_publish(1);
    play.server.publish<"draft">(2);
    play.server.publish<"article">(2);
    play.world.run_for(1s);
    CHECK(play.seen.drafts.empty());
    CHECK(play.seen.articles.back() == 2);
    CHECK(play.seen.resumed == std::vector<bool>{false, false});
    try {
        play.client.call<"post">();
        FAIL("the method ran without its role");
    } catch (const rpc::error& why) {
        CHECK(why.code() == rpc::errc::forbidden);
    }
    CHECK(play.engine.count == 0);
    // Roles that are given back are asked for again, too.
    play.who.roles = {"editor"};
    play.lose_and_publish(3);
    play.server.publish<"draft">(4);
    play.world.run_for(1s);
    CHECK(play.seen.drafts.back() == 4);
}

TEST_CASE("roles: a session is not for somebody else, whatever name it is asked for by") {
    newsroom_scene play;
    play.who.name = "bob";
    play.lose_and_publish(1);
    CHECK(play.seen.resumed == std::vector<bool>{false, false});
}
