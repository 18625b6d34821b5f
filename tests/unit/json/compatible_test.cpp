// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: two ends built at different times know whether they understand each other.
// Method: a table of pairs of types with the verdict, and descriptions sent through JSON.

#include "support.hpp"

#include <gatewire/json/describe.hpp>
#include <gatewire/json/description.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

namespace json = rpc::codec;

enum class side { buy, sell };
enum class wide_side { buy, sell, hedge };
enum class number : std::uint8_t { one };

namespace here {
struct leg {
    double price = 0;
    int extra = 0;
};
struct order_request {
    std::string symbol;
    double price = 0;
    std::vector<leg> legs;
};
struct tree {
    int value = 0;
    std::vector<tree> children;
};
struct bush {
    std::vector<bush> twigs;
};
struct garden {
    std::map<std::string, bush> by_name;
    std::vector<bush> bushes;
    std::variant<std::vector<bush>, bush> choice;
};
}  // namespace here

namespace there {
struct leg {
    double price = 0;
};
struct order_request {
    std::string symbol;
    std::string price;
    std::vector<leg> legs;
};
struct longer {
    double price = 0;
    std::string symbol;
    std::vector<leg> legs;
    std::optional<int> tag;
};
struct stricter {
    std::string symbol;
    double price = 0;
    std::vector<leg> legs;
    int tag = 0;
};
struct lenient {
    using rpc_default_members = void;
    std::string symbol;
    int tag = 0;
};
struct tree {
    std::vector<tree> children;
    long value = 0;
};
struct bad_tree {
    int value = 0;
    std::vector<std::optional<bad_tree>> children;
};
struct twin {
    std::vector<twin> children;
    bool value = false;
};
}  // namespace there

/// The verdict on what a `Writer` here sends to a `Reader` there.
template <class Writer, class Reader>
std::string verdict() {
    return json::incompatibility(json::describe<Writer>(), json::describe<Reader>(), "here",
                                 "there")
        .value_or("ok");
}

std::string described_text(const json::type_description& type) {
    rpc::wire::buffer text;
    json::write_description(text, type);
    return std::string(text.view());
}

std::optional<json::type_description> description_in(std::string_view text) {
    std::vector<json::type_description> types;
    json::read_error failure;
    return json::read_descriptions("[" + std::string(text) + "]", types, failure)
               ? std::optional(types.at(0))
               : std::nullopt;
}

template <class T>
nlohmann::json description() {
    return nlohmann::json::parse(described_text(json::describe<T>()));
}

}  // namespace

template <>
inline constexpr std::array<std::pair<side, std::string_view>, 2> rpc::enum_names<side>{
    {{side::buy, "buy"}, {side::sell, "sell"}}};
template <>
inline constexpr std::array<std::pair<wide_side, std::string_view>, 3> rpc::enum_names<wide_side>{
    {{wide_side::sell, "sell"}, {wide_side::buy, "buy"}, {wide_side::hedge, "hedge"}}};

TEST_CASE("compatible: numbers fit where every value does") {
    CHECK(verdict<int, std::int64_t>() == "ok");
    CHECK(verdict<std::uint32_t, std::int64_t>() == "ok");
    CHECK(verdict<std::int64_t, int>() == "64-bit integer here, 32-bit integer there");
    CHECK(verdict<int, std::uint64_t>() == "32-bit integer here, 64-bit unsigned integer there");
    CHECK(verdict<std::uint32_t, int>() == "32-bit unsigned integer here, 32-bit integer there");
    CHECK(verdict<int, double>() == "ok");
    CHECK(verdict<std::uint32_t, double>() == "ok");
    CHECK(verdict<std::int64_t, double>() == "integer here, number there");
    CHECK(verdict<int, float>() == "integer here, number there");
    CHECK(verdict<std::int16_t, float>() == "ok");
    CHECK(verdict<double, int>() == "number here, integer there");
    CHECK(verdict<float, double>() == "ok");
    CHECK(verdict<double, float>() == "64-bit number here, 32-bit number there");
    CHECK(verdict<number, int>() == "ok");
    CHECK(verdict<bool, int>() == "boolean here, integer there");
}

TEST_CASE("compatible: an optional reader takes the value too, but not the other way round") {
    CHECK(verdict<int, std::optional<int>>() == "ok");
    CHECK(verdict<std::optional<int>, std::optional<long>>() == "ok");
    CHECK(verdict<std::optional<int>, int>() == "optional integer here, integer there");
    CHECK(verdict<std::optional<long>, std::optional<int>>() ==
          "64-bit integer here, 32-bit integer there");
    CHECK(verdict<std::monostate, std::optional<int>>() == "ok");
    CHECK(verdict<std::optional<int>, std::variant<std::monostate, int, std::string>>() == "ok");
    CHECK(verdict<std::string, std::optional<int>>() == "string here, integer there");
}

