// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the parts of a value's text are together what is written at once, each about as large as
// was asked for; only values that have all to themselves are written so.
// Method: parts of all sizes, compared with `write`.

#include <gatewire/json/write_parts.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace rpc::codec;

struct bar {
    std::string symbol;
    double price = 0;
    std::optional<int> volume{};
};

struct history {
    std::vector<int> empty{};
    std::string symbol{};
    std::vector<bar> bars{};
    int count = 0;
    std::deque<std::string> names{};
};

struct tree {
    int value = 0;
    std::vector<tree> parts{};
};

struct view {
    std::vector<std::string_view> names{};
};

struct custom {
    int value = 0;
};
[[maybe_unused]] void to_json(nlohmann::json& json, const custom& from) {
    json = from.value;
}

template <class T>
struct other_allocator : std::allocator<T> {
    template <class U>
    struct rebind {
        using other = other_allocator<U>;
    };
};

std::vector<bar> make_bars(int count) {
    std::vector<bar> made;
    for (int number = 0; number != count; ++number) {
        made.push_back({"r\"b", number * 0.5, number});
    }
    return made;
}

/// What the parts are together; `largest` is the size of the largest.
template <class T>
std::string joined(const T& value, std::size_t part_size, std::size_t& largest) {
    rpc::wire::buffer out;
    parts_written so_far;
    so_far.part_size = part_size;
    write_error failure;
    largest = 0;
    while (!so_far.is_whole) {
        const std::size_t before = out.size();
        REQUIRE(write_part(out, value, so_far, failure));
        largest = (std::max)(largest, out.size() - before);
    }
    CHECK(failure.depth_left == depth_max);
    return std::string(out.view());
}

template <class T>
void check(const T& value, std::size_t slack) {
    rpc::wire::buffer whole;
    write_error failure;
    REQUIRE(write(whole, value, failure));
    for (const std::size_t part_size : {1u, 2u, 7u, 50u, 100u, 1'000u, 100'000u}) {
        std::size_t largest = 0;
        CHECK(joined(value, part_size, largest) == whole.view());
        CHECK(largest <= part_size + slack);
    }
}

TEST_CASE("write_parts: only values with arrays that own all of their text are written later") {
    CHECK(is_divisible<std::vector<bar>>());
    CHECK(is_divisible<history>());
    CHECK(is_divisible<tree>());
    CHECK((is_divisible<std::vector<std::variant<int, std::pair<int, std::string>>>>()));
    CHECK((is_divisible<std::vector<std::map<std::string, std::vector<double>>>>()));
    CHECK_FALSE(is_divisible<bar>());
    CHECK_FALSE(is_divisible<std::string>());
    CHECK_FALSE(is_divisible<view>());
    CHECK_FALSE(is_divisible<std::vector<view>>());
    CHECK_FALSE(is_divisible<std::vector<custom>>());
    CHECK_FALSE((is_divisible<std::vector<int, other_allocator<int>>>()));
}

TEST_CASE("write_parts: the parts of an array are its text, none of them much larger than asked") {
    for (const int count : {0, 1, 2, 3, 40, 200}) {
        check(make_bars(count), 60);
    }
    check(std::vector<bool>(300, true), 10);
    check(std::vector<std::vector<int>>(5, std::vector<int>(4, 1)), 12);
}

TEST_CASE("write_parts: the parts of an aggregate with arrays are its text") {
    check(history{}, 80);
    check(history{{}, "rb2405", make_bars(60), 3, std::deque<std::string>(50, "some name")}, 120);
    check(tree{1, std::vector<tree>(40, tree{2, {tree{3, {}}}})}, 100);
}

TEST_CASE("write_parts: what has no JSON form is named with its place, as in one piece") {
    std::vector<bar> bars = make_bars(100);
    bars[70].price = std::numeric_limits<double>::infinity();
    const history value{{}, "rb2405", bars, 3, {}};
    rpc::wire::buffer whole;
    write_error expected;
    REQUIRE(!write(whole, value, expected));
    rpc::wire::buffer out;
    parts_written so_far;
    so_far.part_size = 100;
    write_error failure;
    while (write_part(out, value, so_far, failure)) {
        REQUIRE(!so_far.is_whole);
    }
    CHECK(failure.text("result") == expected.text("result"));
    CHECK(failure.text("result") == "result.bars[70].price: infinity has no JSON form");
}

TEST_CASE("write_parts: how large a value is tells how much of it is in arrays") {
    CHECK(divisible_size(make_bars(3)) == 3 * sizeof(bar));
    CHECK(divisible_size(history{{1, 2}, "", make_bars(2), 0, {}}) ==
          2 * sizeof(int) + 2 * sizeof(bar));
    CHECK(divisible_size(42) == 0);
}

}  // namespace
