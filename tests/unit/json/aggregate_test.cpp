// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: members come in any order; missing, unknown and duplicate ones are treated as promised.
// Method: texts against small aggregates, with the exact refusals.

#include "support.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using json_test::failure_kind;
using json_test::refusal;
using json_test::text_of;
using json_test::value_of;
using rpc::codec::read_failure;

namespace {

struct order {
    std::string symbol;
    double price = 0;
    int volume = 0;
    std::optional<std::string> reference;
    bool operator==(const order&) const = default;
};

struct basket {
    std::vector<order> orders;
};

struct request {
    using rpc_default_members = void;
    std::string symbol = "any";
    int limit = 100;
    std::optional<int> offset = 7;
    bool operator==(const request&) const = default;
};

struct settings {
    int retries = 3;
    bool operator==(const settings&) const = default;
};

struct nothing {};

}  // namespace

template <>
inline constexpr bool rpc::default_members<settings> = true;

TEST_CASE("reader: members may come in any order and with any white space") {
    const order expected{"ag", 1.5, 3, "r"};
    CHECK(value_of<order>(R"({"symbol":"ag","price":1.5,"volume":3,"reference":"r"})") == expected);
    CHECK(value_of<order>(R"({"reference":"r","volume":3,"price":1.5,"symbol":"ag"})") == expected);
    CHECK(value_of<order>(R"({"symbol":"ag","volume":3,"price":1.5,"reference":"r"})") == expected);
    CHECK(value_of<order>(" {\n\t\"symbol\" : \"ag\" ,\r \"price\" : 1.5 , \"volume\" : 3 , "
                          "\"reference\" : \"r\" } ") == expected);
    CHECK(value_of<order>(R"({"s\u0079mbol":"ag","price":1.5,"volume":3,"reference":"r"})") ==
          expected);
}

TEST_CASE("reader: a missing member is an error unless it is optional") {
    CHECK(value_of<order>(R"({"symbol":"ag","price":1.5,"volume":3})") ==
          order{"ag", 1.5, 3, std::nullopt});
    CHECK(refusal<order>(R"({"symbol":"ag","volume":3})") == "v: missing member 'price'");
    CHECK(refusal<order>("{}") == "v: missing member 'symbol'");
    CHECK(refusal<basket>(R"({"orders":[{"symbol":"ag"}]})") ==
          "v.orders[0]: missing member 'price'");
    order kept{"", 0, 0, "old"};
    json_test::json::read_error error;
    CHECK(json_test::json::read_text(R"({"symbol":"ag","price":1.5,"volume":3})", kept, error));
    CHECK_FALSE(kept.reference.has_value());
}

TEST_CASE("reader: a type that says so keeps the defaults of missing members") {
    CHECK(value_of<request>("{}") == request{});
    CHECK(value_of<request>(R"({"limit":5})") == request{"any", 5, 7});
    CHECK(value_of<request>(R"({"offset":null})") == request{"any", 100, std::nullopt});
    CHECK(value_of<settings>("{}") == settings{3});
    CHECK(refusal<request>(R"({"limit":null})") == "v.limit: expected an integer, found null");
}

TEST_CASE("reader: unknown members are ignored, but must be valid") {
    const order expected{"ag", 1.5, 3, std::nullopt};
    CHECK(value_of<order>(R"({"new":[1,{"a":null}],"symbol":"ag","price":1.5,"volume":3})") ==
          expected);
    CHECK(value_of<order>(R"({"symbol":"ag","price":1.5,"volume":3,"new":1e999})") == expected);
    CHECK(value_of<order>(R"({"symbol":"ag","x":0,"price":1.5,"y":0,"volume":3,"z":0})") ==
          expected);
    CHECK(refusal<order>(R"({"symbol":"ag","price":1.5,"volume":3,"new":[1,tru]})") ==
          "v.new[1]: expected true");
    CHECK(failure_kind<order>(R"({"new":"\ud800","symbol":"ag","price":1,"volume":3})") ==
          read_failure::syntax);
    CHECK(refusal<nothing>(R"({"a":{"b":[1,]}})") == "v.a.b: expected a value, found ']'");
}

