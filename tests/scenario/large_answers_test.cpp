// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a large answer lets others be served while it is written, and is the answer that it would
// have been otherwise; its client gets everything in the engine's order all the same.
// Method: an engine that returns many bars, in a world where time is the test's. Another client's
// call arrives while they are made; the server's observer shows whose answer was written first.

#include "scene.hpp"

#include <asio/post.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace test;
using namespace std::chrono_literals;

struct bar {
    std::string symbol;
    std::int64_t number = 0;
    double price = 0;
    std::optional<int> volume{};
    friend bool operator==(const bar&, const bar&) = default;
};

struct chart {
    std::string symbol;
    std::vector<double> prices;
    std::vector<bar> bars;
    int count = 0;
    friend bool operator==(const chart&, const chart&) = default;
};

std::vector<bar> make_bars(int count) {
    std::vector<bar> made;
    for (int number = 0; number != count; ++number) {
        made.push_back({"rb2405", number, number / 8.0,
                        number % 2 == 0 ? std::optional<int>() : std::optional(number)});
    }
    return made;
}

chart make_chart(int count) {
    return {"rb2405", std::vector<double>(static_cast<std::size_t>(count), 0.5), make_bars(count),
            count};
}

struct archive {
    std::vector<bar> bars(int count) {
        ++queries;
        if (const auto once = std::exchange(on_bars, nullptr)) {
            once();
        }
        return make_bars(count);
    }
    asio::awaitable<std::vector<bar>> bars_later(int count) { co_return bars(count); }
    chart whole_chart(int count) { return make_chart(count); }
    std::vector<double> unwritable(int count) {
        std::vector<double> made(static_cast<std::size_t>(count), 1.0);
        made.back() = std::numeric_limits<double>::quiet_NaN();
        return made;
    }
    int ask(int argument) { return on_ask(argument); }

    using rpc_table = rpc::table<rpc::method<"bars", &archive::bars>,
                                 rpc::method<"bars_later", &archive::bars_later>,
                                 rpc::method<"bars_once", &archive::bars, rpc::once>,
                                 rpc::method<"chart", &archive::whole_chart>,
                                 rpc::method<"unwritable", &archive::unwritable>,
                                 rpc::method<"ask", &archive::ask>, rpc::event<"told", int>>;

    int queries = 0;
    std::function<void()> on_bars{};  // once
    std::function<int(int)> on_ask = [](int argument) { return argument; };
};

struct reader {
    void on_told(int what) { on_event(what); }
    using rpc_table = rpc::table<rpc::remote<"bars", std::vector<bar>(int)>,
                                 rpc::remote<"bars_later", std::vector<bar>(int)>,
                                 rpc::remote<"bars_once", std::vector<bar>(int), rpc::once>,
                                 rpc::remote<"chart", chart(int)>,
                                 rpc::remote<"unwritable", std::vector<double>(int)>,
                                 rpc::remote<"ask", int(int)>, rpc::on<"told", &reader::on_told>>;
    std::function<void(int)> on_event = [](int) {};
};

/// The names of the methods whose answers were written, in order.
struct written_answers : rpc::observer {
    void on_call_ended(const rpc::observed_call& call,
                       const rpc::observed_answer& /*answer*/) noexcept override {
        names.emplace_back(call.method);
    }
    std::vector<std::string> names;
};

struct library {
    explicit library(rpc::server_options options = {}) {
        world.set({.latency = 0ms});
        options.observer = written;
        server.emplace(world.get_executor(), engine, world.server_options(std::move(options)));
        server->start();
        for (const auto& one : {std::ref(first), std::ref(second)}) {
            one.get().start();
            REQUIRE(one.get().wait_connected());
        }
        engine.on_ask = [this](int argument) {
            server->publish<"told">(argument);
            return argument;
        };
    }

    /// Has the second client's question wait when the bars of the first one are there. It is
    /// answered before them, if behind what is small.
    void ask_between(std::vector<std::string> answered = {}) {
        engine.on_bars = [this] {
            second.async_call<"ask">(7, asked.handler());
            world.run_for(1ms);
        };
        world.run_until([&] { return asked.is_over(); });
        answered.push_back("ask");
        CHECK(std::ranges::mismatch(answered, written->names).in1 == answered.end());
    }

    /// Runs `action` once the loop has had some turns, in each of which a part may be written.
    void after_turns(int turns, std::function<void()> action) {
        asio::post(world.get_executor(), [this, turns, action = std::move(action)] {
            if (turns == 0) {
                is_between = written->names.back() == "ask";
                action();
            } else {
                after_turns(turns - 1, action);
            }
        });
    }

    rpc::testing::world world;
    archive engine;
    bool is_between = false;  // after_turns() acted while an answer was being written
    std::shared_ptr<written_answers> written = std::make_shared<written_answers>();
    reader gateway;
    reader other;
    ending<int> asked;
    std::optional<rpc::server<archive>> server;
    rpc::client<reader> first{world.get_executor(), gateway, world.client_options()};
    rpc::client<reader> second{world.get_executor(), other, world.client_options()};
};

