// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Promise 3, events: goal: nothing is lost, doubled or reordered over lost connections, or the gap
// is named. Promise 5, slow readers: only what a newer one replaces is left out.

#include "desk_scene.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace {

using namespace test;
using namespace std::chrono_literals;
using rpc::testing::direction;
using rpc::testing::reachability;

std::vector<int> count_to(int last) {
    std::vector<int> numbers(static_cast<std::size_t>(last));
    std::iota(numbers.begin(), numbers.end(), 1);
    return numbers;
}

TEST_CASE("replay: events of an outage follow in order, each once, and there is no gap") {
    desk_scene play;
    terminal one(play.world);
    int last = 0;
    for (int round = 0; round < 5; ++round) {
        play.server->publish<"fill">(++last);
        play.world.run_for(100ms);
        play.server->publish<"fill">(++last);  // on its way when the connection is cut
        play.world.cut_all();
        play.server->publish<"fill">(++last);
        play.world.run_for(1ms);
        play.server->publish<"fill">(++last);
        play.world.run_for(5s);
    }
    CHECK(one.seen.fills == count_to(last));
    CHECK(one.seen.gaps.empty());
}

TEST_CASE("replay: on_connected comes before the events of the outage") {
    desk_scene play;
    terminal one(play.world);
    play.link().cut();
    play.world.run_for(1us);
    play.server->publish<"fill">(1);
    play.world.run_for(1s);
    CHECK(one.seen.story == "+-rf");
}

TEST_CASE("replay: events that the server cannot keep are a gap with its range") {
    rpc::server_options options;
    options.limits.replay_size_max = 2'000;
    desk_scene play(options);
    terminal one(play.world);
    play.server->publish<"fill">(1);
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(1us);
    for (int number = 2; number <= 100; ++number) {
        play.server->publish<"fill">(number);
    }
    play.world.run_for(1s);
    REQUIRE(one.seen.gaps.size() == 1);
    const rpc::gap gap = one.seen.gaps[0];
    CHECK(gap.from == 2);
    REQUIRE(gap.to < 100);
    CHECK(gap.reason.find("memory") != std::string::npos);
    REQUIRE(one.seen.fills.size() == 1 + 100 - gap.to);
    CHECK(one.seen.fills[1] == static_cast<int>(gap.to) + 1);
    CHECK(one.seen.fills.back() == 100);
    CHECK(one.seen.story.starts_with("+f-r?f"));
}

TEST_CASE("replay: without a memory for events every outage with events is a gap") {
    rpc::server_options options;
    options.limits.replay_size_max = 0;
    desk_scene play(options);
    terminal one(play.world);
    play.link().cut();
    play.world.run_for(1us);
    play.server->publish<"fill">(1);
    play.world.run_for(1s);
    REQUIRE(one.seen.gaps.size() == 1);
    CHECK(one.seen.gaps[0].from == 1);
    CHECK(one.seen.gaps[0].to == 1);
    play.world.cut_all();
    play.world.run_for(1s);
    CHECK(one.seen.gaps.size() == 1);
}

