// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the answer times of a connection are those of its calls. Method: calls that a server's
// connection receives and answers at known moments.

#include "server_rig.hpp"

#include <gatewire/protocol/statistics.hpp>

#include <doctest/doctest.h>

#include <chrono>

namespace {

using test::at;
using test::server_rig;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("session_counters: nothing was answered, so there is no time to tell") {
    const rpc::protocol::session_counters counters;
    CHECK(counters.answer_time_mean() == 0ms);
    CHECK(counters.answer_time_max == 0ms);
}

TEST_CASE("session_counters: the mean and the longest of all answers") {
    rpc::protocol::session_counters counters;
    counters.answered(2ms);
    counters.answered(7ms);
    counters.answered(3ms);
    CHECK(counters.answer_time_mean() == 4ms);
    CHECK(counters.answer_time_max == 7ms);
}

TEST_CASE("session_counters: a call's time begins with its arrival; notifications have none") {
    server_rig rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"sum","params":[1],"id":1})", at(10ms));
    rig.receive(R"({"jsonrpc":"2.0","method":"sum","params":[1],"id":2})", at(12ms));
    rig.receive(R"({"jsonrpc":"2.0","method":"sum","params":[1]})", at(1ms));
    for (const rpc::protocol::call& what : rig.outcome.calls) {
        rig.connection.end_calls({what.slot}, 0, at(16ms));
    }
    CHECK(rig.connection.counters().calls == 3);
    CHECK(rig.connection.counters().answer_time_mean() == 5ms);
    CHECK(rig.connection.counters().answer_time_max == 6ms);
}
