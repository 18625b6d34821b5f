// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a server looks up for its clients costs it no more than twenty times what they sent,
// however often they ask, and clients that ask as they should are never put off.
// Method: peers in a world that ask again and again at one moment; bytes are counted, not time.

#include "desk_scene.hpp"
#include "world_peer.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace test;
using namespace std::chrono_literals;

std::string request(std::string_view method, std::string_view params, int id = 1) {
    return R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" +
           std::string(params) + R"(,"id":)" + std::to_string(id) + '}';
}

/// What passed over the only connection of a server.
struct passed {
    explicit passed(const desk_scene& play) {
        const rpc::server_stats stats = play.server->stats();
        in = stats.bytes_received;
        out = stats.bytes_sent;
    }
    std::uint64_t in;
    std::uint64_t out;
};

void publish_ticks(desk_scene& play, int count) {
    for (int at = 0; at < count; ++at) {
        play.server->publish<"tick">(tick{"symbol" + std::to_string(at), at});
    }
}

TEST_CASE("amplification: statistics are put off when they were asked for too often") {
    desk_scene play;
    std::vector<std::unique_ptr<world_peer>> crowd;
    for (int at = 0; at < 100; ++at) {
        crowd.push_back(std::make_unique<world_peer>(play.world));
        crowd.back()->ask(request("rpc.ping", "{}"));
    }
    world_peer one(play.world);
    int answered = 0;
    const passed before(play);
    for (int round = 0; round < 20; ++round) {
        for (int at = 0; at < 90; ++at) {
            one.send_frame(request(at % 2 == 0 ? "rpc.stats" : "rpc.discover", "{}"));
        }
        play.world.run_for(1s);
        for (const nlohmann::json& answer : one.received()) {
            answered += answer.contains("result") ? 1 : 0;
        }
    }
    const passed after(play);
    CHECK_FALSE(one.is_over());
    CHECK(answered > 20);
    // A mebibyte comes back each second.
    CHECK(after.out - before.out < 20 * (after.in - before.in) + (21U << 20));
    play.world.run_for(10s);
    CHECK(one.ask(request("rpc.stats", "{}")).contains("result"));
}

TEST_CASE("amplification: newest values are put off when they were asked for too often") {
    desk_scene play;
    publish_ticks(play, 2'000);
    world_peer one(play.world);
    const passed before(play);
    int refused = 0;
    for (int round = 0; round < 400; ++round) {
        one.send_frame(request("rpc.subscribe", R"({"event":"tick"})"));
        one.send_frame(request("rpc.unsubscribe", R"({"event":"tick"})"));
        play.world.run_until_idle();
        for (const nlohmann::json& answer : one.received()) {
            refused += answer.contains("error") && answer["error"]["code"] == -32005 ? 1 : 0;
        }
    }
    const passed after(play);
    CHECK(refused > 300);
    const std::uint64_t kept = 2'000 * 100;
    CHECK(after.out - before.out < 20 * (after.in - before.in) + 2 * kept);
    play.world.run_for(10s);
    CHECK(one.ask(request("rpc.subscribe", R"({"event":"tick"})")).contains("result"));
}

TEST_CASE("amplification: events are not sent again and again") {
    desk_scene play;
    auto line = std::make_unique<world_peer>(play.world);
    auto welcome = line->ask(request("rpc.hello", R"({"protocol":1})"))["result"];
    line->ask(request("rpc.subscribe", R"({"event":"fill"})"));
    for (int at = 0; at < 10'000; ++at) {
        play.server->publish<"fill">(at);
    }
    play.world.run_until_idle();
    const passed before(play);
    int resumed = 0;
    for (int round = 0; round < 200; ++round) {
        auto next = std::make_unique<world_peer>(play.world);
        const auto answer = next->ask(
            request("rpc.hello", R"({"protocol":1,"last_event":0,"session":")" +
                                     welcome["session"].get<std::string>() + R"(","epoch":")" +
                                     welcome["epoch"].get<std::string>() + R"("})"));
        play.world.run_until_idle();
        if (answer.contains("result")) {
            resumed += answer["result"]["resumed"] == true ? 1 : 0;
            line = std::move(next);
        }
    }
    const passed after(play);
    CHECK(resumed >= 2);
    CHECK(resumed < 10);
    CHECK(play.server->stats().resumes_refused > 0);
    line.reset();
    play.world.run_for(20s);
    line = std::make_unique<world_peer>(play.world);
    CHECK(
        line->ask(request("rpc.hello", R"({"protocol":1,"last_event":10000,"session":")" +
                                           welcome["session"].get<std::string>() +
                                           R"(","epoch":")" + welcome["epoch"].get<std::string>() +
                                           R"("})"))["result"]["resumed"] == true);
}

TEST_CASE("amplification: a client whose line is cut each second has what it missed each time") {
    desk_scene play;
    terminal one(play.world);
    int told = 0;
    for (int cut = 0; cut < 100; ++cut) {
        for (rpc::testing::connection line : play.world.connections()) {
            line.cut();
        }
        for (int at = 0; at < 300; ++at) {
            play.server->publish<"fill">(told++);
        }
        play.world.run_for(1s);
    }
    play.world.run_for(10s);
    CHECK(one.seen.fills.size() == static_cast<std::size_t>(told));
    CHECK(one.seen.gaps.empty());
    CHECK(play.server->stats().resumes_refused == 0);
}

TEST_CASE("amplification: lists of what others want are for who has the role, counts for all") {
    rpc::server_options options;
    options.stats_role = "watch";
    options.authenticate = [](const rpc::credentials& shown) -> rpc::identity {
        return shown.token == "watcher" ? rpc::identity{"watcher", {"watch"}}
                                        : rpc::identity{"trader", {}};
    };
    desk_scene play(std::move(options));
    for (const bool may_watch : {true, false}) {
        CAPTURE(may_watch);
        world_peer one(play.world);
        one.ask(request("rpc.hello", may_watch ? R"({"protocol":1,"token":"watcher"})"
                                               : R"({"protocol":1,"token":"trader"})"));
        one.ask(request("rpc.subscribe", R"({"event":"tick","keys":["a","b"]})"));
        const auto stats = one.ask(request("rpc.stats", "{}"))["result"]["connections"].back();
        CHECK(stats["subscription_count"] == 2);
        CHECK(stats.contains("subscriptions") == may_watch);
    }
}

}  // namespace
