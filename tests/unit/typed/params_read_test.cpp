// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a request's params become a method's arguments, or are refused with the exact place.
// Method: literal params, by place and by name, for tuples of every shape.

#include "exact_text.hpp"

#include <gatewire/typed/params.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using rpc::typed::borrowed_text;

struct order {
    std::string symbol;
    std::vector<double> prices;
};

constexpr std::array<std::string_view, 2> ab{"a", "b"};
constexpr std::array<std::string_view, 1> one_name{"request"};
constexpr std::span<const std::string_view> nameless{};

/// The refusal's text for the root "params", or "ok".
template <class Tuple>
std::string read(std::string_view params, Tuple& values,
                 std::span<const std::string_view> names = nameless) {
    const test::exact_text exact(params);
    rpc::codec::read_error failure;
    return rpc::typed::read_arguments(exact.view(), values, names, failure)
               ? "ok"
               : failure.text("params");
}

template <class... Values>
std::string refusal(std::string_view params, std::span<const std::string_view> names = nameless) {
    std::tuple<Values...> values{};
    return read(params, values, names);
}

}  // namespace

TEST_CASE("arguments: by place, with white space where JSON allows it") {
    std::tuple<int, std::string, std::vector<bool>> values;
    CHECK(read(" [ 1 , \"a\\n\" , [ true , false ] ] ", values) == "ok");
    CHECK(values == std::tuple(1, std::string("a\n"), std::vector<bool>{true, false}));
}

TEST_CASE("arguments: by name, in any order") {
    std::tuple<int, std::string> values;
    CHECK(read(R"({"a":1,"b":"x"})", values, ab) == "ok");
    CHECK(values == std::tuple(1, std::string("x")));
    CHECK(read(R"({"b":"y","\u0061":2})", values, ab) == "ok");
    CHECK(values == std::tuple(2, std::string("y")));
    CHECK(read("[3,\"z\"]", values, ab) == "ok");
    CHECK(values == std::tuple(3, std::string("z")));
}

TEST_CASE("arguments: a method without parameters takes nothing, in every form") {
    CHECK(refusal<>("") == "ok");
    CHECK(refusal<>("[]") == "ok");
    CHECK(refusal<>("[1]") == "params: expected 0 parameters, found more");
    CHECK(refusal<>("{}") == "ok");
    CHECK(refusal<>(" { } ") == "ok");
    CHECK(refusal<>("null") == "params: expected an array or an object, found null");
    CHECK(refusal<>("{") != "ok");
    CHECK(refusal<>(R"({"a":1})") == "params: expected no parameters");
}

TEST_CASE("arguments: too few and too many are counted") {
    CHECK(refusal<int>("") == "params: missing, expected 1 parameter");
    CHECK(refusal<int, int>("") == "params: missing, expected 2 parameters");
    CHECK(refusal<int, int>("[]") == "params: expected 2 parameters, found 0");
    CHECK(refusal<int, int>("[1]") == "params: expected 2 parameters, found 1");
    CHECK(refusal<int, int>("[1,2,3]") == "params: expected 2 parameters, found more");
    CHECK(refusal<int>("[1,[") == "params: expected 1 parameter, found more");
}

TEST_CASE("arguments: optional ones may be left out at the end, or by name anywhere") {
    using maybe = std::optional<int>;
    std::tuple<int, maybe, maybe> values;
    CHECK(read("[1]", values) == "ok");
    CHECK(values == std::tuple(1, maybe(), maybe()));
    CHECK(read("[1,2]", values) == "ok");
    CHECK(values == std::tuple(1, maybe(2), maybe()));
    CHECK(read("[1,null,3]", values) == "ok");
    CHECK(values == std::tuple(1, maybe(), maybe(3)));
    CHECK(refusal<maybe, int>("[]") == "params: expected 2 parameters, found 0");
    CHECK(refusal<maybe, int>("[1]") == "params: expected 2 parameters, found 1");
    CHECK(refusal<maybe, maybe>("") == "ok");
    CHECK(refusal<maybe, maybe>("[]") == "ok");

    std::tuple<maybe, int> named;
    CHECK(read(R"({"b":5})", named, ab) == "ok");
    CHECK(named == std::tuple(maybe(), 5));
    CHECK(refusal<maybe, int>(R"({"a":5})", ab) == "params: missing parameter 'b'");
}

TEST_CASE("arguments: names must be known, and stand there once") {
    CHECK(refusal<int, int>(R"({"a":1})", ab) == "params: missing parameter 'b'");
    CHECK(refusal<int, int>("{}", ab) == "params: missing parameter 'a'");
    CHECK(refusal<int, int>(R"({"a":1,"b":2,"c":3})", ab) == "params: there is no parameter 'c'");
    CHECK(refusal<int, int>(R"({"A":1,"b":2})", ab) == "params: there is no parameter 'A'");
    CHECK(refusal<int, int>(R"({"":1,"b":2})", ab) == "params: there is no parameter ''");
    CHECK(refusal<int, int>(R"({"a":1,"a":2,"b":3})", ab) ==
          "params: the parameter 'a' stands there twice");
    CHECK(refusal<int, int>(R"({"a":1,"b":2,"\u0061":3})", ab) ==
          "params: the parameter 'a' stands there twice");
    CHECK(refusal<int, int>(R"({"a":1,"b":2})") ==
          "params: expected an array: the method's parameters have no names");
    const std::string unknown = R"({")" + std::string(10'000, 'x') + R"(":1})";
    CHECK(refusal<int, int>(unknown, ab).size() < 300);
}

