// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: after a gate is closed nobody else is inside, and whoever is inside may close it. Method:
// threads that enter and leave when they are told.

#include <gatewire/session/gate.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

TEST_CASE("gate: closing waits until the others have left, and lets nobody in after") {
    rpc::session::gate entrance;
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

TEST_CASE("gate: a thread that is inside, even twice, may close it and does not wait for itself") {
    rpc::session::gate entrance;
    REQUIRE(entrance.enter());
    REQUIRE(entrance.enter());
    entrance.close();
    CHECK_FALSE(entrance.enter());
    entrance.leave();
    entrance.leave();
    entrance.close();
}
