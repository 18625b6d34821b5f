// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what runs on a serial executor never runs two at a time and keeps its order, whatever way
// it came in, and survives exceptions and the end of the loop. Method: an io_context that is run by
// hand, and a few threads of one where they must meet.

#include <gatewire/session/serial_executor.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_executor.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using rpc::session::serial_executor;

serial_executor over(asio::io_context& loop) {
    return serial_executor(asio::any_io_executor(loop.get_executor()));
}

}  // namespace

TEST_CASE("serial_executor: it is an executor for Asio, type-erased too") {
    static_assert(asio::execution::is_executor<serial_executor>::value);
    asio::io_context loop;
    const serial_executor strand = over(loop);
    const asio::any_io_executor erased = strand;
    std::string story;
    asio::post(erased, [&] {
        story += 'a';
        asio::dispatch(strand, [&] { story += 'b'; });
        asio::post(strand, [&] { story += 'd'; });
        asio::dispatch(erased, [&] { story += 'c'; });
    });
    CHECK(story.empty());
    loop.run();
    CHECK(story == "abcd");
    CHECK(strand == serial_executor(strand));
    CHECK(strand != over(loop));
}

TEST_CASE("serial_executor: a function runs at once only if nothing else is running") {
    asio::io_context loop;
    const serial_executor strand = over(loop);
    std::string story;
    CHECK(strand.try_run([&] {
        story += 'a';
        CHECK(strand.running_in_this_thread());
        CHECK_FALSE(strand.try_run([&] { story += 'x'; }));
        asio::post(strand, [&] { story += 'b'; });
    }));
    CHECK_FALSE(strand.running_in_this_thread());
    CHECK(story == "a");
    CHECK_FALSE(strand.try_run([&] { story += 'x'; }));  // What was posted comes first.
    loop.run();
    CHECK(story == "ab");
    CHECK(strand.try_run([&] { story += 'c'; }));
    CHECK(story == "abc");
}

TEST_CASE("serial_executor: an exception leaves the rest in order") {
    asio::io_context loop;
    const serial_executor strand = over(loop);
    std::string story;
    asio::post(strand, [] { throw std::runtime_error("first"); });
    asio::post(strand, [&] { story += 'a'; });
    asio::post(strand, [&] { story += 'b'; });
    CHECK_THROWS_AS(loop.run(), std::runtime_error);
    asio::post(strand, [&] { story += 'c'; });
    loop.run();
    CHECK(story == "abc");
    CHECK_THROWS_AS(strand.try_run([] { throw std::runtime_error("second"); }), std::runtime_error);
    CHECK(strand.try_run([&] { story += 'd'; }));
    CHECK(story == "abcd");
}

