// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: where memory runs out, one call, event or connection ends with an error, nobody waits for
// ever, and all goes on once there is memory again. Method: a server and clients on one loop of one
// thread; each scene is played again and again, and each time a later allocation fails.

#include <gatewire/rpc.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <doctest/doctest.h>

#include <malloc.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

/// How many allocations still succeed before some fail. The program has one thread.
struct {
    long left = -1;  // negative: all of them
    long fails = 0;  // so many behind those
    bool has_failed = false;

    bool fails_now() noexcept {
        if (left < 0 || left-- > 0) {
            return false;
        }
        has_failed = true;
        left = --fails > 0 ? 0 : -1;
        return true;
    }
} memory;

void* allocate(std::size_t size, std::size_t alignment) {
    void* const made = memory.fails_now() ? nullptr : ::memalign(alignment, size == 0 ? 1 : size);
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    return made;
}

}  // namespace

// Asio takes the memory of its operations here, past operator new.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return memory.fails_now() ? nullptr : ::memalign(alignment, size);
}

// The other forms of the standard library call these.

void* operator new(std::size_t size) {
    return allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    std::free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    std::free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    std::free(block);
}

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

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add>, rpc::method<"echo", &engine::echo>,
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
                   rpc::remote<"tell", int(int)>, rpc::on<"tick", &gateway::on_tick>,
                   rpc::on<"news", &gateway::on_news>>;

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
void sweep(const std::function<void(play&)>& prepare, const std::function<void(play&)>& act) {
    for (const long fails : {1L}) {
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
    sweep(join, [&](play& one) { one.client->call<"echo_once">(rpc::key{"a"}, text); });
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