TEST_CASE("compatible: variants fit where each alternative does") {
    using narrow = std::variant<int, std::string>;
    using wide = std::variant<std::string, std::vector<int>, double>;
    CHECK(verdict<narrow, wide>() == "ok");
    CHECK(verdict<wide, narrow>() == "variant here, variant there");
    CHECK(verdict<int, narrow>() == "ok");
    CHECK(verdict<bool, narrow>() == "boolean here, variant there");
    CHECK(verdict<narrow, std::string>() == "variant here, string there");
    using indexed = std::variant<int, double>;
    CHECK(verdict<indexed, std::variant<long, double, float>>() == "ok");
    CHECK(verdict<std::variant<int, double, float>, indexed>() == "variant here, variant there");
    CHECK(verdict<indexed, std::variant<double, int>>() == "<1>: number here, integer there");
    CHECK(verdict<indexed, narrow>() == "variant here, variant there");
}

TEST_CASE("compatible: arrays fit where lengths and elements do") {
    CHECK(verdict<std::vector<int>, std::vector<long>>() == "ok");
    CHECK(verdict<std::set<int>, std::vector<int>>() == "ok");
    CHECK(verdict<std::vector<int>, std::set<int>>() == "array here, set there");
    CHECK(verdict<std::array<int, 3>, std::vector<int>>() == "ok");
    CHECK(verdict<std::vector<int>, std::array<int, 3>>() == "array here, fixed_array there");
    CHECK(verdict<std::array<int, 2>, std::pair<int, double>>() == "ok");
    CHECK(verdict<std::pair<int, std::string>, std::array<int, 2>>() ==
          "[1]: string here, integer there");
    CHECK(verdict<std::array<int, 2>, std::array<int, 3>>() ==
          "fixed_array of 2 here, fixed_array of 3 there");
    CHECK(verdict<std::array<int, 0>, std::tuple<>>() == "ok");
    CHECK(verdict<std::tuple<int>, std::tuple<int, int>>() == "tuple of 1 here, tuple of 2 there");
    CHECK(verdict<std::vector<int>, std::vector<std::string>>() ==
          "[]: integer here, string there");
    CHECK(verdict<std::map<std::string, int>, std::map<std::string, bool>>() ==
          "{}: integer here, boolean there");
}

TEST_CASE("compatible: enums fit where the reader knows every name") {
    CHECK(verdict<side, wide_side>() == "ok");
    CHECK(verdict<wide_side, side>() == "wide_side: 'hedge' here, no such name there");
    CHECK(verdict<side, int>() == "side: enum here, integer there");
}

TEST_CASE("compatible: times fit in the same unit only") {
    using namespace std::chrono;
    CHECK(verdict<milliseconds, milliseconds>() == "ok");
    CHECK(verdict<seconds, milliseconds>() == "duration in 1/1 s here, duration in 1/1000 s there");
    CHECK(verdict<sys_seconds, sys_seconds>() == "ok");
    CHECK(verdict<sys_seconds, time_point<steady_clock, seconds>>() ==
          "time_point in 1/1 s of system_clock here, time_point in 1/1 s of steady_clock there");
    CHECK(verdict<seconds, long>() == "duration here, integer there");
}

TEST_CASE("compatible: aggregates fit where the reader's required members do") {
    CHECK(verdict<here::order_request, here::order_request>() == "ok");
    CHECK(verdict<here::order_request, there::order_request>() ==
          "order_request.price: number here, string there");
    CHECK(verdict<here::order_request, there::longer>() == "ok");
    CHECK(verdict<there::longer, here::order_request>() ==
          "longer.legs[].extra: missing here, required there");
    CHECK(verdict<here::order_request, there::stricter>() ==
          "order_request.tag: missing here, required there");
    CHECK(verdict<here::order_request, there::lenient>() == "ok");
    CHECK(verdict<std::vector<here::order_request>, std::vector<there::order_request>>() ==
          "[].price: number here, string there");
    CHECK(verdict<here::leg, std::map<std::string, double>>() == "leg: object here, map there");
}