TEST_CASE(
    "replay: a long outage ends in a gap and a connection, whatever the limits of queues are") {
    rpc::server_options options;
    options.limits.queue_soft_max = 20'000;
    options.limits.queue_hard_max = 40'000;
    desk_scene play(options);
    terminal one(play.world);
    play.link().cut();
    play.world.run_for(1us);
    for (int number = 1; number <= 2'000; ++number) {
        play.server->publish<"fill">(number);
    }
    play.world.run_for(10s);
    CHECK(one.client.is_connected());
    CHECK(one.seen.gaps.size() == 1);
    CHECK(one.seen.fills.back() == 2'000);
    CHECK(one.seen.story.starts_with("+-r?"));
}

TEST_CASE("replay: a gap reaches up to the place where the new session's subscriptions begin") {
    rpc::server_options options;
    options.session_grace = 0ms;
    desk_scene play(options);
    play.world.set({.latency = 100ms});
    terminal one(play.world);
    play.link().cut();
    int published = 0;
    while (one.seen.sessions.size() < 2 || one.seen.fills.empty()) {
        play.server->publish<"fill">(++published);
        play.world.run_for(10ms);
    }
    REQUIRE(one.seen.gaps.size() == 1);
    CHECK(one.seen.gaps[0].from == 1);
    CHECK(one.seen.gaps[0].to + 1 == static_cast<std::uint64_t>(one.seen.fills.front()));
}

TEST_CASE("replay: only what was subscribed to, and what is wanted now, comes after an outage") {
    desk_scene play;
    terminal one(play.world);
    one.client.subscribe<"tick">("a");
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(1us);
    one.client.subscribe<"tick">("c");
    one.client.unsubscribe<"fill">();
    play.server->publish<"tick">(tick{"a", 1});
    play.server->publish<"tick">(tick{"b", 2});
    play.server->publish<"tick">(tick{"c", 3});
    play.world.run_for(1s);
    CHECK(one.seen.ticks == std::vector<std::string>{"a1", "c3"});
    play.server->publish<"fill">(9);
    play.world.run_for(1s);
    CHECK(one.seen.fills.empty());
}

TEST_CASE("latest: who subscribes gets the newest of each key first, and of a key alone") {
    desk_scene play;
    for (int price = 1; price <= 3; ++price) {
        play.server->publish<"tick">(tick{"a", price});
        play.server->publish<"tick">(tick{"b", price * 10});
    }
    terminal all(play.world);
    play.world.run_for(1s);
    CHECK(all.seen.ticks == std::vector<std::string>{"a3", "b30"});
    rpc::client<trader> some(play.world.get_executor(), all.seen, play.world.client_options());
    all.seen.ticks.clear();
    some.subscribe<"tick">("b");
    some.start();
    play.world.run_for(1s);
    CHECK(all.seen.ticks == std::vector<std::string>{"b30"});
    some.subscribe<"tick">("a");
    play.world.run_for(1s);
    CHECK(all.seen.ticks == std::vector<std::string>{"b30", "a3"});
}

TEST_CASE("latest: an outage costs the older ones of a key, and no others") {
    desk_scene play;
    terminal one(play.world);
    play.server->publish<"tick">(tick{"a", 1});
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(1us);
    play.server->publish<"tick">(tick{"a", 2});
    play.server->publish<"fill">(1);
    play.server->publish<"tick">(tick{"a", 3});
    play.server->publish<"fill">(2);
    play.world.run_for(1s);
    CHECK(one.seen.ticks == std::vector<std::string>{"a1", "a3"});
    CHECK(one.seen.fills == count_to(2));
    CHECK(one.seen.story == "+t-rftf");
    CHECK(one.seen.gaps.empty());
}

TEST_CASE("latest: a first snapshot that a cut interrupts goes on behind it, each value once") {
    rpc::server_options options;
    options.limits.conflate_above = 1'000;
    desk_scene play(options);
    std::vector<std::string> all;
    for (int key = 100; key < 600; ++key) {
        play.server->publish<"tick">(tick{"k" + std::to_string(key) + ":", 1});
        all.push_back("k" + std::to_string(key) + ":1");
    }
    play.world.set({.latency = 5ms, .window = 1'000});
    terminal one(play.world);
    for (const std::size_t count : {50u, 200u, 300u}) {
        play.world.run_until([&] { return one.seen.ticks.size() >= count; });
        REQUIRE(one.seen.ticks.size() < 500);
        play.link().cut();
        play.world.run_for(100ms);
    }
    play.world.run_for(10s);
    CHECK(one.seen.story.find('?') == std::string::npos);
    std::sort(one.seen.ticks.begin(), one.seen.ticks.end());
    CHECK(one.seen.ticks == all);
}

TEST_CASE("latest: the value of a key that was subscribed to just before a cut comes behind it") {
    desk_scene play;
    terminal one(play.world);
    one.client.subscribe<"tick">("a");
    play.world.run_for(1s);
    play.server->publish<"tick">(tick{"b", 7});
    play.server->publish<"tick">(tick{"a", 1});
    play.server->publish<"fill">(1);
    play.world.run_for(1s);
    play.link().stall(direction::to_client);
    one.client.subscribe<"tick">("b");
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(5s);
    CHECK(one.seen.ticks == std::vector<std::string>{"a1", "b7"});
    play.world.cut_all();
    play.world.run_for(5s);
    CHECK(one.seen.ticks == std::vector<std::string>{"a1", "b7"});
    CHECK(one.seen.gaps.empty());
}

TEST_CASE("latest: a value for one session is not overtaken, and so is not lost by a cut") {
    rpc::server_options options;
    options.limits.conflate_above = 1'000;
    desk_scene play(options);
    play.world.set({.window = 1'000});
    terminal one(play.world);
    const rpc::to_session own{one.client.call<"number">()};
    play.link().stall(direction::to_client);
    for (int number = 1; number <= 100; ++number) {
        play.server->publish<"fill">(number);
    }
    play.server->publish<"tick">(tick{"all", 1});
    play.server->publish<"tick">(own, tick{"own", 1});
    play.server->publish<"tick">(own, tick{"own", 2});
    for (int number = 101; number <= 200; ++number) {
        play.server->publish<"fill">(number);
    }
    play.link().resume();
    play.world.run_until([&] { return one.seen.fills.size() >= 150; });
    play.link().cut();
    play.world.run_for(5s);
    CHECK(one.seen.fills == count_to(200));
    CHECK(one.seen.ticks == std::vector<std::string>{"own2", "all1"});
    CHECK(one.seen.gaps.empty());
}

TEST_CASE("latest: with no bytes allowed to wait, what is held back goes out all the same") {
    rpc::server_options options;
    options.limits.conflate_above = 0;
    desk_scene play(options);
    play.world.set({.window = 100});
    terminal one(play.world);
    for (int price = 1; price <= 9; ++price) {
        play.server->publish<"tick">(tick{"a", price});
        play.server->publish<"fill">(price);
    }
    play.world.run_for(1s);
    CHECK(one.seen.fills == count_to(9));
    CHECK(one.seen.ticks.back() == "a9");
}

TEST_CASE("slow readers: only older ones of a key are left out, and the newest arrive in the end") {
    rpc::server_options options;
    options.limits.conflate_above = 1'000;
    desk_scene play(options);
    play.world.set({.window = 1'000});
    terminal one(play.world);
    play.link().stall(direction::to_client);
    for (int number = 1; number <= 500; ++number) {
        play.server->publish<"tick">(tick{number % 2 == 0 ? "a" : "b", number});
        if (number % 10 == 0) {
            play.server->publish<"fill">(number / 10);
        }
    }
    play.world.run_for(1s);
    const rpc::session_stats stats = play.server->sessions().at(0);
    CHECK(stats.conflated > 400);
    CHECK(stats.queued_bytes < 10'000);
    play.link().resume();
    play.world.run_for(1s);
    CHECK(one.seen.fills == count_to(50));
    REQUIRE(one.seen.ticks.size() >= 2);
    CHECK(one.seen.ticks.size() < 100);
    CHECK(one.seen.ticks[one.seen.ticks.size() - 2] == "b499");
    CHECK(one.seen.ticks.back() == "a500");
}

TEST_CASE("slow readers: what waited for one goes on over a lost connection") {
    rpc::server_options options;
    options.limits.conflate_above = 1'000;
    desk_scene play(options);
    play.world.set({.window = 1'000});
    terminal one(play.world);
    play.link().stall(direction::to_client);
    for (int number = 1; number <= 100; ++number) {
        play.server->publish<"tick">(tick{"a", number});
        play.server->publish<"fill">(number);
    }
    play.world.run_for(1s);
    play.link().cut();
    play.world.run_for(5s);
    CHECK(one.seen.fills == count_to(100));
    CHECK(one.seen.ticks.back() == "a100");
    CHECK(std::count(one.seen.ticks.begin(), one.seen.ticks.end(), "a100") == 1);
}

TEST_CASE("slow readers: answers and ordered events go ahead of ticks that wait") {
    rpc::server_options options;
    options.limits.conflate_above = 1'000;
    desk_scene play(options);
    play.world.set({.window = 1'000});
    terminal one(play.world);
    play.link().stall(direction::to_client);
    for (int number = 1; number <= 100; ++number) {
        play.server->publish<"tick">(tick{std::to_string(number), number});
    }
    ending<int> placed;
    one.client.async_call<"place">(1, placed.handler());
    play.world.run_for(1s);
    one.seen.story.clear();
    play.link().resume();
    play.world.run_for(1s);
    CHECK(placed.value == 1);
    CHECK(one.seen.ticks.size() == 100);
    CHECK(one.seen.story.find('f') < 40);
}

TEST_CASE(
    "replay: the answer to a call comes before the events that the call caused, after a "
    "resume too") {
    desk_scene play;
    terminal one(play.world);
    std::string story;
    play.link().stall(direction::to_client);
    one.client.async_call<"place">(1,
                                   [&](const std::exception_ptr&, int) { one.seen.story += 'a'; });
    play.world.run_for(100ms);
    play.link().cut();
    play.world.run_for(1s);
    CHECK(one.seen.fills == count_to(1));
    CHECK(one.seen.story.find('a') != std::string::npos);
}

TEST_CASE("order: the answer of a method that waited comes before what it published after that") {
    desk_scene play;
    terminal one(play.world);
    play.engine.on_work = [&] { play.server->publish<"fill">(1); };
    play.engine.on_worked = [&] { play.server->publish<"fill">(2); };
    one.client.async_call<"work">(50, [&](const std::exception_ptr&, int) {
        CHECK(one.seen.fills == count_to(1));
        one.seen.story += 'a';
    });
    play.world.run_for(20ms);
    CHECK(one.seen.fills == count_to(1));  // news of a call that waits are not held back
    play.world.run_for(1s);
    CHECK(one.seen.story == "+faf");
    CHECK(one.seen.fills == count_to(2));
}

TEST_CASE(
    "order: what a method published before it failed follows the error, if it waited before") {
    desk_scene play;
    terminal one(play.world);
    play.engine.on_worked = [&] {
        play.server->publish<"fill">(1);
        throw std::runtime_error("refused");
    };
    one.client.async_call<"work">(
        50, [&](const std::exception_ptr& thrown, int) { one.seen.story += thrown ? 'e' : 'a'; });
    play.world.run_for(1s);
    CHECK(one.seen.story == "+ef");
}

TEST_CASE("targets: an event for one session or identity reaches nobody else") {
    rpc::server_options options;
    options.authenticate = [](const rpc::credentials& shown) { return shown.token; };
    desk_scene play(options);
    rpc::client_options as_ann;
    as_ann.token = "ann";
    rpc::client_options as_bob;
    as_bob.token = "bob";
    terminal ann(play.world, as_ann);
    terminal bob(play.world, as_bob);
    terminal also_bob(play.world, as_bob);
    play.server->publish<"fill">(rpc::to_identity{"bob"}, 1);
    play.server->publish<"fill">(rpc::to_session{bob.client.call<"number">()}, 2);
    play.server->publish<"fill">(3);
    play.world.run_for(1s);
    CHECK(ann.seen.fills == std::vector{3});
    CHECK(bob.seen.fills == std::vector{1, 2, 3});
    CHECK(also_bob.seen.fills == std::vector{1, 3});
    play.world.cut_all();
    play.world.run_for(1us);
    play.server->publish<"fill">(rpc::to_identity{"ann"}, 4);
    play.world.run_for(1s);
    CHECK(ann.seen.fills == std::vector{3, 4});
    CHECK(bob.seen.fills == std::vector{1, 2, 3});
    CHECK(ann.seen.gaps.empty());
    CHECK(bob.seen.gaps.empty());
}

TEST_CASE("targets: another identity cannot go on with a session") {
    rpc::server_options options;
    std::string first = "ann";
    options.authenticate = [&](const rpc::credentials&) { return first; };
    desk_scene play(options);
    terminal one(play.world);
    first = "bob";
    play.link().cut();
    play.world.run_for(1s);
    CHECK(one.seen.story == "+-+");
}

}  // namespace
