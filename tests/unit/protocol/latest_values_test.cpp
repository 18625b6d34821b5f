// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the newest value of each key, in the order of their numbers, and an event's own without a
// look at those of others. Method: literal steps.

#include <gatewire/protocol/event_store.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::protocol::latest_values;
using numbers = std::vector<std::uint64_t>;

struct kept_values {
    bool put(std::uint64_t number, std::size_t event, std::string_view key) {
        return values.put({number, event, true, key, {}, "frame"});
    }

    numbers all() const {
        numbers result;
        values.for_each([&](const latest_values::value& one) { result.push_back(one.number); });
        return result;
    }

    numbers of(std::size_t event) const {
        numbers result;
        values.for_each_of(event,
                           [&](const latest_values::value& one) { result.push_back(one.number); });
        return result;
    }

    latest_values values;
};

}  // namespace

TEST_CASE("latest_values: a newer value takes the place of its key's and goes to the end") {
    kept_values kept;
    CHECK_FALSE(kept.put(1, 0, "a"));
    CHECK_FALSE(kept.put(2, 1, "a"));
    CHECK_FALSE(kept.put(3, 0, "b"));
    CHECK(kept.put(4, 0, "a"));
    CHECK(kept.all() == numbers{2, 3, 4});
    CHECK(kept.values.size() == 3 * 6);
    CHECK(kept.values.take_first().number == 2);
    CHECK(kept.all() == numbers{3, 4});
}

TEST_CASE("latest_values: what is wanted of one event is found without the others") {
    kept_values kept;
    kept.put(1, 1, "b");
    kept.put(2, 0, "a");
    kept.put(3, 1, "a");
    kept.put(4, 2, "");
    kept.put(5, 1, "");
    CHECK(kept.of(0) == numbers{2});
    CHECK(kept.of(1) == numbers{5, 3, 1});
    CHECK(kept.of(2) == numbers{4});
    CHECK(kept.of(3).empty());
}

TEST_CASE("latest_values: keys of one event go alone, or all that are unwanted") {
    kept_values kept;
    kept.put(1, 1, "a");
    kept.put(2, 1, "b");
    kept.put(3, 1, "c");
    kept.put(4, 2, "a");
    kept.values.erase(1, "a");
    kept.values.erase(1, "none");
    kept.values.erase(9, "a");
    CHECK(kept.all() == numbers{2, 3, 4});
    numbers looked_at;
    kept.values.erase_of(1, [&](const latest_values::value& one) {
        looked_at.push_back(one.number);
        return one.key == "b";
    });
    CHECK(looked_at == numbers{2, 3});
    CHECK(kept.all() == numbers{3, 4});
    CHECK(kept.values.find(1, "b") == nullptr);
    CHECK(kept.values.size() == 2 * 6);
}
