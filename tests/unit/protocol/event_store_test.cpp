// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/protocol/event_store.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace protocol = rpc::protocol;
using numbers = std::vector<std::uint64_t>;

constexpr std::size_t trade = 0;
constexpr std::size_t tick = 1;

class rig {
public:
    explicit rig(std::size_t size_max = 10'000, std::size_t keys_max = 100)
        : store(size_max, keys_max) {}

    void publish(std::size_t event, const std::string& key = {}, bool is_recorded = true) {
        const std::string frame = "frame " + std::to_string(++last);
        store.add({last, event, event == tick, key, {}, frame}, is_recorded);
    }

    numbers replay(const protocol::events_seen& seen, std::size_t unwanted = 99,
                   const protocol::lacking_events& lacking = protocol::lacking_events()) const {
        numbers result;
        store.replay(
            seen, lacking,
            [unwanted](const protocol::published_event& event) { return event.event != unwanted; },
            [&](const protocol::published_event& event) {
                CHECK(event.frame == "frame " + std::to_string(event.number));
                result.push_back(event.number);
            });
        return result;
    }

    std::optional<protocol::missed_events> gap_after(
        const protocol::events_seen& seen,
        const protocol::lacking_events& lacking = protocol::lacking_events()) const {
        return store.gap_after(seen, lacking);
    }

    protocol::event_store store;
    std::uint64_t last = 0;
};

}  // namespace

TEST_CASE("event_store: what came after a number is replayed, in order, if it is wanted") {
    rig events;
    for (int count = 0; count < 5; ++count) {
        events.publish(trade);
    }
    CHECK(events.replay({0, nullptr}) == numbers{1, 2, 3, 4, 5});
    CHECK(events.replay({3, nullptr}) == numbers{4, 5});
    CHECK(events.replay({5, nullptr}).empty());
    CHECK(events.replay({0, nullptr}, trade).empty());
    CHECK(!events.gap_after({0, nullptr}));
}

TEST_CASE("event_store: of latest events only the newest of each key is replayed, in its place") {
    rig events;
    events.publish(tick, "a");  // 1
    events.publish(trade);      // 2
    events.publish(tick, "b");  // 3
    events.publish(tick, "a");  // 4
    events.publish(trade);      // 5
    CHECK(events.replay({0, nullptr}) == numbers{2, 3, 4, 5});
    CHECK(events.replay({3, nullptr}) == numbers{4, 5});
}

TEST_CASE("event_store: a latest event that others overtook is told by its own number") {
    rig events;
    events.publish(tick, "a");  // 1
    events.publish(trade);      // 2
    events.publish(tick, "b");  // 3
    const std::map<std::size_t, std::uint64_t> by_event{{trade, 2}, {tick, 0}};
    CHECK(events.replay({2, &by_event}) == numbers{1, 3});
    CHECK(events.replay({2, nullptr}) == numbers{3});
    const std::map<std::size_t, std::uint64_t> without{{trade, 2}};
    CHECK(events.replay({2, &without}) == numbers{1, 3});
}

TEST_CASE("event_store: the oldest are forgotten first, and the gap reaches up to the first kept") {
    rig events(2'000);
    while (!events.gap_after({0, nullptr})) {
        events.publish(trade);
        REQUIRE(events.last < 1'000);
    }
    CHECK(events.store.size() <= 2'000);
    const auto gap = events.gap_after({0, nullptr});
    CHECK(gap->from == 1);
    const numbers kept = events.replay({0, nullptr});
    CHECK(kept.front() == gap->to + 1);
    CHECK(kept.back() == events.last);
    CHECK(!events.gap_after({gap->to, nullptr}));
    CHECK(events.gap_after({gap->to - 1, nullptr}));
}

TEST_CASE("event_store: an event larger than all there is room for leaves a gap and no others") {
    rig events(100);
    events.publish(trade);
    events.store.add({2, trade, false, {}, {}, std::string(200, 'x')}, true);
    events.last = 2;
    CHECK(events.store.size() == 0);
    CHECK(events.gap_after({0, nullptr})->to == 2);
    CHECK(!events.gap_after({2, nullptr}));
}

TEST_CASE("event_store: without room, or without anyone to replay for, nothing is kept") {
    rig none(0);
    none.publish(trade);
    CHECK(none.replay({0, nullptr}).empty());
    CHECK(none.gap_after({0, nullptr})->to == 1);
    rig quiet;
    quiet.publish(trade);
    quiet.publish(trade, {}, false);
    quiet.publish(tick, "a", false);
    CHECK(quiet.gap_after({0, nullptr})->to == 3);
    quiet.publish(trade);
    CHECK(quiet.replay({2, nullptr}) == numbers{3, 4});
}

TEST_CASE("event_store: keys of latest events are bounded, and a forgotten one is a gap") {
    rig events(10'000, 2);
    events.publish(tick, "a");
    events.publish(tick, "b");
    CHECK(!events.gap_after({0, nullptr}));
    events.publish(tick, "c");
    CHECK(events.gap_after({0, nullptr})->to == 1);
    CHECK(events.replay({0, nullptr}) == numbers{2, 3});
}

TEST_CASE("event_store: the newest of one key, or of every key, for who subscribes") {
    rig events;
    events.publish(tick, "a");
    events.publish(tick, "b");
    events.publish(tick, "a");
    events.store.add({4, tick + 1, true, "a", {}, "f"}, true);
    const auto newest = [&](const std::string* key) {
        numbers result;
        events.store.for_each_latest(tick, key,
                                     [&](const auto& value) { result.push_back(value.number); });
        return result;
    };
    const std::string b = "b";
    const std::string nothing = "nothing";
    CHECK(newest(nullptr) == numbers{3, 2});  // in the order of the keys
    CHECK(newest(&b) == numbers{2});
    CHECK(newest(&nothing).empty());
}

TEST_CASE("event_store: an event for one client is replayed with its target") {
    rig events;
    events.store.add({1, tick, true, "a", "#7", "f"}, true);
    std::string target;
    events.store.replay(
        {0, nullptr}, protocol::lacking_events(), [](const auto&) { return true; },
        [&](const protocol::published_event& event) { target = event.target; });
    CHECK(target == "#7");
}

TEST_CASE("event_store: latest values that may lack are replayed first, if nothing replaced them") {
    rig events;
    events.publish(tick, "a");  // 1
    events.publish(tick, "b");  // 2
    events.publish(trade);      // 3
    events.publish(tick, "a");  // 4
    events.publish(tick, "c");  // 5
    CHECK(events.replay({4, nullptr}, 99, protocol::lacking_events({2, 1})) == numbers{2, 5});
    CHECK(events.replay({5, nullptr}, 99, protocol::lacking_events({}, 4)) == numbers{2, 4});
    CHECK(!events.gap_after({5, nullptr}, protocol::lacking_events({2, 1}, 4)));
}

TEST_CASE("event_store: a latest value that may lack and is forgotten is a gap") {
    rig events(10'000, 2);
    for (const char* key : {"a", "b", "c", "d"}) {
        events.publish(tick, key);
    }
    const auto gap = events.gap_after({4, nullptr}, protocol::lacking_events({3, 2}));
    REQUIRE(gap);
    CHECK(gap->from == 2);
    CHECK(gap->to == 2);
    CHECK(!events.gap_after({4, nullptr}, protocol::lacking_events({3, 4})));
    CHECK(events.gap_after({4, nullptr}, protocol::lacking_events({}, 3))->from == 1);
}
