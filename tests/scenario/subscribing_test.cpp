// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client receives as much of what it wants as its server takes, however much that is and
// whatever happens on the way, says what it does not receive, and asks for nothing else. Method: a
// desk with many symbols, whose connections are cut and whose server is made anew; bytes are
// counted.

#include "desk_scene.hpp"

#include <gatewire/dynamic_client.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace test;
using namespace std::chrono_literals;
using rpc::testing::direction;
using names = std::vector<std::string>;

names symbols(std::size_t count) {
    names result;
    for (std::size_t number = 0; number < count; ++number) {
        result.push_back("symbol" + std::to_string(number));
    }
    return result;
}

/// A client of ticks by their symbols, and what it heard.
struct watcher {
    explicit watcher(rpc::testing::world& world, rpc::client_options options = {})
        : client(world.get_executor(), handlers(), world.client_options(std::move(options))) {
        client.unsubscribe("fill");
        client.unsubscribe("tick");
    }

    rpc::dynamic_handlers handlers() {
        rpc::dynamic_handlers told;
        told.events = {"fill", "tick"};
        told.on_event = [this](const rpc::dynamic_event& event) {
            are_before_connected += story.empty() ? 1 : 0;
            seen.push_back(nlohmann::json::parse(event.data).at("symbol"));
        };
        told.on_connected = [this](const rpc::session_info&) { story += '+'; };
        told.on_disconnected = [this](const rpc::error&) { story += '-'; };
        told.on_subscription_refused = [this](const rpc::refused_subscription& what) {
            story += '!';
            refused.push_back(what);
        };
        return told;
    }

    /// Which of the symbols arrive when there is a tick of each.
    names received(desk_scene& play, const names& all) {
        seen.clear();
        for (const std::string& symbol : all) {
            play.server->publish<"tick">(tick{symbol, 1});
        }
        play.world.run_for(1s);
        return std::exchange(seen, {});
    }

    names seen;
    std::vector<rpc::refused_subscription> refused;
    std::string story;
    int are_before_connected = 0;  // events
    rpc::dynamic_client client;
};

names first(names all, std::size_t count) {
    all.resize(count);
    return all;
}

}  // namespace

