// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the answer to rpc.stats says what is known, and is JSON whatever texts are in it. Method:
// statistics made by hand.

#include <gatewire/protocol/statistics.hpp>

#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace {

namespace protocol = rpc::protocol;
using namespace std::chrono_literals;

nlohmann::json told(const rpc::server_stats& stats, protocol::time_point now = {}) {
    return nlohmann::json::parse(protocol::stats_text(stats, now, true));
}

}  // namespace

TEST_CASE("stats_answer: a server that did nothing has all members") {
    CHECK(told({}) == nlohmann::json::parse(R"({"epoch":"","uptime_ms":0,
        "sessions":{"connected":0,"kept":0,"resumed":0,"resumes_refused":0},
        "calls":{"read":0,"started":0,"answered":0,"failed":0,"refused":0,"in_flight":0},
        "events":{"published":0,"queued":0,"conflated":0},
        "bytes":{"received":0,"sent":0,"queued_max":0},"connections":[]})"));
}

TEST_CASE("stats_answer: each connection has its counts, and times as counts") {
    rpc::server_stats stats;
    rpc::session_stats one;
    one.session = 7;
    one.peer = "tcp://[::1]:1";
    one.identity = "a\"b\xFF";  // An identity may be any bytes.
    one.subscriptions = {"fill", "quote: a"};
    one.subscription_count = 70;
    one.calls = 9;
    one.errors = 2;
    one.refused = 1;
    one.in_flight = 3;
    one.queued_bytes = 100;
    one.lag = 5ms;
    one.answer_time_max = 4us;
    one.connected_at = protocol::time_point(1s);
    stats.sessions = {one, {}};
    const nlohmann::json connections = told(stats, protocol::time_point(3s))["connections"];
    REQUIRE(connections.size() == 2);
    CHECK(connections[0] == nlohmann::json::parse(R"({"session":7,"peer":"tcp://[::1]:1",
        "identity":"a\"b\ufffd","subscriptions":["fill","quote: a"],
        "subscription_count":70,"connected_ms":2000,"resumes":0,"calls":9,"errors":2,
        "refused":1,"in_flight":3,"events":0,"conflated":0,
        "bytes_received":0,"bytes_sent":0,"queued_bytes":100,"lag_us":5000,
        "answer_time_mean_us":0,"answer_time_max_us":4})"));
    CHECK(connections[1]["subscriptions"] == nlohmann::json::array());
    const auto counts = nlohmann::json::parse(
        protocol::stats_text(stats, protocol::time_point(3s), false))["connections"];
    CHECK_FALSE(counts[0].contains("subscriptions"));
    CHECK(counts[0]["subscription_count"] == 70);
}

TEST_CASE("stats_answer: counts of connections add up") {
    protocol::session_traffic first;
    first.counters.calls = 10;
    first.counters.errors = 3;
    first.counters.repeated = 1;
    first.counters.refused(true);
    first.counters.refused(false);
    first.counters.answered(2ms);
    first.bytes_sent = 5;
    first.queued_bytes = 7;
    protocol::session_traffic second = first;
    second.queued_bytes = 6;
    second.in_flight = 2;
    first.add(second);
    const rpc::server_stats stats = protocol::stats_of(first, -1s);
    CHECK(stats.uptime == 0ms);
    CHECK(stats.calls == 20);
    CHECK(stats.refused == 4);
    CHECK(stats.started == 14);
    CHECK(stats.answered == 2);
    CHECK(stats.failed == 6);
    CHECK(stats.in_flight == 2);
    CHECK(stats.bytes_sent == 10);
    CHECK(stats.queued_bytes == 7);
    CHECK(first.counters.answer_time_mean() == 2ms);
}
