// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a call is found by its id until it is taken, a late answer never meets another call, and
// ids fit every JSON reader. Method: literal deadlines, and as many uses as a slot can count.

#include "framing.hpp"

#include <gatewire/protocol/pending_calls.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using rpc::protocol::call_id;
using rpc::protocol::never;
using test::at;
using namespace std::chrono_literals;
using calls = rpc::protocol::pending_calls<std::string>;
using taken = std::vector<std::pair<call_id, std::string>>;

}  // namespace

TEST_CASE("pending_calls: a call is there from insert to take, once") {
    calls pending;
    CHECK(pending.size() == 0);
    const call_id first = pending.insert("first", never);
    const call_id second = pending.insert("second", never);
    CHECK(first != second);
    CHECK(pending.size() == 2);
    REQUIRE(pending.find(first) != nullptr);
    CHECK(*pending.find(first) == "first");
    *pending.find(second) = "changed";
    CHECK(pending.take(second) == "changed");
    CHECK_FALSE(pending.take(second).has_value());
    CHECK(pending.find(second) == nullptr);
    CHECK(pending.size() == 1);
    CHECK(pending.take(first) == "first");
    CHECK(pending.size() == 0);
}

TEST_CASE("pending_calls: ids that were never given find nothing") {
    calls pending;
    CHECK(pending.find(0) == nullptr);
    const call_id id = pending.insert("one", never);
    for (call_id other : {id + 1, id + (call_id{1} << 32), id | call_id{1} << 63, ~call_id{0},
                          call_id{0xffffffffU}}) {
        CHECK(pending.find(other) == nullptr);
        CHECK_FALSE(pending.take(other).has_value());
    }
    CHECK(pending.size() == 1);
}

TEST_CASE("pending_calls: an id does not come back within 2^22 uses of its place") {
    rpc::protocol::pending_calls<int> pending;
    const call_id first = pending.insert(1, never);
    CHECK(pending.take(first).has_value());
    for (std::uint32_t use = 0; use < 1U << 22U; ++use) {
        const call_id id = pending.insert(1, never);
        if (id == first || !pending.take(id)) {
            FAIL("a call was not there, or had the id of another");
        }
    }
}

TEST_CASE("pending_calls: ids stay below 2^53, however often places were used") {
    for (const std::uint64_t used : {(std::uint64_t{1} << 36U) - 1, ~std::uint64_t{0}}) {
        rpc::protocol::pending_calls<int> pending(used);
        const call_id last = pending.insert(1, never);
        CHECK(last < call_id{1} << 53U);
        CHECK(pending.take(last).has_value());
        const call_id again = pending.insert(2, never);
        CHECK(again == rpc::protocol::pending_calls<int>().insert(2, never));  // It begins anew.
        CHECK(pending.find(last) == nullptr);
        CHECK(pending.take(again) == 2);
    }
}

TEST_CASE("pending_calls: calls beyond 2^16 have ids of their own, below 2^53") {
    constexpr std::uint32_t count = (1U << 16U) + 3;
    for (const std::uint64_t used : {std::uint64_t{0}, ~std::uint64_t{0}}) {
        rpc::protocol::pending_calls<std::uint32_t> pending(used);
        std::vector<call_id> ids;
        for (std::uint32_t call = 0; call < count; ++call) {
            ids.push_back(pending.insert(call, never));
        }
        for (std::uint32_t call = 0; call < count; ++call) {
            if (ids[call] >= call_id{1} << 53U || pending.take(ids[call]) != call) {
                FAIL("call ", call, " has the id ", ids[call]);
            }
        }
        // Those places once more.
        for (std::uint32_t call = 0; call < count; ++call) {
            if (const call_id id = pending.insert(call, never);
                id >= call_id{1} << 53U || pending.find(ids[count - 1 - call]) != nullptr) {
                FAIL("call ", call, " has the id ", id);
            }
        }
    }
}

TEST_CASE("pending_calls: a late answer does not meet the next call of its slot") {
    calls pending;
    const call_id old = pending.insert("old", never);
    pending.take(old);
    const call_id next = pending.insert("next", never);
    CHECK(old != next);
    CHECK(pending.find(old) == nullptr);
    CHECK_FALSE(pending.take(old).has_value());
    CHECK(pending.take(next) == "next");
}

TEST_CASE("pending_calls: a call expires when its deadline comes, not before") {
    calls pending;
    const call_id late = pending.insert("late", at(300ms));
    const call_id soon = pending.insert("soon", at(100ms));
    const call_id ever = pending.insert("ever", never);
    CHECK(pending.earliest_deadline() == at(100ms));
    CHECK(pending.take_expired(at(99ms)).empty());
    CHECK(pending.take_expired(at(100ms)) == taken{{soon, "soon"}});
    CHECK(pending.find(soon) == nullptr);
    CHECK(pending.earliest_deadline() == at(300ms));
    CHECK(pending.take_expired(at(1000ms)) == taken{{late, "late"}});
    CHECK(pending.earliest_deadline() == never);
    CHECK(pending.take(ever) == "ever");
}

TEST_CASE("pending_calls: the earliest deadline may be early after a completion, never late") {
    calls pending;
    const call_id soon = pending.insert("soon", at(100ms));
    pending.insert("late", at(300ms));
    pending.take(soon);
    CHECK(pending.earliest_deadline() <= at(300ms));
    CHECK(pending.take_expired(at(100ms)).empty());
    CHECK(pending.earliest_deadline() == at(300ms));
    pending.insert("sooner", at(200ms));
    CHECK(pending.earliest_deadline() == at(200ms));
}

TEST_CASE("pending_calls: all that match are taken, with their ids") {
    calls pending;
    std::set<call_id> expected;
    for (int number = 0; number < 100; ++number) {
        const call_id id = pending.insert(number % 3 == 0 ? "sent" : "waits", never);
        if (number % 3 == 0) {
            expected.insert(id);
        }
    }
    std::set<call_id> found;
    for (const auto& [id, call] :
         pending.take_matching([](const std::string& one) { return one == "sent"; })) {
        CHECK(call == "sent");
        found.insert(id);
    }
    CHECK(found == expected);
    CHECK(pending.size() == 66);
    CHECK(pending.take_matching([](const std::string&) { return true; }).size() == 66);
    CHECK(pending.size() == 0);
}

TEST_CASE("pending_calls: slots are used again, and what was in them is let go") {
    rpc::protocol::pending_calls<std::shared_ptr<int>> pending;
    const auto watched = std::make_shared<int>(1);
    std::set<call_id> slots;
    for (int round = 0; round < 1000; ++round) {
        const call_id id = pending.insert(watched, never);
        slots.insert(id & 0xffffU);
        CHECK(watched.use_count() == 2);
        pending.take(id);
        CHECK(watched.use_count() == 1);
    }
    CHECK(slots.size() == 1);
}
