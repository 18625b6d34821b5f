// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a mutex lets one thread in at a time, and each that waits for it gets it in the end.
// Method: threads that count together, and one that is kept waiting.

#include <gatewire/session/optional_mutex.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

using rpc::session::optional_mutex;

TEST_CASE("optional_mutex: threads that count together lose nothing") {
    optional_mutex mutex(true);
    std::uint64_t count = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number != 4; ++number) {
        threads.emplace_back([&] {
            for (int turn = 0; turn != 20'000; ++turn) {
                const std::lock_guard lock(mutex);
                ++count;
            }
        });
    }
    for (std::thread& one : threads) {
        one.join();
    }
    CHECK(count == 80'000);
}

TEST_CASE("optional_mutex: those that wait are let in one after the other") {
    optional_mutex mutex(true);
    std::atomic<int> inside{0};
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex);
        for (int number = 0; number != 3; ++number) {
            threads.emplace_back([&] {
                const std::lock_guard waits(mutex);
                ++inside;
            });
        }
        for (int turn = 0; turn != 1'000; ++turn) {  // Gives them time to go to sleep.
            std::this_thread::yield();
        }
        CHECK(inside == 0);
    }
    for (std::thread& one : threads) {
        one.join();
    }
    CHECK(inside == 3);
}

TEST_CASE("optional_mutex: a condition can be waited for") {
    optional_mutex mutex(true);
    std::condition_variable_any changed;
    bool is_set = false;
    std::thread waits([&] {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return is_set; });
    });
    {
        const std::lock_guard lock(mutex);
        is_set = true;
    }
    changed.notify_all();
    waits.join();
    CHECK(is_set);
}

TEST_CASE("optional_mutex: one that is left out keeps nobody out") {
    optional_mutex mutex(false);
    const std::lock_guard first(mutex);
    const std::lock_guard second(mutex);
}
