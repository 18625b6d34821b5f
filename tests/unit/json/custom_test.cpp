// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a type with its own nlohmann form keeps it, and nothing else is taken for such a type.
// Method: each way to give a type that form, and types near it that have none.

#include "support.hpp"

#include <gatewire/wire/json/read.hpp>
#include <gatewire/wire/json/write.hpp>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <array>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

using json_test::refusal;
using json_test::text_of;
using json_test::travels;

namespace shop {

struct money {
    long cents = 0;
    bool operator==(const money&) const = default;
};

void to_json(nlohmann::json& json, const money& value) {
    json = std::to_string(value.cents) + " c";
}

void from_json(const nlohmann::json& json, money& value) {
    value.cents = std::stol(json.get<std::string>());
}

class sealed {
public:
    sealed() = default;
    explicit sealed(int number) : number_(number) {}
    bool operator==(const sealed&) const = default;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(sealed, number_)

private:
    int number_ = 0;
};

enum class phase { open, shut };
NLOHMANN_JSON_SERIALIZE_ENUM(phase, {{phase::open, "OPEN"}, {phase::shut, "SHUT"}})

enum class plain { zero, one };

struct maybe {
    int number = 0;
};

void to_json(nlohmann::json& json, const maybe& value) {
    json = value.number == 0 ? nlohmann::json() : nlohmann::json(value.number);
}

struct outward {
    int value = 0;
};

void to_json(nlohmann::json& json, const outward& value) {
    json = value.value;
}

struct noisy {
    double value = 0;
};

void to_json(nlohmann::json& json, const noisy& value) {
    if (value.value < 0) {
        throw std::runtime_error("cannot be sold");
    }
    json = {{"value", value.value}, {"text", "x"}};
}

void from_json(const nlohmann::json&, noisy&) {
    throw std::runtime_error("cannot be bought");
}

struct foreign {
    int value = 0;
    bool operator==(const foreign&) const = default;
};

class unmade {
public:
    explicit unmade(int value) : value_(value) {}
    int value() const { return value_; }

private:
    int value_;
};

struct order {
    money price;
    std::vector<phase> phases;
    std::optional<sealed> seal;
    bool operator==(const order&) const = default;
};

}  // namespace shop

template <>
struct nlohmann::adl_serializer<shop::foreign> {
    static void to_json(json& value, const shop::foreign& from) { value = {from.value}; }
    static void from_json(const json& value, shop::foreign& to) { to.value = value.at(0); }
};

template <>
struct nlohmann::adl_serializer<shop::unmade> {
    static void to_json(json& value, const shop::unmade& from) { value = from.value(); }
    static shop::unmade from_json(const json& value) { return shop::unmade(value.get<int>()); }
};

TEST_CASE("custom: a type with nlohmann conversions keeps its own form") {
    CHECK(travels(shop::money{250}, R"("250 c")"));
    CHECK(travels(shop::sealed(3), R"({"number_":3})"));
    CHECK(travels(shop::phase::shut, R"("SHUT")"));
    CHECK(travels(shop::foreign{4}, "[4]"));
    CHECK(travels(shop::order{{1}, {shop::phase::open}, shop::sealed(2)},
                  R"({"price":"1 c","phases":["OPEN"],"seal":{"number_":2}})"));
    shop::unmade made(1);
    json_test::json::read_error error;
    CHECK(json_test::json::read_text("7", made, error));
    CHECK(made.value() == 7);
    CHECK(text_of(made) == "7");
}

namespace shop {

struct bill {
    std::string symbol;
    unmade price;
    std::optional<unmade> tip;
    std::vector<unmade> parts;
};

}  // namespace shop

/// What is read into a place that need not be made before.
template <class T>
std::string read_back(std::string_view text) {
    std::optional<json_test::json::slot<T>> value;
    json_test::json::read_error error;
    return json_test::json::make_from_text(text, value, error)
               ? text_of(json_test::json::value_in(*value))
               : "!" + error.text("v");
}

