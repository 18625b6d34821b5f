// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: durations that are longer than the clock counts are for ever, and negative ones are none.
// Method: the ends of each unit, and what people write for "for ever".

#include <gatewire/protocol/backoff.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/peer_limits.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/timeout.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>

namespace {

using rpc::protocol::after;
using rpc::protocol::bounded;
using rpc::protocol::duration;
using rpc::protocol::never;
using rpc::protocol::time_point;
using rpc::protocol::wire_milliseconds;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr duration for_ever = (duration::max)();
constexpr milliseconds four_centuries = std::chrono::hours(24 * 365 * 400);
constexpr std::array long_ones{four_centuries, (milliseconds::max)(), (milliseconds::max)() - 1ms};
constexpr std::array short_ones{0ms, -1ms, (milliseconds::min)(), -four_centuries};
constexpr time_point begin_of_time{};

}  // namespace

TEST_CASE("time: a duration that the clock does not count is for ever") {
    for (const milliseconds time : long_ones) {
        CAPTURE(time.count());
        CHECK(bounded(time) == for_ever);
        CHECK(after(begin_of_time, time) == never);
        CHECK(after(begin_of_time + std::chrono::hours(24), time) == never);
    }
    CHECK(bounded((std::chrono::seconds::max)()) == for_ever);
    CHECK(bounded((std::chrono::hours::max)()) == for_ever);
    CHECK(bounded((std::chrono::nanoseconds::max)()) == for_ever);
    CHECK(bounded(9'223'372'036'854ms) == 9'223'372'036'854ms);  // the longest that it counts
    CHECK(bounded(9'223'372'036'855ms) == for_ever);
    CHECK(after(never, 0ms) == never);
    CHECK(after(never, 1ms) == never);
    CHECK(after(never - 5ns, 5ns) == never);
    CHECK(after(never - 5ns, 4ns) == never - 1ns);
    CHECK(after(never - 5ns, 6ns) == never);
}

TEST_CASE("time: a negative duration is none, any other is what it is") {
    for (const milliseconds time : short_ones) {
        CAPTURE(time.count());
        CHECK(bounded(time) == 0ns);
        CHECK(after(begin_of_time, time) == begin_of_time);
    }
    CHECK(bounded((std::chrono::hours::min)()) == 0ns);
    CHECK(bounded(1ms) == 1ms);
    CHECK(after(begin_of_time, 200ms) == begin_of_time + 200ms);
}

TEST_CASE("time: a timeout in another unit is as long as milliseconds can count") {
    constexpr milliseconds longest = (milliseconds::max)();
    CHECK(rpc::timeout{(std::chrono::seconds::max)()}.value == longest);
    CHECK(rpc::timeout{(std::chrono::hours::max)()}.value == longest);
    CHECK(rpc::timeout{(std::chrono::years::max)()}.value == longest);
    CHECK(rpc::timeout{(std::chrono::hours::min)()}.value == (milliseconds::min)());
    using minutes = std::chrono::duration<std::uint32_t, std::ratio<60>>;
    CHECK(rpc::timeout{(minutes::max)()}.value == std::chrono::minutes(4'294'967'295));
    CHECK(rpc::timeout{2s}.value == 2'000ms);
    CHECK(rpc::timeout{longest}.value == longest);
    CHECK(rpc::timeout{-1s}.value == -1'000ms);
    CHECK(rpc::timeout{}.value == 0ms);
}

TEST_CASE("time: a fraction that is no number is no time, one without end is for ever") {
    using seconds = std::chrono::duration<double>;
    using limits = std::numeric_limits<double>;
    CHECK(bounded(seconds(limits::quiet_NaN())) == 0ns);
    CHECK(bounded(seconds(limits::infinity())) == for_ever);
    CHECK(bounded(seconds(-limits::infinity())) == 0ns);
    CHECK(bounded(seconds(9'223'372'036.854775807)) == for_ever);
    CHECK(bounded(seconds(1.5)) == 1'500ms);
}

TEST_CASE("time: what a peer is told fits timers that count to 24 days") {
    CHECK(wire_milliseconds(30s) == 30'000);
    CHECK(wire_milliseconds((milliseconds::max)()) == 0x7fffffff);
    CHECK(wire_milliseconds(four_centuries) == 0x7fffffff);
    CHECK(wire_milliseconds(-1ms) == 0);
    CHECK(wire_milliseconds((milliseconds::min)()) == 0);
}

TEST_CASE("time: nobody who was given for ever runs out of patience") {
    const time_point late = begin_of_time + std::chrono::hours(24 * 365 * 250);
    for (const milliseconds time : long_ones) {
        CAPTURE(time.count());
        rpc::protocol::server_watch client({time, time, time});
        client.opened(begin_of_time);
        CHECK_FALSE(client.reason_to_end(late, begin_of_time, false));
        CHECK_FALSE(client.reason_to_end(late, begin_of_time, true));
        CHECK(client.deadline(begin_of_time, false) == never);
        CHECK(client.deadline(begin_of_time, true) == never);

        rpc::server_limits limits;
        limits.first_frame_deadline = time;
        limits.plain_idle_max = time;
        rpc::protocol::peer_limits server(limits, time, begin_of_time);
        CHECK_FALSE(server.reason_to_end(late, begin_of_time, true));
        server.on_frame(begin_of_time);
        CHECK_FALSE(server.reason_to_end(late, begin_of_time, true));
        server.on_hello();
        CHECK_FALSE(server.reason_to_end(late, begin_of_time, true));
        CHECK(server.deadline(begin_of_time, true) == never);

        rpc::protocol::connection_watch watch({bounded(time), bounded(time), 1, bounded(time), 10});
        watch.received(begin_of_time, true, false);
        watch.queued(5, begin_of_time);
        watch.write_moved(begin_of_time);
        CHECK_FALSE(watch.reason_to_end(late));
        CHECK(watch.next_deadline() == never);

        rpc::protocol::backoff pauses(time, time, 1);
        for (int step = 0; step < 100; ++step) {
            CHECK(pauses.next() >= 0ms);
        }
    }
}

TEST_CASE("time: patience of no length ends at once, but heartbeats stay apart") {
    for (const milliseconds time : short_ones) {
        CAPTURE(time.count());
        rpc::protocol::server_watch client({time, time, time});
        client.opened(begin_of_time);
        CHECK(client.reason_to_end(begin_of_time, begin_of_time, false));
        CHECK(client.reason_to_end(begin_of_time, begin_of_time, true));
        client.pinged(begin_of_time);
        CHECK(client.ping_time(begin_of_time) == begin_of_time + 1ms);

        rpc::protocol::backoff pauses(time, time, 1);
        for (int step = 0; step < 100; ++step) {
            const milliseconds pause = pauses.next();
            CHECK(pause >= 0ms);
            CHECK(pause <= 1ms);
        }
    }
}
