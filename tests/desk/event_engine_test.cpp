// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "trader/event_engine.hpp"

#include "scripted_gateway.hpp"
#include "waiting.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using trader::event;
using trader::event_engine;

/// No timer comes in between.
constexpr auto never = 24h;

event own(const std::string& type) {
    return {type, nlohmann::json::object()};
}

TEST_CASE("events arrive in order, at typed handlers first, then at general ones, each once") {
    event_engine events{never};
    std::vector<std::string> heard;
    events.register_general([&](const event& e) { heard.push_back("general " + e.type); });
    events.register_handler("a", [&](const event&) { heard.push_back("a"); });
    events.put(own("a"));
    events.put(own("b"));
    events.start();
    events.stop();
    CHECK(heard == std::vector<std::string>{"a", "general a", "general b"});
}

TEST_CASE("a handler for one id hears of that object only, and general ones once") {
    event_engine events{never};
    int all = 0;
    int one = 0;
    int general = 0;
    events.on<trader::tick_data>([&](const trader::tick_data&) { ++all; });
    events.register_handler("eTick.SPX.CBOE", [&](const event&) { ++one; });
    events.register_general([&](const event&) { ++general; });
    events.start();
    events.put_data(test::tick("SPX", 1));
    events.put_data(test::tick("SPY", 1));
    events.stop();
    CHECK(all == 2);
    CHECK(one == 1);
    CHECK(general == 2);
}

TEST_CASE("a handler that throws is logged, and the thread and the other handlers go on") {
    event_engine events{never};
    test::recorder<std::string> lines;
    int heard = 0;
    events.on<trader::log_data>([&](const trader::log_data& line) { lines.add(line.msg); });
    events.register_handler("a", [](const event&) { throw std::runtime_error("oh no"); });
    events.register_handler("a", [&](const event&) { ++heard; });
    events.start();
    events.put(own("a"));
    events.put(own("a"));
    REQUIRE(lines.wait_for_count(2));
    events.stop();
    CHECK(heard == 2);
    CHECK(lines.all().front() == "a handler of a threw: oh no");
}

TEST_CASE("a log handler that throws is not told of its own failure") {
    event_engine events{never};
    int called = 0;
    events.on<trader::log_data>([&](const trader::log_data&) {
        ++called;
        throw std::runtime_error("full disk");
    });
    events.start();
    events.put_data(trader::log_data{.msg = "one"});
    events.stop();
    CHECK(called == 1);
}

TEST_CASE("the timer comes again and again until the engine stops") {
    event_engine events{1ms};
    test::recorder<std::string> ticks;
    events.register_handler(std::string(trader::EVENT_TIMER),
                            [&](const event& e) { ticks.add(e.type); });
    events.start();
    CHECK(ticks.wait_for_count(3));
    events.stop();
}

TEST_CASE("an unregistered handler is not called again, and is not running any more") {
    event_engine events{never};
    std::promise<void> is_inside;
    std::promise<void> may_leave;
    std::atomic<bool> is_running = false;
    std::atomic<bool> was_running_after = false;
    const auto id = events.register_general([&](const event&) {
        is_running = true;
        is_inside.set_value();
        may_leave.get_future().wait();
        is_running = false;
    });
    events.start();
    events.put(own("a"));
    events.put(own("a"));  // Would set the promise again, and throw.
    is_inside.get_future().wait();
    std::thread other([&] {
        events.unregister(id);
        was_running_after = is_running.load();
    });
    for (int i = 0; i < 1000; ++i) {
        std::this_thread::yield();  // Gives a wrong unregister the time to return.
    }
    may_leave.set_value();
    other.join();
    events.stop();
    CHECK_FALSE(was_running_after);
}

TEST_CASE("a handler may register and unregister, itself too") {
    event_engine events{never};
    int first = 0;
    int second = 0;
    event_engine::handler_id id = 0;
    id = events.register_handler("a", [&](const event&) {
        ++first;
        events.unregister(id);
        events.register_handler("a", [&](const event&) { ++second; });
    });
    events.start();
    events.put(own("a"));
    events.put(own("a"));
    events.stop();
    CHECK(first == 1);
    CHECK(second == 1);
}

TEST_CASE("a stopped engine starts again") {
    event_engine events{never};
    int heard = 0;
    events.register_general([&](const event&) { ++heard; });
    for (int i = 0; i < 2; ++i) {
        events.start();
        events.start();
        events.put(own("a"));
        events.stop();
        events.stop();
    }
    CHECK(heard == 2);
}

}  // namespace
