// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: where memory runs out, one call, event or connection ends with an error, nobody waits for
// ever, and all goes on once there is memory again. Method: a server and clients on one loop of one
// thread; each scene is played again and again, and each time a later allocation fails.

#include "failing_memory.hpp"

#include <gatewire/rpc.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct tick {
    std::string symbol;
    int price = 0;
};

struct engine {
    int add(int a, int b) { return a + b; }
    std::string echo(const std::string& text) { return text; }
    asio::awaitable<std::string> echo_later(std::string text) { co_return text; }
    std::vector<std::string> many(std::size_t count) {
        return std::vector<std::string>(count, std::string(100, 'x'));
    }
    int tell(int count) {
        for (int number = 0; number != count; ++number) {
            publish(number);
        }
        return count;
    }

    asio::awaitable<int> tell_later(int count) {
        co_await asio::post(asio::use_awaitable);
        co_return tell(count);
    }

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add>, rpc::method<"echo", &engine::echo>,
                   rpc::method<"tell_later", &engine::tell_later>,
                   rpc::method<"echo_later", &engine::echo_later>,
                   rpc::method<"echo_aside", &engine::echo, rpc::offload>,
                   rpc::method<"echo_once", &engine::echo, rpc::once>,
                   rpc::method<"many", &engine::many>, rpc::method<"tell", &engine::tell>,
                   rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>>,
                   rpc::event<"news", std::string>>;

    std::function<void(int)> publish = [](int) {};
};

struct gateway {
    void on_tick(const tick&) { ++ticks; }
    void on_news(const std::string&) { ++news; }
    void on_gap(const rpc::gap&) { ++gaps; }

    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int)>, rpc::remote<"echo", std::string(std::string)>,
                   rpc::remote<"echo_later", std::string(std::string)>,
                   rpc::remote<"echo_aside", std::string(std::string)>,
                   rpc::remote<"echo_once", std::string(std::string), rpc::once>,
                   rpc::remote<"many", std::vector<std::string>(std::size_t)>,
                   rpc::remote<"tell", int(int)>, rpc::remote<"tell_later", int(int)>,
                   rpc::on<"tick", &gateway::on_tick>, rpc::on<"news", &gateway::on_news>>;

    int ticks = 0;
    int news = 0;
    int gaps = 0;
};

/// A server and a client, on a loop that a test runs.
class play {
public:
    play() : server(io.get_executor(), served, at_a_port()), client(make_client()) {}

    static rpc::server_options at_a_port() {
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0"};
        return options;
    }

    std::unique_ptr<rpc::client<gateway>> make_client() {
        served.publish = [this](int number) { server.publish<"tick">(tick{"a", number}); };
        server.start();
        rpc::client_options options;
        options.address = server.addresses().front();
        options.backoff_min = 1ms;
        options.backoff_max = 1ms;
        options.call_timeout = patience;
        auto made = std::make_unique<rpc::client<gateway>>(io.get_executor(), heard, options);
        return made;
    }

    /// Runs `act()` on the loop, and all that follows at once.
    void run(const std::function<void()>& act) {
        bool is_done = false;
        asio::post(io, [&] {
            act();
            is_done = true;
        });
        while (!is_done) {
            REQUIRE(io.run_one() != 0);
        }
        io.restart();
    }

    /// Does what may fail. @return Whether it ended without waiting for its timeout.
    static bool ends(const std::function<void()>& act) {
        try {
            act();
        } catch (const rpc::error& why) {
            if (why.code() == rpc::errc::deadline_exceeded) {
                MESSAGE(std::string(why.what()));
                return false;
            }
        } catch (const std::bad_alloc&) {
        }
        return true;
    }

    /// Runs what is ready, and what that causes.
    void run_ready() {
        for (int turn = 0; turn != 100; ++turn) {
            io.poll();
        }
    }

    static constexpr std::chrono::milliseconds patience{1500};

    asio::io_context io;
    // Asio counts the work that a handler hands on for itself, until the handler has ended; whoever
    // runs the loop inside of it would see it run out.
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> work{
        1000, asio::make_work_guard(io)};
    engine served;
    gateway heard;
    rpc::server<engine> server;
    std::unique_ptr<rpc::client<gateway>> client;
};

