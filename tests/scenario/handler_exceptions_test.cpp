// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a completion handler throws leaves the run of the loop, from wherever it runs and
// however its call ended, and client and server go on when the loop runs again.
// Method: each way to run a handler by each way to end a call, in a world whose owner catches.

#include "scene.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/strand.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace test;
using namespace std::chrono_literals;

/// What the handlers here throw.
struct user_exception {
    int call;
};

/// A scene whose owner catches what comes out of the loop and goes on.
struct caught_scene : scene {
    void run_for(rpc::testing::duration time) {
        const auto until = world.now() + time;
        do {
            try {
                world.run_for(until - world.now());
                return;
            } catch (const user_exception& thrown) {
                caught.push_back(thrown.call);
            }
        } while (true);
    }

    /// A handler that notes that it ran, and throws.
    template <class Result>
    auto thrower(int call) {
        return [this, call](const std::exception_ptr& why, Result) {
            ended.push_back(call);
            failures += why ? 1 : 0;
            throw user_exception{call};
        };
    }

    /// The client and the server are as good as before.
    void check_working() {
        const std::size_t news = gateway.news.size();
        CHECK(client->call<"add">(20, 22) == 42);
        server->publish<"news">("still there");
        run_for(1s);
        CHECK(gateway.news.size() == news + 1);
    }

    std::vector<int> ended;
    std::vector<int> caught;
    int failures = 0;
};

/// A way to run a handler.
struct way_to_run {
    std::string_view name;
    void (*call)(caught_scene& play, int number, int length, rpc::timeout time);
};

template <class Handler>
void start_call(caught_scene& play, int length, rpc::timeout time, Handler handler) {
    if (length < 0) {
        play.client->async_call<"command">(time, 1, std::move(handler));
    } else {
        play.client->async_call<"rest">(time, length, std::move(handler));
    }
}

asio::awaitable<void> call_in_coroutine(caught_scene& play, int number, int length,
                                        rpc::timeout time) {
    bool has_failed = false;
    try {
        if (length < 0) {
            co_await play.client->async_call<"command">(time, 1, asio::use_awaitable);
        } else {
            co_await play.client->async_call<"rest">(time, length, asio::use_awaitable);
        }
    } catch (const rpc::error&) {
        has_failed = true;
    }
    play.ended.push_back(number);
    play.failures += has_failed ? 1 : 0;
    throw user_exception{number};
}

void rethrow_it(const std::exception_ptr& why) {
    if (why) {
        std::rethrow_exception(why);
    }
}

constexpr std::array ways_to_run{
    way_to_run{"a plain handler",
               [](caught_scene& play, int number, int length, rpc::timeout time) {
                   start_call(play, length, time, play.thrower<int>(number));
               }},
    way_to_run{"bound to the loop",
               [](caught_scene& play, int number, int length, rpc::timeout time) {
                   start_call(
                       play, length, time,
                       asio::bind_executor(play.world.get_executor(), play.thrower<int>(number)));
               }},
    way_to_run{"bound to the client's strand",
               [](caught_scene& play, int number, int length, rpc::timeout time) {
                   start_call(
                       play, length, time,
                       asio::bind_executor(play.client->get_executor(), play.thrower<int>(number)));
               }},
    way_to_run{"bound to a strand of its own",
               [](caught_scene& play, int number, int length, rpc::timeout time) {
                   const asio::any_io_executor loop = play.world.get_executor();
                   start_call(
                       play, length, time,
                       asio::bind_executor(asio::make_strand(loop), play.thrower<int>(number)));
               }},
    way_to_run{"a coroutine on the loop",
               [](caught_scene& play, int number, int length, rpc::timeout time) {
                   asio::co_spawn(asio::any_io_executor(play.world.get_executor()),
                                  call_in_coroutine(play, number, length, time), rethrow_it);
               }},
    way_to_run{"a coroutine on the client's strand",
               [](caught_scene& play, int number, int length, rpc::timeout time) {
                   asio::co_spawn(play.client->get_executor(),
                                  call_in_coroutine(play, number, length, time), rethrow_it);
               }},
};

const std::vector<int> three_calls{1, 2, 3};

/// Three calls at once, each of which throws at its end.
void call_thrice(caught_scene& play, const way_to_run& how, int length, rpc::timeout time = {30s}) {
    for (const int number : three_calls) {
        how.call(play, number, length, time);
    }
}

void check_all_thrown(const caught_scene& play) {
    CHECK(play.ended == three_calls);
    CHECK(play.caught == three_calls);
}

}  // namespace

TEST_CASE("handlers that throw: calls that were answered") {
    for (const way_to_run& how : ways_to_run) {
        for (const bool is_observed : {false, true}) {
            CAPTURE(how.name);
            caught_scene play;
            if (is_observed) {
                play.client_options.observer = std::make_shared<rpc::observer>();
            }
            play.meet();
            call_thrice(play, how, -1);
            play.server->publish<"news">("behind them");
            play.run_for(1s);
            check_all_thrown(play);
            CHECK(play.failures == 0);
            CHECK(play.gateway.news == std::vector<std::string>{"behind them"});
            CHECK(play.gateway.story == "+");
            play.check_working();
        }
    }
}