TEST_CASE("arguments: params of another kind are refused") {
    for (std::string_view params : {"null", "5", "\"[1]\"", "true"}) {
        CHECK(refusal<int>(params).starts_with("params: expected an array or an object, found "));
    }
}

TEST_CASE("arguments: what does not fit is named by its exact place") {
    CHECK(refusal<int, int>(R"([1,"2"])") == "params[1]: expected an integer, found a string");
    CHECK(refusal<int, int>(R"({"a":1,"b":null})", ab) ==
          "params.b: expected an integer, found null");
    CHECK(refusal<order>(R"([{"symbol":"x","prices":[1,2,"3"]}])") ==
          "params[0].prices[2]: expected a number, found a string");
    CHECK(refusal<order>(R"({"request":{"symbol":"x"}})", one_name) ==
          "params.request: missing member 'prices'");
    CHECK(refusal<order>(R"([{"symbol":"x","symbol":"y","prices":[]}])").starts_with("params[0]"));
    CHECK(refusal<std::map<std::string, int>>(R"([{"a":1,"b":true}])") ==
          "params[0].b: expected an integer, found a boolean");
}

TEST_CASE("arguments: numbers are taken exactly or refused") {
    CHECK(refusal<std::int8_t>("[127]") == "ok");
    CHECK(refusal<std::int8_t>("[128]").starts_with("params[0]: "));
    CHECK(refusal<std::uint8_t>("[-1]").starts_with("params[0]: "));
    CHECK(refusal<std::int64_t>("[9223372036854775807]") == "ok");
    CHECK(refusal<std::int64_t>("[9223372036854775808]").starts_with("params[0]: "));
    CHECK(refusal<int>("[1.5]").starts_with("params[0]: "));
    CHECK(refusal<int>("[true]") == "params[0]: expected an integer, found a boolean");
    CHECK(refusal<double>("[\"NaN\"]") == "params[0]: expected a number, found a string");
    CHECK(refusal<double>("[1e400]").starts_with("params[0]: "));
    CHECK(refusal<bool>("[1]") == "params[0]: expected a boolean, found a number");
}

TEST_CASE("arguments: a string_view looks at the request, and at a copy where there are escapes") {
    const std::string params = R"( [ "rb2405" , "" , "a\"b\u00e9" ] )";
    std::tuple<borrowed_text, borrowed_text, borrowed_text> values;
    rpc::codec::read_error failure;
    REQUIRE(rpc::typed::read_arguments(params, values, nameless, failure));
    const std::string_view plain = std::get<0>(values);
    CHECK(plain == "rb2405");
    CHECK(plain.data() == params.data() + params.find("rb2405"));
    CHECK(std::string_view(std::get<1>(values)).empty());
    CHECK(std::string_view(std::get<2>(values)) == "a\"b\u00e9");

    std::tuple<borrowed_text> one;
    CHECK(read("[5]", one) == "params[0]: expected a string, found a number");
    CHECK(read("[\"a]", one).starts_with("params[0]: "));
    CHECK(read("[\"\xff\"]", one).starts_with("params[0]: "));
}

TEST_CASE("arguments: a span looks at elements that the call owns") {
    std::tuple<rpc::typed::borrowed_items<int>, rpc::typed::borrowed_items<order>> values;
    CHECK(read(R"([[1,-2,3],[{"symbol":"x","prices":[1]},{"symbol":"y","prices":[]}]])", values) ==
          "ok");
    const std::span<const int> numbers = std::get<0>(values);
    CHECK(std::vector<int>(numbers.begin(), numbers.end()) == std::vector<int>{1, -2, 3});
    const std::span<const order> orders = std::get<1>(values);
    REQUIRE(orders.size() == 2);
    CHECK(orders[1].symbol == "y");

    std::tuple<rpc::typed::borrowed_items<int>> one;
    CHECK(read("[[]]", one) == "ok");
    CHECK(std::span<const int>(std::get<0>(one)).empty());
    CHECK(read("[[1,true]]", one) == "params[0][1]: expected an integer, found a boolean");
    CHECK(read("[7]", one).starts_with("params[0]: expected an array"));
}

TEST_CASE("arguments: what is not JSON fails as such, at any place") {
    for (std::string_view params : {"[1,]", "[1", "[,1]", "[1 2]", "[xyz]", "[1]]", "[1],", "[01]",
                                    R"({"a":1,})", R"({"a" 1})"}) {
        CAPTURE(params);
        std::tuple<int, std::optional<int>> values{};
        const test::exact_text exact(params);
        rpc::codec::read_error failure;
        CHECK_FALSE(rpc::typed::read_arguments(exact.view(), values, ab, failure));
        CHECK(failure.kind == rpc::codec::read_failure::syntax);
    }
}
