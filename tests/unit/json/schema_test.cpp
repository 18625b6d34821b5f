// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a type's schema is the one that people expect. Method: schemas as texts; that they tell the
// truth of the reader and the writer is tested by tests/openrpc/check_samples.py.

#include "support.hpp"

#include <gatewire/json/describe.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <ratio>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace schemas {

namespace json = rpc::codec;

enum class colour { red, green };
enum class bare : std::uint8_t { one };

struct point {
    int x = 0;
    std::optional<bool> is_known;
};

struct forgiving {
    using rpc_default_members = void;
    bool is_asked = false;
};

struct chain {
    std::vector<chain> next;
};

template <class... T>
struct holder {
    std::tuple<T...> value;
};

namespace inner {
struct point {
    bool y = false;
};
}  // namespace inner

}  // namespace schemas

template <>
inline constexpr std::array<std::pair<schemas::colour, std::string_view>, 3>
    rpc::enum_names<schemas::colour>{{{schemas::colour::red, "red"},
                                      {schemas::colour::green, "green"},
                                      {schemas::colour::red, "red"}}};

namespace schemas {

nlohmann::json text(std::string_view json) {
    return nlohmann::json::parse(json);
}

template <class T>
nlohmann::json schema() {
    json::schema_book book("#/");
    return text(book.schema_of(json::facts_of<T>));
}

/// What is noted of the types with names.
template <class... T>
nlohmann::json named() {
    json::schema_book book("#/");
    (static_cast<void>(book.schema_of(json::facts_of<T>)), ...);
    return text(book.named());
}

TEST_CASE("schema: numbers have the bounds of their type") {
    CHECK(schema<std::int8_t>() == text(R"({"type":"integer","minimum":-128,"maximum":127})"));
    CHECK(schema<std::uint8_t>() == text(R"({"type":"integer","minimum":0,"maximum":255})"));
    CHECK(schema<std::int64_t>() == text(R"({"type":"integer","minimum":-9223372036854775808,
                   "maximum":9223372036854775807})"));
    CHECK(schema<std::uint64_t>() ==
          text(R"({"type":"integer","minimum":0,"maximum":18446744073709551615})"));
    CHECK(schema<float>() == text(R"({"type":"number"})"));
    CHECK(schema<bare>() == text(R"({"type":"integer","minimum":0,"maximum":255,
                                     "description":"The number of a value of the enum bare"})"));
}

TEST_CASE("schema: other scalars are what they are called") {
    CHECK(schema<bool>() == text(R"({"type":"boolean"})"));
    CHECK(schema<std::string>() == text(R"({"type":"string"})"));
    CHECK(schema<std::monostate>() == text(R"({"type":"null"})"));
    CHECK(schema<nlohmann::json>() == text("{}"));
}

TEST_CASE("schema: times tell their unit, and points their epoch") {
    CHECK(schema<std::chrono::milliseconds>()["description"] == "milliseconds");
    CHECK(schema<std::chrono::duration<double>>() ==
          text(R"({"type":"number","description":"seconds"})"));
    CHECK(schema<std::chrono::duration<int, std::ratio<1, 60>>>()["description"] ==
          "counts of 1/60 s");
    CHECK(schema<std::chrono::sys_seconds>()["description"] ==
          "seconds since the epoch of system_clock, 1970-01-01T00:00:00Z");
    CHECK(schema<std::chrono::steady_clock::time_point>()["description"] ==
          "nanoseconds since the epoch of steady_clock");
}

TEST_CASE("schema: containers") {
    CHECK(schema<std::vector<bool>>() == text(R"({"type":"array","items":{"type":"boolean"}})"));
    CHECK(schema<std::set<std::string>>() ==
          text(R"({"type":"array","items":{"type":"string"},"uniqueItems":true})"));
    CHECK_FALSE(schema<std::multiset<std::string>>().contains("uniqueItems"));
    CHECK(schema<std::map<std::string, bool>>() ==
          text(R"({"type":"object","additionalProperties":{"type":"boolean"}})"));
    CHECK(schema<std::array<bool, 3>>() ==
          text(R"({"type":"array","items":{"type":"boolean"},"minItems":3,"maxItems":3})"));
    CHECK(schema<std::tuple<bool, std::string>>() ==
          text(R"({"type":"array","items":[{"type":"boolean"},{"type":"string"}],
                   "minItems":2,"maxItems":2})"));
    CHECK(schema<std::tuple<>>() == text(R"({"type":"array","minItems":0,"maxItems":0})"));
}

TEST_CASE("schema: choices") {
    CHECK(schema<std::optional<bool>>() ==
          text(R"({"anyOf":[{"type":"boolean"},{"type":"null"}]})"));
    CHECK(schema<std::variant<bool, std::string>>() ==
          text(R"({"anyOf":[{"type":"boolean"},{"type":"string"}]})"));
    CHECK(schema<std::variant<bool, bool>>()["anyOf"][1] ==
          text(R"({"type":"object","required":["index","value"],"properties":{
                   "index":{"type":"integer","const":1},"value":{"type":"boolean"}}})"));
}

TEST_CASE("schema: aggregates and named enums stand once, under their names") {
    CHECK(schema<point>() == text(R"({"$ref":"#/point"})"));
    CHECK(schema<std::vector<colour>>() == text(R"({"type":"array","items":{"$ref":"#/colour"}})"));
    CHECK(named<point, std::vector<point>, colour>() == text(R"({
        "point":{"type":"object","title":"point","required":["x"],"properties":{
            "x":{"type":"integer","minimum":-2147483648,"maximum":2147483647},
            "is_known":{"anyOf":[{"type":"boolean"},{"type":"null"}]}}},
        "colour":{"type":"string","title":"colour","enum":["red","green"]}})"));
}

TEST_CASE("schema: nothing is required of a type whose members have defaults") {
    CHECK(named<forgiving>() == text(R"({"forgiving":{"type":"object","title":"forgiving",
        "properties":{"is_asked":{"type":"boolean"}}}})"));
}

TEST_CASE("schema: a type that contains itself refers to itself") {
    CHECK(named<chain>() == text(R"({"chain":{"type":"object","title":"chain","required":["next"],
        "properties":{"next":{"type":"array","items":{"$ref":"#/chain"}}}}})"));
}

TEST_CASE("schema: two types of one name have two, spelled as keys may be") {
    const nlohmann::json all =
        named<point, inner::point, holder<int, inner::point>, holder<>, holder<std::string>>();
    CHECK(all.size() == 5);
    CHECK(all.contains("holder_int_point"));
    CHECK(all.contains("holder"));
    CHECK(all["point"]["properties"].contains("x"));
    CHECK(all["point_2"]["properties"].contains("y"));
    for (const auto& [name, one] : all.items()) {
        CAPTURE(name);
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_") == std::string::npos);
        CHECK(one["title"] == name);
    }
}

}  // namespace schemas