TEST_CASE("custom: a class without a default constructor is received wherever it stands") {
    using shop::unmade;
    CHECK(read_back<unmade>("7") == "7");
    CHECK(read_back<unmade>("\"x\"").starts_with("!v: [json.exception."));
    CHECK(read_back<std::vector<unmade>>("[1,2]") == "[1,2]");
    CHECK(read_back<std::vector<unmade>>("[1,null]").starts_with("!v[1]: [json.exception."));
    CHECK(read_back<std::optional<unmade>>("3") == "3");
    CHECK(read_back<std::optional<unmade>>("null") == "null");
    CHECK(read_back<std::map<std::string, unmade>>(R"({"a":1})") == R"({"a":1})");
    CHECK(read_back<std::map<std::string, unmade>>(R"({"a":1,"a":2})") ==
          "!v: duplicate member 'a'");
    CHECK(read_back<std::variant<std::monostate, unmade>>(R"({"index":1,"value":5})") ==
          R"({"index":1,"value":5})");
    CHECK(read_back<std::tuple<int, unmade>>("[1,2]") == "[1,2]");
    CHECK(read_back<std::pair<unmade, std::string>>(R"([1,"a"])") == R"([1,"a"])");
    CHECK(read_back<std::array<unmade, 2>>("[1,2]") == "[1,2]");
    CHECK(read_back<std::array<unmade, 2>>("[1]") == "!v: expected 2 elements, found 1");
    CHECK(read_back<shop::bill>(R"({"parts":[4],"symbol":"a","price":2})") ==
          R"({"symbol":"a","price":2,"tip":null,"parts":[4]})");
    CHECK(read_back<shop::bill>(R"({"parts":[4],"symbol":"a"})") == "!v: missing member 'price'");
    CHECK(read_back<std::vector<shop::bill>>(R"([{"symbol":"a","price":2,"tip":1,"parts":[]}])") ==
          R"([{"symbol":"a","price":2,"tip":1,"parts":[]}])");
}

TEST_CASE("custom: nlohmann's own conversions are not a form of the type's own") {
    using namespace json_test::json;
    CHECK(kind_of<shop::plain> == type_kind::enum_number);
    CHECK(kind_of<shop::order> == type_kind::aggregate);
    CHECK(kind_of<std::vector<shop::money>> == type_kind::sequence);
    CHECK(kind_of<std::optional<shop::money>> == type_kind::optional);
    CHECK(kind_of<shop::money> == type_kind::custom);
    CHECK(kind_of<shop::phase> == type_kind::custom);
    CHECK(readable<shop::money>);
    CHECK(writable<shop::outward>);
    CHECK_FALSE(readable<shop::outward>);
    CHECK(text_of(shop::outward{3}) == "3");
}

TEST_CASE("custom: what the conversions throw becomes the error, with its place") {
    CHECK(refusal<shop::noisy>("1") == "v: cannot be bought");
    CHECK(text_of(shop::noisy{-1}) == "!v: cannot be sold");
    CHECK(refusal<std::vector<shop::foreign>>("[[1],{}]").starts_with("v[1]: [json.exception."));
    CHECK(text_of(shop::noisy{std::numeric_limits<double>::infinity()}) ==
          "!v.value: infinity has no JSON form");
}

TEST_CASE("custom: a form that is null inside of an optional is refused") {
    CHECK(text_of(std::optional(shop::maybe{4})) == "4");
    CHECK(text_of(shop::maybe{0}) == "null");
    CHECK(text_of(std::optional(shop::maybe{0})) == "!v: null inside of an optional is lost");
}

TEST_CASE("custom: the strict reader stands before the conversions") {
    CHECK(refusal<shop::foreign>("[1,]") == "v: expected a value, found ']'");
    CHECK(refusal<shop::sealed>(R"({"number_":1,"number_":2})") == "v: duplicate member 'number_'");
    CHECK(refusal<shop::money>("\"\xFF\"") == "v: invalid UTF-8 inside a string");
}

TEST_CASE("custom: the codec is found under its name in version 0.1, too") {
    rpc::wire::buffer out;
    rpc::wire::json::write_error unwritten;
    REQUIRE(rpc::wire::json::write(out, 7, unwritten));
    int value = 0;
    rpc::wire::json::read_error unread;
    CHECK(rpc::wire::json::read_text(out.view(), value, unread));
    CHECK(value == 7);
}
