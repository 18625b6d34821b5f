// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the fast way to read and write means exactly what the strict way means.
// Method: each value in the form that is taken quickly and in forms that are not: at the end of the
// text, with white space, in another order, with names too long for the table; the values and the
// refusals must be the same.

#include "support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

using json_test::refusal;
using json_test::text_of;
using json_test::value_of;

namespace {

enum class colour { red, green = 5, blue = 9 };
enum class phrase { longest, longer, quoted };
enum class heights : std::int8_t { low = -3, high = 7 };
enum class digit { zero, one, two };

struct all_kinds {
    bool flag = false;
    std::uint8_t small = 0;
    std::int64_t large = 0;
    double real = 0;
    float single = 0;
    std::string text;
    colour tint = colour::red;
    phrase said = phrase::longest;
    heights height = heights::low;
    digit counted = digit::zero;
    std::chrono::milliseconds span{};
    std::chrono::sys_seconds when{};
    std::optional<double> maybe;
    std::optional<std::string> perhaps;
    std::pair<int, std::string> two;
    std::vector<double> many;

    bool operator==(const all_kinds&) const = default;
};

struct hollow {
    bool operator==(const hollow&) const = default;
};

struct layered {
    hollow empty;
    all_kinds inner;
    std::vector<all_kinds> list;
    int last = 0;

    bool operator==(const layered&) const = default;
};

all_kinds make_everything(int number) {
    all_kinds made;
    made.flag = number % 2 == 0;
    made.small = static_cast<std::uint8_t>(number);
    made.large = -1'234'567'890'123 * number;
    made.real = number / 8.0;
    made.single = static_cast<float>(number) / 4;
    made.text = std::string(static_cast<std::size_t>(number), 't');
    made.tint = number % 3 == 0 ? colour::blue : colour::green;
    made.said = static_cast<phrase>(number % 3);
    made.height = number % 2 == 0 ? heights::high : heights::low;
    made.counted = static_cast<digit>(number % 3);
    made.span = std::chrono::milliseconds(number * 1'000'003);
    made.when = std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000 + number));
    if (number % 3 == 1) {
        made.maybe = number * 0.1;
        made.perhaps = "p";
    }
    made.two = {number, "two"};
    made.many.assign(static_cast<std::size_t>(number % 5), number * 1.1);
    return made;
}

/// White space wherever JSON allows it.
std::string spaced(std::string_view text, std::string_view space) {
    std::string out(space);
    bool inside = false;
    for (const char character : text) {
        inside = inside != (character == '"');  // no text here has an escape
        const bool structural =
            !inside && std::string_view("{}[],:").find(character) != std::string_view::npos;
        out += structural ? std::string(space) + character + std::string(space)
                          : std::string(1, character);
    }
    return out + std::string(space);
}

}  // namespace

template <>
inline constexpr std::array<std::pair<colour, std::string_view>, 4> rpc::enum_names<colour>{
    {{colour::red, "red"}, {colour::green, "green"}, {colour::green, "gr"}, {colour::blue, "b"}}};
template <>
inline constexpr std::array<std::pair<phrase, const char*>, 3> rpc::enum_names<phrase>{
    {{phrase::longest, "fifteen letters"},
     {phrase::longer, "fourteen chars"},
     {phrase::quoted, "\"\n"}}};
template <>
inline constexpr std::array<std::pair<digit, std::string_view>, 3> rpc::enum_names<digit>{
    {{digit::zero, "zero"}, {digit::one, "one is a name"}, {digit::two, "fourteen chars"}}};

TEST_CASE("fast_scalar: every kind of member travels, quickly or not") {
    for (int number = 0; number != 40; ++number) {
        layered value;
        value.inner = make_everything(number);
        for (int count = 0; count != number % 4; ++count) {
            value.list.push_back(make_everything(number + count));
        }
        value.last = number;
        const std::string text = text_of(value);
        CAPTURE(text);
        REQUIRE(nlohmann::json::parse(text)["last"] == number);
        REQUIRE(value_of<layered>(text) == value);
        // Sorted by name, and with white space: neither is the fast way.
        REQUIRE(value_of<layered>(nlohmann::json::parse(text).dump()) == value);
        REQUIRE(value_of<layered>(nlohmann::json::parse(text).dump(1)) == value);
        if (value.inner.said != phrase::quoted && number % 4 == 0) {
            REQUIRE(value_of<layered>(spaced(text, " ")) == value);
            REQUIRE(value_of<layered>(spaced(text, "\r\n\t ")) == value);
        }
    }
}

TEST_CASE("fast_scalar: a text that is cut anywhere is refused, and never read past its end") {
    const std::string text = text_of(make_everything(4));
    const auto value = value_of<all_kinds>(text);
    for (std::size_t size = 0; size != text.size(); ++size) {
        CAPTURE(size);
        REQUIRE(json_test::refusal<all_kinds>(text.substr(0, size)) != "ok");
        REQUIRE(json_test::failure_kind<all_kinds>(text.substr(0, size)) ==
                json_test::json::read_failure::syntax);
    }
    // More of other members behind it moves the end away from each of its own.
    for (std::size_t size = 0; size != 64; ++size) {
        const std::string longer =
            text.substr(0, text.size() - 1) + ",\"z\":\"" + std::string(size, 'z') + "\"}";
        REQUIRE(value_of<all_kinds>(longer) == value);
    }
}