TEST_CASE("subscribing: subscriptions change though as many calls run as may") {
    rpc::server_options options;
    options.limits.calls_in_flight_max = 2;
    desk_scene play(options);
    terminal one(play.world);
    one.client.unsubscribe<"tick">();
    ending<int> first_call;
    ending<int> second_call;
    one.client.async_call<"work">(10'000, first_call.handler());
    one.client.async_call<"work">(10'000, second_call.handler());
    one.client.subscribe<"tick">("a", "b");
    play.world.run_for(1s);
    CHECK(play.engine.begun == 2);
    play.server->publish<"tick">(tick{"a", 1});
    play.world.run_for(1s);
    one.client.unsubscribe<"tick">("a");
    play.world.run_for(1s);
    play.server->publish<"tick">(tick{"a", 2});
    play.server->publish<"tick">(tick{"b", 3});
    play.world.run_for(1s);
    CHECK(one.seen.ticks == names{"a1", "b3"});
    CHECK_FALSE(first_call.is_over());
    play.world.run_for(10s);
    CHECK(first_call.value == 10'000);
    CHECK(second_call.value == 10'000);
}

TEST_CASE("subscribing: calls that run when a connection is lost hold no subscription up") {
    rpc::server_options options;
    options.limits.calls_in_flight_max = 2;
    desk_scene play(options);
    terminal one(play.world);
    ending<int> call;
    ending<int> another;
    one.client.async_call<"work">(10'000, call.handler());
    one.client.async_call<"work">(10'000, another.handler());
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(1us);
    one.client.subscribe<"tick">("a");
    play.world.run_for(2s);
    one.client.subscribe<"tick">("b");
    play.world.run_for(1s);
    for (const char* symbol : {"a", "b", "c"}) {
        play.server->publish<"tick">(tick{symbol, 1});
    }
    play.world.run_for(1s);
    CHECK(one.seen.ticks == names{"a1", "b1"});
    CHECK(one.seen.story.find('r') != std::string::npos);
}

TEST_CASE("subscribing: of keys one by one those come that fit, also from the next server") {
    desk_scene play;
    watcher one(play.world);
    one.client.start();
    REQUIRE(one.client.wait_connected());
    const names all = symbols(1030);
    for (const std::string& symbol : all) {
        one.client.subscribe("tick", {symbol});
    }
    play.world.run_for(1s);
    CHECK(one.received(play, all) == first(all, 1024));
    REQUIRE(one.refused.size() == 6);
    CHECK(one.refused[0].event == "tick");
    CHECK(one.refused[0].keys == names{"symbol1024"});
    CHECK(one.refused[0].why.code() == rpc::errc::overloaded);
    CHECK(one.refused[5].keys == names{"symbol1029"});
    one.refused.clear();
    play.restart();
    play.world.run_for(20s);
    CHECK(one.story.ends_with("-+!"));
    CHECK(one.received(play, all) == first(all, 1024));
    REQUIRE(one.refused.size() == 1);
    CHECK(one.refused[0].keys.size() == 6);
    // A symbol that ends makes room for the first that waits.
    one.client.unsubscribe("tick", {"symbol7"});
    play.world.run_for(1s);
    names expected = first(all, 1025);
    std::erase(expected, "symbol7");
    CHECK(one.received(play, all) == expected);
    CHECK(one.refused.size() == 1);
}

TEST_CASE("subscribing: keys beyond a frame of the server go in parts, and end in parts") {
    rpc::server_options options;
    options.limits.subscriptions_max = 100'000;
    options.limits.frame_size_max = 100'000;
    desk_scene play(options);
    watcher one(play.world);
    const names all = symbols(60'000);
    one.client.subscribe("tick", all);
    one.client.start();
    REQUIRE(one.client.wait_connected());
    CHECK(one.received(play, all) == all);
    CHECK(one.refused.empty());
    one.client.subscribe("tick", {"kept"});
    one.client.unsubscribe("tick", all);
    play.world.run_for(1s);
    names some = first(all, 100);
    some.push_back("kept");
    CHECK(one.received(play, some) == names{"kept"});
    CHECK(one.story == "+");
}

TEST_CASE("subscribing: what comes while the rest is asked for is told after the connection is") {
    rpc::server_options options;
    options.limits.subscriptions_max = 200'000;
    desk_scene play(options);
    play.world.set({.latency = 5ms});
    watcher one(play.world);
    names all = symbols(100'000);
    for (std::string& symbol : all) {
        symbol.append(30, '_');
    }
    one.client.subscribe("tick", all);
    one.client.start();
    int published = 0;
    while (one.story.empty() && published < 1000) {
        play.server->publish<"tick">(tick{all.front(), ++published});
        play.world.run_for(1ms);
    }
    CHECK(one.story == "+");
    CHECK(one.are_before_connected == 0);
    CHECK(one.seen.size() > 10);
    CHECK(one.seen.size() < static_cast<std::size_t>(published));
}

TEST_CASE("subscribing: of more keys in one call than the server takes those come that fit") {
    desk_scene play;
    watcher one(play.world);
    one.client.start();
    REQUIRE(one.client.wait_connected());
    const names all = symbols(60'000);
    one.client.subscribe("tick", all);
    play.world.run_for(1s);
    CHECK(one.received(play, first(all, 2000)) == first(all, 1024));
    REQUIRE(one.refused.size() == 1);
    CHECK(one.refused[0].keys.size() == 60'000 - 1024);
    CHECK(one.refused[0].keys.front() == "symbol1024");
    one.client.unsubscribe("tick", all);
    play.world.run_for(1s);
    CHECK(one.received(play, first(all, 2000)).empty());
    CHECK(one.story == "+!");
}

TEST_CASE("subscribing: after a cut only what is wanted and may be missing is sent") {
    desk_scene play;
    watcher one(play.world);
    one.client.subscribe("tick", {"kept"});
    one.client.start();
    REQUIRE(one.client.wait_connected());
    const names all = symbols(30'000);
    for (std::size_t begin = 0; begin < all.size(); begin += 1000) {
        const names some(all.begin() + static_cast<std::ptrdiff_t>(begin),
                         all.begin() + static_cast<std::ptrdiff_t>(begin) + 1000);
        one.client.subscribe("tick", some);
        play.world.run_for(1s);
        one.client.unsubscribe("tick", some);
        play.world.run_for(1s);
    }
    for (const bool is_new_server : {false, true}) {
        CAPTURE(is_new_server);
        if (is_new_server) {
            play.server.reset();
        } else {
            play.link().cut();
        }
        play.world.run_for(1us);
        REQUIRE_FALSE(one.client.is_connected());
        for (const std::string& symbol : all) {
            one.client.subscribe("tick", {symbol});
            one.client.unsubscribe("tick", {symbol});
        }
        one.client.subscribe("tick", {"also"});
        if (is_new_server) {
            play.restart();
        }
        play.world.run_for(10s);
        REQUIRE(one.client.is_connected());
        CHECK(play.link().delivered(direction::to_server) < 2'000);
        CHECK(one.received(play, {"symbol1", "kept", "also"}) == names{"kept", "also"});
    }
    CHECK(one.refused.empty());
}

TEST_CASE("subscribing: what was on its way when the connection was cut holds in the end") {
    for (const bool is_stalled : {false, true}) {
        CAPTURE(is_stalled);
        desk_scene play;
        play.world.set({.latency = 10ms});
        watcher one(play.world);
        one.client.subscribe("tick", {"a", "b"});
        one.client.start();
        REQUIRE(one.client.wait_connected());
        if (is_stalled) {
            play.link().stall();
        }
        one.client.unsubscribe("tick", {"a"});
        one.client.subscribe("tick", {"c"});
        play.world.run_for(is_stalled ? 1s : 15ms);
        play.link().cut();
        play.world.run_for(5s);
        CHECK(one.story == "+-+");
        CHECK(one.received(play, {"a", "b", "c"}) == names{"b", "c"});
    }
}

TEST_CASE("subscribing: a key that fits into no frame is told, and the connection stays") {
    rpc::server_options options;
    options.limits.frame_size_max = 10'000;
    desk_scene play(options);
    watcher one(play.world);
    one.client.subscribe("tick", {"a", std::string(20'000, 'x'), "b"});
    one.client.start();
    REQUIRE(one.client.wait_connected());
    play.world.run_for(10s);
    CHECK(one.story == "+!");
    CHECK(one.refused.at(0).why.code() == rpc::errc::frame_too_large);
    CHECK(one.received(play, {"a", "b"}) == names{"a", "b"});
}

TEST_CASE("subscribing: changes follow each other as they were made, and calls follow them") {
    desk_scene play;
    terminal one(play.world);
    play.engine.on_place = [&](int) {
        play.server->publish<"tick">(tick{"a", 1});
        play.server->publish<"tick">(tick{"b", 1});
    };
    one.client.subscribe<"tick">("a");
    one.client.unsubscribe<"tick">("a");
    one.client.subscribe<"tick">("b");
    one.client.call<"place">(1);
    play.world.run_for(1s);
    CHECK(one.seen.ticks == names{"b1"});
}
