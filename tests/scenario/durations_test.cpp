// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: "for ever", as people write it, is for ever in every duration that a user gives, and what
// is zero or negative is no time: nothing overflows, fires at once or goes round without end.
// Method: every duration of both sides' options by every extreme, in a world with a virtual clock.

#include "scene.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string_view>

namespace {

using namespace test;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds four_centuries = std::chrono::hours(24 * 365 * 400);
constexpr std::array long_ones{four_centuries, (milliseconds::max)()};
constexpr std::array short_ones{0ms, -1ms, (milliseconds::min)()};

/// A duration of the options.
struct option {
    std::string_view name;
    milliseconds& (*of)(scene& play);
};

constexpr std::array every_option{
    option{"call_timeout", [](scene& p) -> auto& { return p.client_options.call_timeout; }},
    option{"backoff_min", [](scene& p) -> auto& { return p.client_options.backoff_min; }},
    option{"backoff_max", [](scene& p) -> auto& { return p.client_options.backoff_max; }},
    option{"client heartbeat", [](scene& p) -> auto& { return p.client_options.heartbeat; }},
    option{"client heartbeat_timeout",
           [](scene& p) -> auto& { return p.client_options.heartbeat_timeout; }},
    option{"client write_deadline",
           [](scene& p) -> auto& { return p.client_options.limits.write_deadline; }},
    option{"client frame_deadline",
           [](scene& p) -> auto& { return p.client_options.limits.frame_deadline; }},
    option{"connect_deadline",
           [](scene& p) -> auto& { return p.client_options.limits.connect_deadline; }},
    option{"heartbeat", [](scene& p) -> auto& { return p.server_options.heartbeat; }},
    option{"heartbeat_timeout",
           [](scene& p) -> auto& { return p.server_options.heartbeat_timeout; }},
    option{"session_grace", [](scene& p) -> auto& { return p.server_options.session_grace; }},
    option{"drain_time", [](scene& p) -> auto& { return p.server_options.drain_time; }},
    option{"slow_call", [](scene& p) -> auto& { return p.server_options.slow_call; }},
    option{"queue_soft_time",
           [](scene& p) -> auto& { return p.server_options.limits.queue_soft_time; }},
    option{"write_deadline",
           [](scene& p) -> auto& { return p.server_options.limits.write_deadline; }},
    option{"frame_deadline",
           [](scene& p) -> auto& { return p.server_options.limits.frame_deadline; }},
    option{"first_frame_deadline",
           [](scene& p) -> auto& { return p.server_options.limits.first_frame_deadline; }},
    option{"plain_idle_max",
           [](scene& p) -> auto& { return p.server_options.limits.plain_idle_max; }},
};

/// Sessions for ever, at both ends and with their silence.
void last_for_ever(scene& play, milliseconds time) {
    for (const option& one : every_option) {
        if (!one.name.starts_with("backoff") && one.name != "slow_call") {
            one.of(play) = time;
        }
    }
}

}  // namespace

TEST_CASE("durations: an option that is for ever does not end anything") {
    for (const option& one : every_option) {
        for (const milliseconds time : long_ones) {
            CAPTURE(one.name);
            CAPTURE(time.count());
            scene play;
            one.of(play) = time;
            play.meet();
            CHECK(play.client->call<"add">(1, 2) == 3);
            play.world.run_for(1min);
            play.server->publish<"news">("one");
            CHECK(play.client->call<"rest">(200) == 200);
            CHECK(play.gateway.story == "+");
            CHECK(play.gateway.news == std::vector<std::string>{"one"});
            if (!one.name.starts_with("backoff_min")) {
                play.link().cut();
                CHECK(play.client->call<"add">(1, 2) == 3);
                CHECK(play.gateway.story == "+-+");
            }
            play.server->stop();
            play.world.run_for(1min);
            CHECK_FALSE(play.client->is_connected());
        }
    }
}

TEST_CASE("durations: an option of no time, or less, makes no loop") {
    for (const option& one : every_option) {
        for (const milliseconds time : short_ones) {
            CAPTURE(one.name);
            CAPTURE(time.count());
            scene play;
            one.of(play) = time;
            play.begin();
            play.world.run_for(1s);
            ending<int> call;
            play.client->async_call<"add">(1, 2, call.handler());
            play.server->publish<"news">("one");
            play.world.run_for(31s);
            CHECK(call.times == 1);
            play.server->stop();
            play.world.run_for(1s);
        }
    }
}

TEST_CASE("durations: a call may take for ever, and wait for a connection as long") {
    for (const milliseconds time : long_ones) {
        CAPTURE(time.count());
        scene play;
        play.meet();
        constexpr int hours = 3 * 3600 * 1000;
        CHECK(play.client->call<"rest">(rpc::timeout{time}, hours) == hours);
        ending<int> begun;
        play.rest(begun, hours, time);
        play.world.run_for(4h);
        CHECK(begun.value == hours);
        play.client->stop();
        play.world.set(rpc::testing::reachability::refused);
        play.client->start();
        ending<int> unsent;
        play.client->async_call<"add">(rpc::timeout{time}, 1, 2, unsent.handler());
        play.world.run_for(1h);
        CHECK_FALSE(unsent.is_over());
        play.world.set(rpc::testing::reachability::reachable);
        CHECK(play.client->wait_connected(time));
        play.world.run_until_idle();
        CHECK(unsent.value == 3);
    }
}

TEST_CASE("durations: to wait for a connection for no time tells only whether there is one") {
    for (const milliseconds time : short_ones) {
        CAPTURE(time.count());
        scene play;
        play.begin();
        CHECK_FALSE(play.client->wait_connected(time));
        CHECK(play.client->wait_connected());
        CHECK(play.client->wait_connected(time));
    }
}

TEST_CASE("durations: a session, its silence and a drain may last for ever") {
    for (const milliseconds time : long_ones) {
        CAPTURE(time.count());
        scene play;
        last_for_ever(play, time);
        play.meet();
        ending<int> resting;
        play.rest(resting, 1000, time);
        ending<int> stalled;
        play.link().stall();
        play.client->async_call<"add">(1, 2, stalled.handler());
        play.world.run_for(24h * 1000);
        CHECK(play.gateway.story == "+");
        play.world.set(rpc::testing::reachability::refused);
        play.link().cut();
        play.world.run_for(24h);
        play.world.set(rpc::testing::reachability::reachable);
        play.world.run_for(10s);
        CHECK(play.gateway.story == "+-+");
        CHECK(resting.value == 1000);
        CHECK(stalled.value == 3);

        ending<int> last;
        constexpr int day = 24 * 3600 * 1000;
        play.rest(last, day, time);
        play.world.run_for(1s);
        play.server->stop();
        play.world.run_for(25h);
        CHECK(last.value == day);
        CHECK(play.server->connections() == 0);
    }
}

TEST_CASE("durations: time in a world is bounded as everywhere") {
    rpc::testing::world world;
    bool is_over = false;
    world.async_wait((milliseconds::max)(), [&](const asio::error_code&) { is_over = true; });
    CHECK_FALSE(world.run_until([&] { return is_over; }, 24h));
    int waits = 0;
    world.async_wait((milliseconds::min)(), [&](const asio::error_code&) { ++waits; });
    world.run_for(0ms);
    CHECK(waits == 1);
    CHECK(world.elapsed() == 24h);
    CHECK_FALSE(is_over);
    CHECK_FALSE(world.run_until([&] { return is_over; }, four_centuries));
}
