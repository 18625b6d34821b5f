// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a slot belongs to one call at a time, and a cancel reaches exactly the calls of its id.
// Method: slots opened, closed and cancelled in the orders that can happen.

#include <gatewire/protocol/call_slots.hpp>
#include <gatewire/protocol/response_writer.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

using rpc::protocol::call_slots;
using rpc::protocol::call_state;
using rpc::protocol::response_writer;

}  // namespace

TEST_CASE("call_slots: a slot is open until it is closed, and is then used again") {
    call_slots slots;
    CHECK(slots.in_use() == 0);
    const std::uint32_t first = slots.open("1", nullptr);
    const std::uint32_t second = slots.open("2", nullptr);
    CHECK(first != second);
    CHECK(slots.in_use() == 2);
    CHECK(slots.at(first)->id == "1");
    CHECK(slots.at(second)->id == "2");
    slots.close(first);
    CHECK(slots.in_use() == 1);
    CHECK(slots.open("3", nullptr) == first);
    CHECK(slots.at(first)->id == "3");
}

TEST_CASE("call_slots: ids of every length are kept as they were written") {
    call_slots slots;
    for (std::size_t size = 1; size != 70; ++size) {
        std::string id(size, 'x');
        id.front() = 'a';
        id.back() = 'z';
        const std::uint32_t slot = slots.open(std::string(id), nullptr);
        CHECK(slots.at(slot)->id == id);
        CHECK(slots.cancel(id).empty());
        CHECK(slots.at(slot)->cancelled);
        CHECK(slots.ids() == std::vector<std::string>{id});
        slots.close(slot);
        CHECK(slots.at(slot)->id.empty());
        CHECK(slots.ids().empty());
    }
}

TEST_CASE("call_slots: a quiet connection makes its states once") {
    call_slots slots;
    const call_state* const state = slots.at(slots.open("1", nullptr)).get();
    slots.close(0);
    for (int round = 0; round < 10; ++round) {
        const std::uint32_t slot = slots.open("2", nullptr);
        CHECK(slots.at(slot).get() == state);
        slots.close(slot);
    }
}

TEST_CASE("call_slots: a state that somebody still holds is not given to the next call") {
    call_slots slots;
    const std::uint32_t slot = slots.open("1", nullptr);
    const std::shared_ptr<call_state> held = slots.at(slot);
    slots.close(slot);
    CHECK(slots.open("2", nullptr) == slot);
    CHECK(slots.at(slot) != held);
    slots.cancel("2");
    CHECK(slots.at(slot)->cancelled);
    CHECK_FALSE(held->cancelled);
}

TEST_CASE("call_slots: closing lets go of the batch, the id and the way to cancel") {
    call_slots slots;
    const auto batch = response_writer::open_batch(1);
    const auto watched = std::make_shared<int>(1);
    const std::uint32_t slot = slots.open("1", batch);
    CHECK(slots.at(slot)->batch == batch);
    slots.at(slot)->cancel = [watched] {};
    CHECK(batch.use_count() == 2);
    slots.close(slot);
    CHECK(batch.use_count() == 1);
    CHECK(watched.use_count() == 1);
    CHECK(slots.at(slot)->id.empty());
}

TEST_CASE("call_slots: a cancel marks all calls of the id and reaches those that wait") {
    call_slots slots;
    const std::uint32_t waits = slots.open("7", nullptr);
    const std::uint32_t same = slots.open("7", nullptr);
    const std::uint32_t other = slots.open("70", nullptr);
    const std::uint32_t note = slots.open("", nullptr);
    int reached = 0;
    slots.at(waits)->cancel = [&reached] { ++reached; };
    const auto reach = slots.cancel("7");
    CHECK(slots.at(waits)->cancelled);
    CHECK(slots.at(same)->cancelled);
    CHECK_FALSE(slots.at(other)->cancelled);
    CHECK_FALSE(slots.at(note)->cancelled);
    REQUIRE(reach.size() == 1);
    reach[0]();
    CHECK(reached == 1);
    CHECK(slots.cancel("").empty());
    CHECK_FALSE(slots.at(note)->cancelled);
}

TEST_CASE("call_slots: a call that ended cannot be cancelled, nor does its mark stay") {
    call_slots slots;
    const std::uint32_t slot = slots.open("7", nullptr);
    slots.cancel("7");
    slots.close(slot);
    CHECK(slots.cancel("7").empty());
    CHECK(slots.open("8", nullptr) == slot);
    CHECK_FALSE(slots.at(slot)->cancelled);
    CHECK_FALSE(slots.at(slot)->cancel);
}

TEST_CASE("call_slots: when the peer is gone every call is marked, notifications too") {
    call_slots slots;
    int reached = 0;
    for (const char* id : {"1", "2", ""}) {
        slots.at(slots.open(id, nullptr))->cancel = [&reached] { ++reached; };
    }
    for (const std::function<void()>& reach : slots.cancel_all()) {
        reach();
    }
    CHECK(reached == 3);
    for (std::uint32_t slot = 0; slot < 3; ++slot) {
        CHECK(slots.at(slot)->cancelled);
    }
}
