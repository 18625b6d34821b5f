// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: every kind of value has one text, and the text gives the value back.
// Method: golden texts, written and read.

#include "support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

using namespace std::chrono_literals;
using json_test::refusal;
using json_test::text_of;
using json_test::travels;
using json_test::value_of;

namespace {

enum class side { buy, sell };
enum class flag : std::uint8_t { off, on = 200 };
enum level { low = -1, high = 1 };

struct point {
    int x = 0;
    int y = 0;
    bool operator==(const point&) const = default;
};

struct leg {
    std::string symbol;
    std::optional<double> price;
    std::vector<point> marks;
    bool operator==(const leg&) const = default;
};

struct nothing {
    bool operator==(const nothing&) const = default;
};

struct tree {
    int value = 0;
    std::vector<tree> children;
    bool operator==(const tree&) const = default;
};

}  // namespace

template <>
inline constexpr std::array<std::pair<side, std::string_view>, 2> rpc::enum_names<side>{
    {{side::buy, "buy"}, {side::sell, "sell"}}};

TEST_CASE("kinds: booleans and integers have their literal") {
    CHECK(travels(true, "true"));
    CHECK(travels(false, "false"));
    CHECK(travels(0, "0"));
    CHECK(travels(-1, "-1"));
    CHECK(travels('a', "97"));
    CHECK(travels(std::int8_t{-128}, "-128"));
    CHECK(travels(std::uint8_t{255}, "255"));
    CHECK(travels(std::int16_t{-32768}, "-32768"));
    CHECK(travels((std::numeric_limits<std::int32_t>::min)(), "-2147483648"));
    CHECK(travels((std::numeric_limits<std::int64_t>::min)(), "-9223372036854775808"));
    CHECK(travels((std::numeric_limits<std::int64_t>::max)(), "9223372036854775807"));
    CHECK(travels((std::numeric_limits<std::uint64_t>::max)(), "18446744073709551615"));
    CHECK(travels(1234567890123LL, "1234567890123"));
}

TEST_CASE("kinds: floating-point numbers have their shortest text with a point or exponent") {
    CHECK(travels(0.0, "0.0"));
    CHECK(travels(1.0, "1.0"));
    CHECK(travels(-3500.5, "-3500.5"));
    CHECK(travels(0.1, "0.1"));
    CHECK(travels(0.001, "0.001"));
    CHECK(travels(100.25, "100.25"));
    CHECK(travels(1e22, "1e+22"));
    CHECK(travels(5e-324, "5e-324"));
    CHECK(travels(0.1F, "0.1"));
    CHECK(travels(16777216.0F, "16777216.0"));
    CHECK(travels(9007199254740993.0, "9007199254740992.0"));
}

TEST_CASE("kinds: strings are UTF-8 with the least escapes") {
    CHECK(travels(std::string(), R"("")"));
    CHECK(travels(std::string("rb2405"), R"("rb2405")"));
    CHECK(travels(std::string("a\"b\\c/\b\f\n\r\t\x01\x7F"),
                  "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t"
                  "\\u0001\x7F\""));
    CHECK(travels(std::string("\xE8\x9E\xBA\xE7\xBA\xB9"), "\"\xE8\x9E\xBA\xE7\xBA\xB9\""));
    CHECK(travels(std::string(1, '\0'), R"("\u0000")"));
    CHECK(travels(std::string(100, 'x') + "\n", '"' + std::string(100, 'x') + "\\n\""));
    CHECK(text_of(std::string_view("view")) == R"("view")");
    CHECK(text_of(static_cast<const char*>("pointer")) == R"("pointer")");
}

TEST_CASE("kinds: enums are their number, or their name where names are given") {
    CHECK(travels(flag::on, "200"));
    CHECK(travels(low, "-1"));
    CHECK(travels(side::sell, R"("sell")"));
    CHECK(text_of(static_cast<side>(7)) == "!v: the enum value 7 has no name");
    CHECK(refusal<flag>("256") == "v: 256 is out of range for an 8-bit unsigned integer");
    CHECK(refusal<side>(R"("hold")") == "v: expected one of 'buy', 'sell', found 'hold'");
    CHECK(refusal<side>("1") == "v: expected one of 'buy', 'sell', found a number");
}