TEST_CASE("fast_scalar: a scalar reads the same however far the end of the text is") {
    for (std::size_t size = 0; size != 48; ++size) {
        const std::string behind = ",\"" + std::string(size, 'e') + "\"]";
        const auto check = [&behind]<class T>(std::string_view text, const T& expected) {
            CAPTURE(text);
            REQUIRE(value_of<T>(text) == expected);
            REQUIRE(std::get<0>(value_of<std::tuple<T, std::string>>("[" + std::string(text) +
                                                                     behind)) == expected);
        };
        check("1", 1);
        check("-2147483648", (std::numeric_limits<int>::min)());
        check("123456789012345", std::int64_t{123456789012345});
        check("12345678", 12345678U);
        check("1234567890123456789", std::uint64_t{1234567890123456789});
        check("1.5", 1.5);
        check("-1.5", -1.5);
        check("12345", 12345.0);
        check("1234.567", 1234.567);
        check("1234567.5", 1234567.5);
        check("12345678.25", 12345678.25);
        check("0.30000000000000004", 0.30000000000000004);
        check("1.5e3", 1500.0);
        check("2.5", 2.5F);
        check("true", true);
        check("false", false);
        check("\"b\"", colour::blue);
        check("\"gr\"", colour::green);
        check("\"\\u0067r\"", colour::green);
        check("\"fifteen letters\"", phrase::longest);
        check("\"\\\"\\n\"", phrase::quoted);
        check("\"one is a name\"", digit::one);
        check("\"fourteen chars\"", digit::two);
        check("null", std::optional<int>());
        check("7", std::optional<int>(7));
        check("\"\\\"\"", std::string("\""));
        check("\"\xC3\xA9\"", std::string("\xC3\xA9"));
    }
}

TEST_CASE("fast_scalar: refusals are those of the strict way") {
    const std::string behind = ",\"and forty more characters behind the value\"]";
    const auto check = [&behind]<class T>(std::string_view text, std::string_view expected, T) {
        CAPTURE(text);
        CHECK(refusal<T>(text) == "v: " + std::string(expected));
        CHECK(refusal<std::tuple<T, std::string>>("[" + std::string(text) + behind) ==
              "v[0]: " + std::string(expected));
    };
    check("01", "a malformed number", 0);
    check("1.", "a malformed number", 0.0);
    check("1.e5", "a malformed number", 0.0);
    check("-", "a malformed number", 0.0);
    check("01.5", "a malformed number", 0.0);
    check("256", "256 is out of range for an 8-bit unsigned integer", std::uint8_t{});
    check("1.5", "expected an integer, found a number with a fraction", 0);
    check("1E5", "expected an integer, found a number with an exponent", 0);
    check("12345678901.5", "expected an integer, found a number with a fraction", std::int64_t{});
    check("9007199254740993", "9007199254740993 would be rounded by a 64-bit floating-point number",
          0.0);
    check("\"x\"", "expected one of 'red', 'green', 'gr', 'b', found 'x'", colour{});
    check("\"redd\"", "expected one of 'red', 'green', 'gr', 'b', found 'redd'", colour{});
    check("5", "expected one of 'red', 'green', 'gr', 'b', found a number", colour{});
    check("\"a\nb\"", "a control character inside a string", std::string());
    check("truE", "expected true", false);
    check("tru", "expected true", false);
    CHECK(refusal<std::vector<int>>("[1,2,]") == "v: expected a value, found ']'");
    CHECK(refusal<std::vector<int>>("[1,2,3") ==
          "v: expected ',' or ']', found the end of the text");
    CHECK(refusal<std::vector<int>>("[1,2 3]") == "v: expected ',' or ']', found '3'");
    CHECK(refusal<std::vector<int>>("[1,2,x]") == "v[2]: expected a number, found 'x'");
    CHECK(refusal<std::vector<int>>("[1,2,3.5]") ==
          "v[2]: expected an integer, found a number with a fraction");
}

TEST_CASE("fast_scalar: all sequences take their elements") {
    CHECK(value_of<std::vector<int>>("[1,2 ,\t3, 4]") == std::vector<int>{1, 2, 3, 4});
    CHECK(value_of<std::deque<int>>("[1,2,3]") == std::deque<int>{1, 2, 3});
    CHECK(value_of<std::list<std::string>>(R"(["a","b"])") == std::list<std::string>{"a", "b"});
    CHECK(value_of<std::vector<bool>>("[true,false,true]") == std::vector<bool>{true, false, true});
    CHECK(value_of<std::vector<std::vector<int>>>("[[],[1],[2,3]]") ==
          std::vector<std::vector<int>>{{}, {1}, {2, 3}});
}

TEST_CASE("fast_scalar: room for elements is bounded by what the peer has sent") {
    // The first element is short, but the others are not.
    const std::string text = "[0" + std::string(5'000, ' ') + ",1]";
    CHECK(value_of<std::vector<double>>(text).capacity() * sizeof(double) <= 4 * text.size());
    std::string lists = "[[1,2]";
    for (int count = 0; count != 1000; ++count) {
        lists += ",[1,2]";
    }
    std::size_t room = 0;
    for (const std::vector<int>& list : value_of<std::vector<std::vector<int>>>(lists + "]")) {
        room += list.capacity() * sizeof(int);
    }
    CHECK(room <= 4 * lists.size());
}

TEST_CASE("fast_scalar: members behind a failure say where they are") {
    CHECK(refusal<layered>(R"({"empty":{},"inner":{"flag":true,"small":300}})") ==
          "v.inner.small: 300 is out of range for an 8-bit unsigned integer");
    CHECK(refusal<layered>(R"({"empty":{"x":1,"x":2}})") == "v.empty: duplicate member 'x'");
    CHECK(refusal<layered>(R"({"empty":{},"empty":{}})") == "v: duplicate member 'empty'");
    CHECK(refusal<layered>(R"({"empty":{}})") == "v: missing member 'inner'");
    CHECK(refusal<all_kinds>(R"({"flag":true,"small":1,"large":2,"real":1e999})") ==
          "v.real: 1e999 is out of range for a 64-bit floating-point number");
}
