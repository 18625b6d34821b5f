// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: after a close_barrier is closed nobody else is inside, and whoever is inside may close it.
// Method: threads that enter and leave when they are told.

#include <gatewire/session/close_barrier.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

TEST_CASE("close_barrier: closing waits until the others have left, and lets nobody in after") {
    rpc::session::close_barrier entrance;
    std::promise<void> inside;
    std::atomic<bool> has_left{false};
    std::thread visitor([&] {
        REQUIRE(entrance.enter());
        inside.set_value();
        // Gives a close that does not wait its chance to be over first.
        for (int turn = 0; turn < 10'000; ++turn) {
            std::this_thread::yield();
        }
        has_left = true;
        entrance.leave();
    });
    inside.get_future().wait();
    entrance.close();
    CHECK(has_left);
    CHECK_FALSE(entrance.enter());
    visitor.join();
}

TEST_CASE(
    "close_barrier: a thread that is inside, even twice, may close it and does not wait for "
    "itself") {
    rpc::session::close_barrier entrance;
    REQUIRE(entrance.enter());
    REQUIRE(entrance.enter());
    entrance.close();
    CHECK_FALSE(entrance.enter());
    entrance.leave();
    entrance.leave();
    entrance.close();
}