TEST_CASE("handlers that throw: calls that the engine refused") {
    for (const way_to_run& how : ways_to_run) {
        CAPTURE(how.name);
        caught_scene play;
        play.engine.on_command = [](int) -> int { throw std::runtime_error("no such symbol"); };
        play.meet();
        call_thrice(play, how, -1);
        play.run_for(1s);
        check_all_thrown(play);
        CHECK(play.failures == 3);
        CHECK(play.gateway.story == "+");
        play.check_working();
    }
}

TEST_CASE("handlers that throw: calls that ran out of time, or never had any") {
    for (const way_to_run& how : ways_to_run) {
        for (const auto time : {0ms, 100ms}) {
            CAPTURE(how.name);
            CAPTURE(time.count());
            caught_scene play;
            play.meet();
            call_thrice(play, how, 5000, rpc::timeout{time});
            play.run_for(1s);
            check_all_thrown(play);
            CHECK(play.failures == 3);
            CHECK(play.gateway.story == "+");
            play.check_working();
        }
    }
}

TEST_CASE("handlers that throw: calls that were lost with their connection") {
    for (const way_to_run& how : ways_to_run) {
        CAPTURE(how.name);
        caught_scene play;
        play.server_options.session_grace = 0ms;
        play.meet();
        call_thrice(play, how, 5000);
        play.run_for(100ms);
        play.link().cut();
        play.run_for(1s);
        std::sort(play.ended.begin(), play.ended.end());
        std::sort(play.caught.begin(), play.caught.end());
        check_all_thrown(play);
        CHECK(play.failures == 3);
        CHECK(play.gateway.story == "+-+");
        play.check_working();
    }
}

TEST_CASE("handlers that throw: calls of a client that is stopped, and was") {
    for (const way_to_run& how : ways_to_run) {
        CAPTURE(how.name);
        caught_scene play;
        play.meet();
        how.call(play, 1, 5000, rpc::timeout{30s});
        play.run_for(100ms);
        play.client->stop();
        how.call(play, 2, -1, rpc::timeout{30s});
        play.run_for(1s);
        CHECK(play.caught == std::vector<int>{1, 2});
        CHECK(play.failures == 2);
        play.client->start();
        CHECK(play.client->wait_connected());
        play.check_working();
    }
}

TEST_CASE("handlers that throw: calls of a client that is destroyed") {
    for (const way_to_run& how : ways_to_run) {
        CAPTURE(how.name);
        caught_scene play;
        play.meet();
        call_thrice(play, how, 5000);
        play.run_for(100ms);
        play.client.reset();
        play.run_for(1s);
        std::sort(play.ended.begin(), play.ended.end());
        std::sort(play.caught.begin(), play.caught.end());
        check_all_thrown(play);
        CHECK(play.failures == 3);
    }
}

TEST_CASE("handlers that throw: a call that was cancelled") {
    caught_scene play;
    play.meet();
    asio::cancellation_signal signal;
    play.client->async_call<"rest">(
        5000, asio::bind_cancellation_slot(signal.slot(), play.thrower<int>(1)));
    play.run_for(100ms);
    signal.emit(asio::cancellation_type::terminal);
    play.run_for(1s);
    CHECK(play.caught == std::vector<int>{1});
    CHECK(play.failures == 1);
    play.check_working();
}

TEST_CASE("handlers that throw: a call that waits meanwhile ends with the exception") {
    caught_scene play;
    play.meet();
    play.client->async_call<"add">(1, 2, play.thrower<int>(1));
    CHECK_THROWS_AS(static_cast<void>(play.client->call<"rest">(1000)), user_exception);
    play.run_for(2s);
    CHECK(play.ended == std::vector<int>{1});
    play.check_working();
}

TEST_CASE("handlers that throw: what the gateway's handlers throw is logged") {
    struct thrower {
        void on_news(const std::string&) { throw 1; }
        void on_connected(const rpc::session_info&) { throw std::runtime_error("up"); }
        void on_disconnected(const rpc::error&) { throw std::runtime_error("down"); }
        using rpc_table =
            rpc::table<rpc::remote<"add", int(int, int)>, rpc::on<"news", &thrower::on_news>>;
    };
    scene play;
    play.begin_server();
    thrower gateway;
    std::vector<std::string> log;
    rpc::client_options options;
    options.log = [&](const rpc::log_record& record) {
        if (record.event == rpc::log_event::handler_threw) {
            log.emplace_back(record.text);
        }
    };
    rpc::client<thrower> client(play.world.get_executor(), gateway,
                                play.world.client_options(options));
    client.start();
    CHECK(client.wait_connected());
    play.server->publish<"news">("one");
    play.world.run_for(1s);
    CHECK(client.call<"add">(1, 2) == 3);
    client.stop();
    play.world.run_for(1s);
    CHECK(log == std::vector<std::string>{"up", "a handler threw something unknown", "down"});
}

TEST_CASE("handlers that throw: what is told of a drained server") {
    caught_scene play;
    play.meet();
    play.server->when_drained([] { throw user_exception{7}; });
    play.server->stop();
    play.run_for(1s);
    CHECK(play.caught == std::vector<int>{7});
    play.server->start();
    CHECK(play.client->wait_connected());
    play.check_working();
}