/// Plays a scene with each of its allocations failing in turn.
/// @param check  What holds once there is memory again.
void sweep(const std::function<void(play&)>& prepare, const std::function<void(play&)>& act,
           const std::function<void(play&)>& check = {}) {
    for (const long fails : {1L, 3L}) {
        bool has_failed = true;
        for (long count = 0; has_failed; ++count) {
            REQUIRE(count < 5000);
            CAPTURE(count);
            CAPTURE(fails);
            play one;
            one.run([&] { prepare(one); });
            one.run([&] {
                memory.has_failed = false;
                memory.fails = fails;
                memory.left = count;
                const bool has_ended = play::ends([&] { act(one); });
                memory.left = -1;
                has_failed = memory.has_failed;
                CHECK(has_ended);
                one.server.start();
                one.client->start();
                REQUIRE(one.client->wait_connected(play::patience));
                // The connection may be about to end.
                int sum = 0;
                for (int tries = 0; sum == 0 && tries != 5; ++tries) {
                    CHECK(play::ends([&] { sum = one.client->call<"add">(1, 2); }));
                }
                CHECK(sum == 3);
                std::size_t many = 0;
                for (int tries = 0; many == 0 && tries != 5; ++tries) {
                    CHECK(play::ends(
                        [&] { many = one.client->call<"many">(std::size_t{9}).size(); }));
                }
                CHECK(many == 9);
                if (check) {
                    CHECK(play::ends([&] { check(one); }));
                }
                one.client->stop();
            });
        }
    }
}

void join(play& one) {
    one.client->start();
    REQUIRE(one.client->wait_connected(play::patience));
    one.client->call<"add">(1, 2);
}

void join_events(play& one) {
    one.client->subscribe<"tick">();
    one.client->subscribe<"news">();
    join(one);
}

void nothing(play&) {}

}  // namespace

TEST_CASE("short memory: a client connects") {
    sweep(nothing, [](play& one) {
        one.client->start();
        one.client->wait_connected(play::patience);
    });
}

TEST_CASE("short memory: calls of every kind end") {
    const std::string text(100, 'y');
    sweep(join, [&](play& one) { one.client->call<"echo">(text); });
    sweep(join, [&](play& one) { one.client->call<"echo_aside">(text); });
    const auto once = [&](play& one) { one.client->call<"echo_once">(rpc::key{"a"}, text); };
    sweep(join, once, once);
    sweep(join, [&](play& one) { one.client->call<"many">(std::size_t{300}); });
}

TEST_CASE("short memory: an asynchronous call completes once, or is refused at once") {
    sweep(join, [](play& one) {
        int times = 0;
        bool is_refused = false;
        try {
            one.client->async_call<"echo">(
                std::string(100, 'y'), [&](std::exception_ptr, const std::string&) { ++times; });
        } catch (const std::bad_alloc&) {
            is_refused = true;
        }
        const auto end = std::chrono::steady_clock::now() + play::patience;
        while (times == 0 && !is_refused && std::chrono::steady_clock::now() < end) {
            one.io.poll_one();
        }
        CHECK(times == (is_refused ? 0 : 1));
    });
}

TEST_CASE("short memory: events that a method publishes come") {
    sweep(join, [](play& one) { one.client->call<"tell">(3); });
}

// Where a coroutine begins an operation, Asio ends the process itself if it has no memory for that.
TEST_CASE("short memory: awaitable methods end, where Asio has memory") {
    memory.is_asio_spared = true;
    const std::string text(100, 'y');
    sweep(join, [&](play& one) { one.client->call<"echo_later">(text); });
    sweep(join, [&](play& one) { one.client->call<"tell_later">(3); });
    memory.is_asio_spared = false;
}

TEST_CASE("short memory: events that the server publishes come, or the client hears of a gap") {
    int published = 0;
    sweep(
        join_events,
        [&](play& one) {
            published = 0;
            for (int number = 0; number != 3; ++number) {
                try {
                    one.served.publish(number);
                    ++published;
                } catch (const std::bad_alloc&) {
                }
            }
            one.run_ready();
        },
        [&](play& one) {
            CHECK(one.heard.ticks <= published);
            CHECK((one.heard.ticks == published || one.heard.gaps != 0));
            const int before = one.heard.ticks;
            one.served.publish(4);
            one.client->call<"add">(1, 2);
            CHECK(one.heard.ticks == before + 1);
        });
}

TEST_CASE("short memory: a client subscribes, at last where it is told again") {
    const auto subscribe = [](play& one) {
        one.client->subscribe<"tick">("a", "b");
        one.client->subscribe<"news">();
        one.run_ready();
    };
    sweep(join, subscribe, [&](play& one) {
        subscribe(one);
        one.client->call<"add">(1, 2);
        one.served.publish(1);
        one.client->call<"add">(1, 2);
        CHECK(one.heard.ticks == 1);
    });
}

TEST_CASE("short memory: notifications") {
    sweep(join, [](play& one) {
        one.client->notify<"echo">(std::string(100, 'y'));
        one.run_ready();
    });
}