TEST_CASE("reader: duplicate members are refused wherever they are") {
    CHECK(refusal<order>(R"({"symbol":"ag","price":1,"price":2,"volume":3})") ==
          "v: duplicate member 'price'");
    CHECK(refusal<order>(R"({"symbol":"ag","price":1,"volume":3,"symbol":"x"})") ==
          "v: duplicate member 'symbol'");
    CHECK(refusal<order>(R"({"symbol":"ag","sy\u006dbol":"x","price":1,"volume":3})") ==
          "v: duplicate member 'symbol'");
    CHECK(refusal<order>(R"({"symbol":"ag","price":1,"volume":3,"new":1,"n\u0065w":2})") ==
          "v: duplicate member 'new'");
    CHECK(refusal<order>(R"({"symbol":"ag","price":1,"volume":3,"new":{"\u0061":1,"a":2}})") ==
          "v.new: duplicate member 'a'");
    CHECK(refusal<nothing>(R"({"x":[{"b":{"c":1,"d":2,"c":3}}]})") ==
          "v.x[0].b: duplicate member 'c'");
    CHECK(refusal<nothing>(R"({"x":{"c":1},"y":{"c":1}})") == "ok");
    CHECK(failure_kind<order>(R"({"symbol":"ag","price":1,"price":2,"volume":3})") ==
          read_failure::value);
    CHECK(json_test::validation(R"([{"m":1,"\u006d":2}])") == "v[0]: duplicate member 'm'");
}

TEST_CASE("reader: an error says where") {
    CHECK(refusal<basket>(R"({"orders":[{"symbol":"ag","price":"x","volume":3}]})") ==
          "v.orders[0].price: expected a number, found a string");
    CHECK(refusal<basket>(R"({"orders":[{"volume":true}]})") ==
          "v.orders[0].volume: expected an integer, found a boolean");
    CHECK(refusal<order>("[]") == "v: expected an object, found an array");
    CHECK(refusal<order>("{]") == "v: expected a member name, found ']'");
    CHECK(refusal<order>(R"({"symbol" "ag"})") == "v: expected ':', found '\"'");
    CHECK(refusal<order>(R"({"symbol":"ag" "price"})") == "v: expected ',' or '}', found '\"'");
    CHECK(refusal<order>(R"({"symbol":"ag",})") == "v: expected a member name, found '}'");
    CHECK(refusal<order>("{") == "v: expected a member name, found the end of the text");
    CHECK(refusal<order>("") == "v: expected an object, found the end of the text");
    order value;
    json_test::json::read_error error;
    CHECK_FALSE(json_test::json::read_text(R"({"symbol":"ag","price":"x"})", value, error));
    CHECK(error.where == ".price");
    CHECK(error.offset == 23);
    CHECK(error.text("") == "price: expected a number, found a string");
    CHECK(error.text("params[0]") == "params[0].price: expected a number, found a string");
}

TEST_CASE("reader: a text that is not JSON fails as such, even behind a wrong value") {
    CHECK(failure_kind<order>(R"({"symbol":1})") == read_failure::value);
    CHECK(failure_kind<order>(R"({"symbol":1)") == read_failure::syntax);
    CHECK(failure_kind<int>("[1,]") == read_failure::syntax);
    CHECK(failure_kind<int>("[1]") == read_failure::value);
    CHECK(failure_kind<int>("1]") == read_failure::syntax);
}

TEST_CASE("writer: an error says where") {
    const double infinity = 1e308 * 10;
    CHECK(text_of(basket{{order{"ag", infinity, 1, std::nullopt}}}) ==
          "!v.orders[0].price: infinity has no JSON form");
    CHECK(text_of(order{"\xFF", 1, 1, std::nullopt}) == "!v.symbol: a string is not valid UTF-8");
}