TEST_CASE("kinds: optional is null or the value, and no number is null") {
    using maybe = std::optional<int>;
    CHECK(travels(maybe(), "null"));
    CHECK(travels(maybe(5), "5"));
    using maybe_real = std::optional<double>;
    CHECK(text_of(maybe_real(std::numeric_limits<double>::infinity())) == "null");
    CHECK(text_of(maybe_real(std::numeric_limits<double>::quiet_NaN())) == "null");
    CHECK(text_of(std::numeric_limits<double>::infinity()) == "!v: infinity has no JSON form");
    CHECK(text_of(std::numeric_limits<double>::quiet_NaN()) == "!v: NaN has no JSON form");
    CHECK(text_of(std::vector<double>{1.5, -std::numeric_limits<double>::infinity()}) ==
          "!v[1]: infinity has no JSON form");
}

TEST_CASE("kinds: a variant is the bare alternative where JSON tells them apart") {
    using bare = std::variant<std::monostate, bool, int, std::string, std::vector<int>, point>;
    CHECK(travels(bare(), "null"));
    CHECK(travels(bare(true), "true"));
    CHECK(travels(bare(3), "3"));
    CHECK(travels(bare("x"), R"("x")"));
    CHECK(travels(bare(std::vector<int>{1}), "[1]"));
    CHECK(travels(bare(point{1, 2}), R"({"x":1,"y":2})"));
    CHECK(refusal<std::variant<int, std::string>>("[]") ==
          "v: expected a number or a string, found an array");
    CHECK(refusal<bare>(R"({"x":true})") == "v.x: expected an integer, found a boolean");
}

TEST_CASE("kinds: a variant is indexed where JSON does not tell the alternatives apart") {
    using indexed = std::variant<int, double, point>;
    CHECK(travels(indexed(1), R"({"index":0,"value":1})"));
    CHECK(travels(indexed(1.5), R"({"index":1,"value":1.5})"));
    CHECK(travels(indexed(point{1, 2}), R"({"index":2,"value":{"x":1,"y":2}})"));
    CHECK(value_of<indexed>(R"( { "value" : 2.5 , "index" : 1 } )") == indexed(2.5));
    CHECK(refusal<indexed>(R"({"index":3,"value":1})") ==
          "v.index: 3 is out of range for 3 alternatives");
    CHECK(refusal<indexed>(R"({"index":0,"value":1.5})") ==
          "v.value: expected an integer, found a number with a fraction");
    CHECK(refusal<indexed>(R"({"index":0})") == "v: missing member 'value'");
    CHECK(refusal<indexed>("3") == "v: expected an object, found a number");
}

TEST_CASE("kinds: tuples are arrays of exactly their length") {
    using triple = std::tuple<int, std::string, bool>;
    CHECK(travels(triple{1, "a", true}, R"([1,"a",true])"));
    CHECK(travels(std::pair<int, double>{1, 2.0}, "[1,2.0]"));
    CHECK(travels(std::array<int, 3>{1, 2, 3}, "[1,2,3]"));
    CHECK(travels(std::array<int, 0>{}, "[]"));
    CHECK(travels(std::tuple<>{}, "[]"));
    CHECK(refusal<triple>(R"([1,"a"])") == "v: expected 3 elements, found 2");
    CHECK(refusal<triple>(R"([1,"a",true,4])") == "v: expected 3 elements, found more");
    CHECK(refusal<triple>(R"([1,2,true])") == "v[1]: expected a string, found a number");
    CHECK(refusal<std::array<int, 2>>("[1]") == "v: expected 2 elements, found 1");
}

TEST_CASE("kinds: sequences and sets are arrays") {
    CHECK(travels(std::vector<int>{}, "[]"));
    CHECK(travels(std::vector<int>{1, 2}, "[1,2]"));
    CHECK(travels(std::vector<bool>{true, false}, "[true,false]"));
    CHECK(travels(std::deque<std::string>{"a"}, R"(["a"])"));
    CHECK(travels(std::list<int>{1}, "[1]"));
    CHECK(travels(std::set<int>{1, 2}, "[1,2]"));
    CHECK(travels(std::multiset<int>{1, 1}, "[1,1]"));
    CHECK(travels(std::unordered_set<int>{7}, "[7]"));
    CHECK(travels(std::vector<std::vector<int>>{{}, {1}}, "[[],[1]]"));
    CHECK(refusal<std::vector<int>>("[1,true]") == "v[1]: expected an integer, found a boolean");
    CHECK(refusal<std::vector<int>>("{}") == "v: expected an array, found an object");
    CHECK(refusal<std::set<int>>("[1,2,1]") == "v[2]: an element that is there already");
}