TEST_CASE(
    "serial_executor: what never runs is destroyed with the loop, though it holds the strand") {
    const auto held = std::make_shared<int>(1);
    {
        asio::io_context loop;
        const serial_executor strand = over(loop);
        for (int count = 0; count < 3; ++count) {
            asio::post(strand, [strand, held] {});
        }
        CHECK(held.use_count() == 4);
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("serial_executor: nor does anything stay of what is put in while that is destroyed") {
    const auto held = std::make_shared<int>(1);
    struct chain {
        serial_executor strand;
        std::shared_ptr<int> held;
        int left;
        ~chain() {
            if (held && left != 0) {
                asio::post(strand, [next = std::make_shared<chain>(strand, held, left - 1)] {});
            }
        }
        chain(serial_executor on, std::shared_ptr<int> what, int times)
            : strand(std::move(on)), held(std::move(what)), left(times) {}
        chain(const chain&) = delete;
    };
    {
        asio::io_context loop;
        // An operation that is destroyed after the strand's turn, as a timer's is, and one in it.
        asio::steady_timer timer(loop, asio::steady_timer::time_point::max());
        const serial_executor strand = over(loop);
        timer.async_wait([last = std::make_shared<chain>(strand, held, 2)](asio::error_code) {});
        asio::post(strand, [first = std::make_shared<chain>(strand, held, 3)] {});
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("serial_executor: threads of the loop never meet on it") {
    constexpr int per_thread = 2'000;
    asio::io_context loop;
    const serial_executor strand = over(loop);
    std::atomic<int> inside{0};
    std::atomic<bool> has_met{false};
    int ran = 0;  // guarded by the strand alone
    const auto visit = [&] {
        has_met = has_met || inside.fetch_add(1) != 0;
        ++ran;
        inside.fetch_sub(1);
    };
    for (int count = 0; count < 4 * per_thread; ++count) {
        asio::post(loop, [&, count] {
            if (count % 2 == 0) {
                asio::post(strand, visit);
            } else if (!strand.try_run(visit)) {
                asio::post(strand, visit);
            }
        });
    }
    std::vector<std::thread> threads;
    for (int count = 0; count < 4; ++count) {
        threads.emplace_back([&loop] { loop.run(); });
    }
    for (std::thread& one : threads) {
        one.join();
    }
    CHECK_FALSE(has_met);
    CHECK(ran == 4 * per_thread);
}

TEST_CASE("serial_executor: a thread from elsewhere waits for what runs, and runs alone") {
    asio::io_context loop;
    const serial_executor strand = over(loop);
    std::promise<void> inside;
    std::promise<void> leave;
    std::string story;
    asio::post(strand, [&] {
        inside.set_value();
        leave.get_future().wait();
        story += 'a';
    });
    asio::post(strand, [&] { story += 'b'; });
    std::thread runs_it([&] { loop.run(); });
    inside.get_future().wait();
    auto from_elsewhere = std::async(std::launch::async, [&] {
        strand.run_alone([&] {
            CHECK(strand.running_in_this_thread());
            asio::post(strand, [&] { story += 'd'; });
            CHECK_FALSE(strand.try_run([&] { story += 'x'; }));
            strand.run_alone([&] { story += 'c'; });
        });
    });
    // It never comes in now; if it did, it would not take long.
    CHECK(from_elsewhere.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
    leave.set_value();
    from_elsewhere.get();
    runs_it.join();
    loop.restart();
    loop.run();
    CHECK(story.size() == 4);
    CHECK(story.starts_with('a'));
    CHECK(story.find('b') < story.size());
    CHECK(story.find('c') < story.find('d'));
}

TEST_CASE("serial_executor: a thread from elsewhere does not wait for a loop that is not run") {
    std::string story;
    asio::io_context loop;
    const serial_executor strand = over(loop);
    strand.run_alone([&] { story += 'a'; });
    asio::post(strand, [&] { story += 'd'; });
    strand.run_alone([&] {
        story += 'b';
        // A turn that comes meanwhile is put off.
        loop.run();
        story += 'c';
        asio::post(strand, [&] { story += 'e'; });
    });
    CHECK(story == "abc");
    loop.restart();
    loop.run();
    CHECK(story == "abcde");
    CHECK(strand.try_run([&] { story += 'f'; }));
    CHECK(story == "abcdef");
}

TEST_CASE("serial_executor: the loop may be destroyed while a thread from elsewhere runs alone") {
    auto loop = std::make_unique<asio::io_context>();
    const auto held = std::make_shared<int>(1);
    const serial_executor strand = over(*loop);
    asio::post(strand, [held] {});
    strand.run_alone([&] { loop.reset(); });
    CHECK(held.use_count() == 1);
    bool has_run = false;
    strand.run_alone([&] { has_run = true; });
    CHECK(has_run);
}

TEST_CASE("serial_executor: threads of the loop and from elsewhere never meet on it") {
    constexpr int per_thread = 1'000;
    asio::io_context loop;
    const serial_executor strand = over(loop);
    int inside = 0;  // guarded by the strand alone, like the next one
    int ran = 0;
    bool has_met = false;
    const auto visit = [&] {
        has_met = has_met || ++inside != 1;
        ++ran;
        --inside;
    };
    for (int count = 0; count < 2 * per_thread; ++count) {
        asio::post(loop, [&, count] {
            if (count % 2 == 0 || !strand.try_run(visit)) {
                asio::post(strand, visit);
            }
        });
    }
    std::vector<std::thread> threads;
    for (int count = 0; count < 2; ++count) {
        threads.emplace_back([&loop] { loop.run(); });
    }
    for (int count = 0; count < 2; ++count) {
        threads.emplace_back([&] {
            for (int times = 0; times < per_thread; ++times) {
                strand.run_alone(visit);
            }
        });
    }
    for (std::thread& one : threads) {
        one.join();
    }
    loop.restart();
    loop.run();
    CHECK_FALSE(has_met);
    CHECK(ran == 4 * per_thread);
}