TEST_CASE("compatible: recursive aggregates are compared and end") {
    CHECK(verdict<here::tree, there::tree>() == "ok");
    CHECK(verdict<there::tree, here::tree>() ==
          "tree.value: 64-bit integer here, 32-bit integer there");
    CHECK(verdict<here::tree, there::bad_tree>() == "ok");
    CHECK(verdict<there::bad_tree, here::tree>() ==
          "bad_tree.children[]: optional reference here, object there");
    CHECK(verdict<here::tree, there::twin>() == "tree.value: integer here, boolean there");
}

TEST_CASE("compatible: what is not described fits everything") {
    CHECK(verdict<nlohmann::json, int>() == "ok");
    CHECK(verdict<here::leg, nlohmann::json>() == "ok");
    CHECK(verdict<std::vector<nlohmann::json>, std::string>() == "array here, string there");
}

TEST_CASE("describe: a description says what the JSON is") {
    CHECK(description<int>() ==
          nlohmann::json{{"kind", "integer"}, {"bits", 32}, {"signed", true}});
    CHECK(description<std::uint8_t>() == nlohmann::json{{"kind", "integer"}, {"bits", 8}});
    CHECK(description<std::string>() == nlohmann::json{{"kind", "string"}});
    CHECK(description<side>() ==
          nlohmann::json::parse(R"({"kind":"enum","name":"side","names":["buy","sell"]})"));
    CHECK(description<std::array<bool, 4>>() ==
          nlohmann::json::parse(
              R"({"kind":"fixed_array","length":4,"elements":[{"kind":"boolean"}]})"));
    CHECK(description<here::tree>() ==
          nlohmann::json::parse(R"({"kind":"object","name":"tree","members":{
              "value":{"kind":"integer","bits":32,"signed":true},
              "children":{"kind":"array","elements":[{"kind":"reference"}]}}})"));
    CHECK(description<here::garden>()["members"]["by_name"]["elements"][0]["name"] == "bush");
    CHECK(description<std::chrono::milliseconds>()["unit"] == "1/1000");
    CHECK(description<std::chrono::sys_seconds>()["clock"] == "system_clock");
    CHECK(description<there::lenient>()["defaults"] == true);
}

TEST_CASE("describe: a description travels, also by our own reader and writer") {
    using everything =
        std::tuple<here::order_request, here::tree, std::variant<int, double>, side, number,
                   std::optional<std::set<std::string>>, std::map<std::string, nlohmann::json>>;
    const json::type_description sent = json::describe<everything>();
    const std::string text = described_text(sent);
    const json::type_description received = description_in(text).value();
    CHECK(json::fingerprint(received) == json::fingerprint(sent));
    CHECK(described_text(received) == text);
    CHECK_FALSE(json::incompatibility(sent, received, "here", "there").has_value());
    for (const char* bad :
         {"{}", "[]", R"({"kind":"what"})", R"({"kind":1})", R"({"kind":"array"})",
          R"({"kind":"object"})", R"({"kind":"enum"})", R"({"kind":"integer","bits":"x"})",
          R"({"kind":"string")", R"({"kind":"string"}])", R"({"kind":"enum","names":[1]})"}) {
        CAPTURE(bad);
        CHECK_FALSE(description_in(bad).has_value());
    }
    const json::type_description lost =
        description_in(R"({"kind":"array","elements":[{"kind":"reference","length":9}]})").value();
    CHECK(json::incompatibility(lost, lost, "here", "there") ==
          "[]: a reference that points nowhere");
}

TEST_CASE("compatible: a type made to be compared for ever is refused") {
    json::type_description wide;
    wide.kind = json::described::variant;
    wide.elements.assign(200, json::describe<int>());
    json::type_description reader = wide;
    reader.elements.assign(200, json::describe<std::string>());
    reader.elements.back() = json::describe<int>();
    const auto failure = json::incompatibility(wide, reader, "here", "there");
    CHECK(failure == "variant here, variant there");
}

TEST_CASE("describe: the fingerprint is that of the JSON, not of the program") {
    const auto print = [](const json::type_description& type) { return json::fingerprint(type); };
    CHECK(print(json::describe<here::tree>()) != print(json::describe<there::tree>()));
    CHECK(print(json::describe<here::leg>()) != print(json::describe<there::leg>()));
    struct leg_again {
        int extra = 0;
        double price = 0;
    };
    CHECK(print(json::describe<here::leg>()) == print(json::describe<leg_again>()));
    CHECK(print(json::describe<std::optional<int>>()) != print(json::describe<int>()));
    CHECK(print(json::describe<number>()) == print(json::describe<std::uint8_t>()));
    // Fixed for ever: peers that were built with other compilers compare with it.
    CHECK(print(json::describe<here::leg>()) == 2967523301589264753U);
}