TEST_CASE("kinds: maps with string keys are objects") {
    using prices = std::map<std::string, double>;
    CHECK(travels(prices{}, "{}"));
    CHECK(travels(prices{{"a", 1.5}, {"b\n", 2.0}}, R"({"a":1.5,"b\n":2.0})"));
    CHECK(travels(std::unordered_map<std::string, int>{{"k", 1}}, R"({"k":1})"));
    CHECK(refusal<prices>(R"({"a":"x"})") == "v.a: expected a number, found a string");
    CHECK(refusal<prices>(R"({"a":1,"\u0061":2})") == "v: duplicate member 'a'");
    CHECK(text_of(prices{{"\xFF", 1}}) == "!v: a member name is not valid UTF-8");
}

TEST_CASE("kinds: durations and time points are counts of their own unit") {
    CHECK(travels(1500ms, "1500"));
    CHECK(travels(std::chrono::duration<double>(1.5), "1.5"));
    CHECK(travels(std::chrono::sys_seconds(1'700'000'000s), "1700000000"));
    CHECK(refusal<std::chrono::seconds>("1.5") ==
          "v: expected an integer, found a number with a fraction");
}

TEST_CASE("kinds: aggregates are objects of their members") {
    CHECK(travels(point{1, -2}, R"({"x":1,"y":-2})"));
    CHECK(travels(nothing{}, "{}"));
    CHECK(travels(leg{"ag", 1.5, {{1, 2}, {3, 4}}},
                  R"({"symbol":"ag","price":1.5,"marks":[{"x":1,"y":2},{"x":3,"y":4}]})"));
    CHECK(travels(leg{}, R"({"symbol":"","price":null,"marks":[]})"));
    CHECK(travels(tree{1, {tree{2, {}}, tree{3, {}}}},
                  R"({"value":1,"children":[{"value":2,"children":[]},)"
                  R"({"value":3,"children":[]}]})"));
}

TEST_CASE("kinds: nlohmann values and raw texts pass through") {
    const auto value = nlohmann::json::parse(R"({"a":[1,-1,1.5,"x",null,true],"b":{}})");
    CHECK(travels(value, R"({"a":[1,-1,1.5,"x",null,true],"b":{}})"));
    CHECK(text_of(nlohmann::json::binary({1})) == "!v: binary data has no JSON form");
    CHECK(text_of(nlohmann::json{{"a", {1, "\xFF"}}}) == "!v.a[1]: a string is not valid UTF-8");
    CHECK(refusal<nlohmann::json>("[18446744073709551616]") ==
          "v[0]: 18446744073709551616 is out of range for a 64-bit unsigned integer");
    CHECK(refusal<nlohmann::json>(R"({"a":1,"a":2})") == "v: duplicate member 'a'");
    const std::string text = R"( [1, {"a" : 2}] )";
    json_test::json::raw_value raw;
    json_test::json::read_error error;
    CHECK(json_test::json::read_text(text, raw, error));
    CHECK(raw.text == R"([1, {"a" : 2}])");
    CHECK(text_of(raw) == raw.text);
}

TEST_CASE("kinds: null inside of an optional is refused, as it would arrive as nothing") {
    using optional_json = std::optional<nlohmann::json>;
    CHECK(text_of(optional_json(std::in_place, nullptr)) ==
          "!v: null inside of an optional is lost");
    CHECK(text_of(std::vector<optional_json>{std::nullopt, nlohmann::json(nullptr)}) ==
          "!v[1]: null inside of an optional is lost");
    CHECK(text_of(std::optional<json_test::json::raw_value>(std::in_place)) ==
          "!v: null inside of an optional is lost");
    CHECK(travels(optional_json(nlohmann::json{{"a", nullptr}}), R"({"a":null})"));
    CHECK(travels(optional_json(), "null"));
    CHECK(travels(optional_json("null"), R"("null")"));
    CHECK(travels(std::variant<std::optional<int>, std::string>(std::optional<int>()), "null"));
    CHECK(json_test::json::nullness_of<std::variant<std::monostate, int>>() ==
          json_test::json::nullness::by_type);
    CHECK(json_test::json::nullness_of<std::variant<std::optional<int>, std::monostate>>() ==
          json_test::json::nullness::never);
}

TEST_CASE("kinds: what can travel and what cannot is known at compile time") {
    using namespace json_test::json;
    CHECK(readable<leg>);
    CHECK(readable<std::vector<std::optional<leg>>>);
    CHECK_FALSE(readable<std::string_view>);
    CHECK(writable<std::string_view>);
    CHECK_FALSE(readable<long double>);
    CHECK_FALSE(readable<std::unique_ptr<int>>);
    CHECK_FALSE(writable<std::vector<std::unique_ptr<int>>>);
    CHECK_FALSE(readable<std::map<int, int>>);
    CHECK_FALSE(readable<int*>);
    CHECK_FALSE(readable<nlohmann::ordered_json>);
}