TEST_CASE("large answers: other clients are answered before, the answer is what was returned") {
    library play;
    ending<std::vector<bar>> got;
    play.first.async_call<"bars">(20'000, got.handler());
    play.ask_between();
    CHECK(play.asked.value == 7);
    CHECK(play.engine.queries == 1);
    play.world.run_for(1s);
    CHECK(got.times == 1);
    CHECK(got.value == make_bars(20'000));
}

TEST_CASE("large answers: an awaitable method's, a keyed one's and an aggregate with arrays too") {
    library play;
    ending<std::vector<bar>> later;
    ending<std::vector<bar>> once;
    ending<chart> charted;
    play.first.async_call<"bars_later">(20'000, later.handler());
    play.first.async_call<"bars_once">(rpc::key{"k"}, 20'000, once.handler());
    play.first.async_call<"chart">(20'000, charted.handler());
    play.ask_between();
    play.world.run_for(1s);
    CHECK(later.value == make_bars(20'000));
    CHECK(once.value == make_bars(20'000));
    CHECK(charted.value == make_chart(20'000));
    CHECK(play.second.call<"bars_once">(rpc::key{"k"}, 20'000) == make_bars(20'000));
    CHECK(play.engine.queries == 2);
}

TEST_CASE("large answers: every number of elements arrives, about where it becomes large") {
    library play;
    for (int count = 0; count < 5'200; count += count < 3'900 ? 390 : 93) {
        CHECK(play.first.call<"bars">(count) == make_bars(count));
        CHECK(play.first.call<"chart">(count) == make_chart(count));
    }
}

TEST_CASE("large answers: its client gets what came meanwhile behind it, others at once") {
    library play;
    std::string story;
    play.gateway.on_event = [&](int) { story += 'e'; };
    play.other.on_event = [&](int) { story += 'o'; };
    play.first.async_call<"bars">(20'000, [&](auto, auto) { story += 'b'; });
    play.first.async_call<"chart">(20'000, [&](auto, auto) { story += 'c'; });
    play.first.async_call<"bars">(1, [&](auto, auto) { story += 's'; });
    play.ask_between({"bars"});
    play.world.run_for(1s);
    CHECK(story == "obcse");
}

TEST_CASE("large answers: an element that cannot be written is the same error as in a small one") {
    library play;
    const auto failure = [&](int count) {
        return failure_of([&] { play.first.call<"unwritable">(count); });
    };
    const rpc::error small = failure(3);
    const rpc::error large = failure(40'000);
    CHECK(large.code() == small.code());
    CHECK(small.message() == "result[2]: NaN has no JSON form");
    CHECK(large.message() == "result[39999]: NaN has no JSON form");
    CHECK(play.first.call<"ask">(1) == 1);
}

TEST_CASE("large answers: one over the limit is refused with its size") {
    rpc::server_options options;
    options.limits.answer_size_max = 500'000;
    library play(options);
    const rpc::error failure = failure_of([&] { play.first.call<"bars">(20'000); });
    CHECK(failure.peer_code() == -32008);
    CHECK(failure.message() == "the answer has 1289490 bytes, the limit is 500000");
    CHECK(play.first.call<"bars">(5'000).size() == 5'000);
}

/// A client that waits for a large answer, a small one behind it, and an event.
struct waiting_client {
    explicit waiting_client(library& where) : play(where) {
        play.gateway.on_event = [this](int what) { told.push_back(what); };
        play.first.async_call<"bars">(20'000, large.handler());
        play.first.async_call<"bars">(1, small.handler());
    }
    void check_got_all_once() {
        play.world.run_for(5s);
        CHECK(large.times == 1);
        CHECK(large.value == make_bars(20'000));
        CHECK(small.times == 1);
        CHECK(small.value == make_bars(1));
        CHECK(told == std::vector{7});
        CHECK(play.engine.queries == 2);
    }

    library& play;
    std::vector<int> told{};
    ending<std::vector<bar>> large{};
    ending<std::vector<bar>> small{};
};

TEST_CASE("large answers: over a lost connection they arrive once, and so does what waited") {
    library play;
    waiting_client client(play);
    play.engine.on_ask = [&](int argument) {
        play.server->publish<"told">(argument);
        play.after_turns(20, [&] { play.world.connections().at(0).cut(); });
        return argument;
    };
    play.ask_between({"bars"});
    client.check_got_all_once();
    CHECK(play.is_between);
}

TEST_CASE("large answers: the session goes on elsewhere while one is written, nothing is lost") {
    library play;
    waiting_client client(play);
    play.engine.on_ask = [&](int argument) {
        play.server->publish<"told">(argument);
        play.world.connections().at(0).cut();
        play.world.run_for(5s);  // Holds the engine, and with it what is left to write.
        CHECK(play.world.connections().size() == 2);
        CHECK(play.written->names == std::vector<std::string>{"bars"});
        return argument;
    };
    play.ask_between({"bars"});
    client.check_got_all_once();
}

TEST_CASE("large answers: a server that stops meanwhile sends it first") {
    library play;
    ending<std::vector<bar>> got;
    bool is_drained = false;
    play.first.async_call<"bars">(20'000, got.handler());
    play.engine.on_ask = [&](int argument) {
        play.after_turns(20, [&] {
            play.server->stop();
            play.server->when_drained([&] { is_drained = true; });
        });
        return argument;
    };
    play.ask_between();
    play.world.run_for(5s);
    CHECK(play.is_between);
    CHECK(got.times == 1);
    CHECK(got.value == make_bars(20'000));
    CHECK(is_drained);
}

TEST_CASE("large answers: a server that is destroyed meanwhile leaves nobody waiting") {
    library play;
    ending<std::vector<bar>> got;
    play.first.async_call<"bars">(20'000, got.handler());
    play.engine.on_ask = [&](int argument) {
        play.after_turns(20, [&] { play.server.reset(); });
        return argument;
    };
    play.ask_between();
    play.world.run_for(1min);
    CHECK(play.is_between);
    CHECK(got.times == 1);
    REQUIRE(got.failure);
    CHECK(got.failure->outcome() == rpc::outcome::may_have_run);
}

}  // namespace
