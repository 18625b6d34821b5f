// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: items are run in order and one at a time, whoever runs them, and none after the queue was
// closed. Method: items that come back to their queue, throw, or wait for another thread.

#include <gatewire/session/serial_queue.hpp>

#include <asio/io_context.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using rpc::session::serial_queue;

}  // namespace

TEST_CASE("serial_queue: what an item puts in follows it, whoever asks for it to be run") {
    serial_queue<char> queue(true);
    std::string story;
    const auto run_all = [&](auto& again) -> void {
        queue.run_all([&](char item) {
            story += item;
            if (item == 'a') {
                queue.push('c');
                again(again);
                story += '.';
            }
        });
    };
    queue.push('a');
    queue.push('b');
    run_all(run_all);
    CHECK(story == "a.bc");
}

TEST_CASE("serial_queue: what running throws leaves it, and the other items stay") {
    serial_queue<int> queue(false);
    std::vector<int> ran;
    const auto run = [&](int item) {
        ran.push_back(item);
        if (item == 1) {
            throw std::runtime_error("first");
        }
    };
    queue.push(1);
    queue.push(2);
    CHECK_THROWS_AS(queue.run_all(run), std::runtime_error);
    CHECK(ran == std::vector<int>{1});
    queue.run_all(run);
    CHECK(ran == std::vector<int>{1, 2});
}

TEST_CASE("serial_queue: closing waits for the item that runs, and gives back the others") {
    serial_queue<int> queue(false);
    std::promise<void> inside;
    std::atomic<bool> has_ended{false};
    queue.push(1);
    queue.push(2);
    std::thread runs_it([&] {
        queue.run_all([&](int) {
            inside.set_value();
            // Gives a close that does not wait its chance to be over first.
            for (int turn = 0; turn < 10'000; ++turn) {
                std::this_thread::yield();
            }
            has_ended = true;
        });
    });
    inside.get_future().wait();
    CHECK(queue.close().size() == 1);
    CHECK(has_ended);
    CHECK(queue.is_closed());
    runs_it.join();
    queue.push(3);
    CHECK(queue.close().empty());
}

TEST_CASE("serial_queue: an item may close its queue, and does not wait for itself") {
    serial_queue<int> queue(false);
    int ran = 0;
    queue.push(1);
    queue.push(2);
    queue.run_all([&](int) {
        ++ran;
        CHECK(queue.close().size() == 1);
    });
    CHECK(ran == 1);
}

TEST_CASE("serial_queue: threads that run it never meet, and nothing is left behind") {
    constexpr int per_thread = 2'000;
    serial_queue<int> queue(false);
    int ran = 0;  // guarded by the queue alone
    bool has_met = false;
    bool is_inside = false;
    std::vector<std::thread> threads;
    for (int count = 0; count < 4; ++count) {
        threads.emplace_back([&] {
            for (int item = 0; item < per_thread; ++item) {
                queue.push(int{item});
                queue.run_all([&](int) {
                    has_met = has_met || is_inside;
                    is_inside = true;
                    ++ran;
                    is_inside = false;
                });
            }
        });
    }
    for (std::thread& one : threads) {
        one.join();
    }
    CHECK_FALSE(has_met);
    CHECK(ran == 4 * per_thread);
}

TEST_CASE("strand_queue: what an item throws leaves the loop, and the next one follows") {
    asio::io_context loop;
    std::vector<int> ran;
    const auto queue = std::make_shared<rpc::session::strand_queue<int>>(
        loop.get_executor(),
        [&](int& item) {
            ran.push_back(item);
            if (item % 2 != 0) {
                throw item;
            }
        },
        false);
    for (int item = 1; item <= 5; ++item) {
        queue->push(item);
    }
    queue->kick();
    std::vector<int> caught;
    for (bool is_over = false; !is_over;) {
        try {
            loop.run();
            is_over = true;
        } catch (int item) {
            caught.push_back(item);
        }
    }
    CHECK(ran == std::vector<int>{1, 2, 3, 4, 5});
    CHECK(caught == std::vector<int>{1, 3, 5});
    queue->push(6);
    CHECK(queue->close().size() == 1);  // it does not wait for one that is over
}
