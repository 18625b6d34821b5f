// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/protocol/server_resume_state.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace {

using rpc::protocol::sent_events;
using numbers = std::vector<std::uint64_t>;

/// Events in this order, for a client that was told to be at position 10.
sent_events sent(const numbers& order) {
    sent_events events;
    events.assume(10);
    for (const std::uint64_t number : order) {
        events.sent(number);
    }
    return events;
}

}  // namespace

TEST_CASE("sent_events: what is sent in order is not noted") {
    CHECK(sent({11, 12, 15, 20}).noted() == 0);
}

TEST_CASE("sent_events: what was sent behind higher numbers lacks until it is counted as arrived") {
    sent_events events = sent({3, 7, 11, 5, 12});
    CHECK(events.noted() == 3);
    CHECK(events.lacking(10, 0).numbers() == numbers{3, 5, 7});
    CHECK(events.lacking(10, 1).numbers() == numbers{5, 7});
    CHECK(events.lacking(11, 3).numbers() == numbers{5});
    CHECK(events.lacking(11, 4).numbers().empty());
    events.arrived(2);
    CHECK(events.noted() == 1);
    CHECK(events.lacking(11, 3).numbers() == numbers{5});
}

TEST_CASE("sent_events: to a client that does not count, what came behind the newest may lack") {
    const sent_events events = sent({3, 7, 11, 5, 12, 6});
    CHECK(events.lacking(10, {}).numbers() == numbers{3, 5, 6, 7});
    CHECK(events.lacking(11, {}).numbers() == numbers{5, 6});
    CHECK(events.lacking(12, {}).numbers() == numbers{6});
    CHECK(events.lacking(13, {}).numbers().empty());
}

TEST_CASE("sent_events: what could not be sent any more lacks, and takes no place in the count") {
    sent_events events = sent({11});
    events.sent(4, false);
    events.sent(12, false);  // its number says so
    CHECK(events.lacking(11, 1).numbers() == numbers{4});
    CHECK(events.lacking(99, {}).numbers() == numbers{4});
}

TEST_CASE("sent_events: counting goes on from connection to connection") {
    sent_events events = sent({3});
    events.begin_connection(20, 7);
    CHECK(events.noted() == 0);
    events.sent(15);
    events.sent(16);
    CHECK(events.lacking(20, 8).numbers() == numbers{16});
}

TEST_CASE("sent_events: notes are bounded, and beyond them all may lack") {
    sent_events events;
    events.assume(100'000);
    const std::uint64_t some = sent_events::noted_max;
    for (std::uint64_t number = 1; number <= some + 2; ++number) {
        events.sent(number);
    }
    CHECK(events.noted() == some);
    const auto lacking = events.lacking(100'000, 1);
    CHECK(lacking.all_up_to() == 2);
    CHECK(lacking.has(1));
    CHECK(lacking.has(some + 2));
    CHECK_FALSE(lacking.has(some + 3));
    CHECK(events.lacking(100'000, 2).all_up_to() == 0);
}
