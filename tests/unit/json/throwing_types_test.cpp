// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever a type of the user's throws while it is read or written is a failure like any
// other, with its place, and leaves nothing half written. Method: containers, constructors,
// conversions and iterators that throw, alone and inside of others.

#include "support.hpp"
#include "throwing.hpp"

#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <new>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace json = rpc::codec;
using test::armed;
using test::arming;
using test::lazy_rows;
using test::lot;
using test::small_vector;

namespace {

/// The failure's text for the root "v", or "ok".
template <class T>
std::string failure_of(std::string_view text) {
    const json_test::exact_text exact(text);
    std::optional<T> value;
    json::read_error error;
    return json::make_from_text(exact.view(), value, error) ? "ok" : error.text("v");
}

/// What was written, or the failure's text after an exclamation mark.
template <class T>
std::string written(const T& value) {
    rpc::wire::buffer out;
    out.append("before");
    json::write_error error;
    if (json::guarded_write(out, value, error)) {
        return std::string(out.view().substr(6));
    }
    CHECK(out.view() == "before");
    CHECK(error.is_thrown);
    return "!" + error.text("v");
}

using four = small_vector<int, 4>;
using two_texts = small_vector<std::string, 2>;

struct order {
    std::string symbol;
    four legs;
    lot size;
};

/// Takes no number below zero.
struct picky_less {
    bool operator()(int left, int right) const {
        if (left < 0 || right < 0) {
            throw std::runtime_error("not below zero");
        }
        return left < right;
    }
};

struct loud {
    loud() { throw std::runtime_error("never made"); }
    int number = 0;

    friend void from_json(const nlohmann::json&, loud&) {}
    friend void to_json(nlohmann::json&, const loud&) { throw test::mute(); }
};

}  // namespace

TEST_CASE("throwing types: a container that is full is a failure at the element that is too many") {
    CHECK(failure_of<four>("[1,2,3,4]") == "ok");
    CHECK(failure_of<four>("[1,2,3,4,5]") == "v[4]: it is full");
    CHECK(failure_of<four>("[ 1 , 2 , 3 , 4 , 5 , 6 ]") == "v[4]: it is full");
    CHECK(failure_of<two_texts>(R"(["a","b","c"])") == "v[2]: it is full");
    CHECK(failure_of<small_vector<four, 2>>("[[],[0],[]]") == "v[2]: it is full");
    CHECK(failure_of<small_vector<four, 2>>("[[],[0,0,0,0,0]]") == "v[1][4]: it is full");
    CHECK(failure_of<small_vector<int, 1, std::bad_alloc>>("[1,2]") ==
          std::string("v[1]: ") + std::bad_alloc().what());
    CHECK(failure_of<order>(R"({"symbol":"a\"]","legs":[1,2,3,4,5],"size":1})") ==
          "v.legs[4]: it is full");
    CHECK(failure_of<order>(R"({ "x\ny" : [{}], "legs" : [1,2,3,4,5] })") ==
          "v.legs[4]: it is full");
    CHECK(failure_of<std::map<std::string, four>>(R"({"a":[],"b\tc":[1,2,3,4,5]})") ==
          "v.b?c[4]: it is full");
    CHECK(failure_of<std::optional<four>>("[1,2,3,4,5]") == "v[4]: it is full");
    CHECK(failure_of<std::tuple<int, four>>("[7,[1,2,3,4,5]]") == "v[1][4]: it is full");
    CHECK(failure_of<std::array<four, 2>>("[[1],[1,2,3,4,5]]") == "v[1][4]: it is full");
    CHECK(failure_of<std::variant<int, four>>("[1,2,3,4,5]") == "v[4]: it is full");
    CHECK(failure_of<std::variant<four, std::vector<int>>>(R"({"index":0,"value":[1,2,3,4,5]})") ==
          "v.value[4]: it is full");
}

TEST_CASE("throwing types: a set whose order throws is a failure at that element") {
    CHECK(failure_of<std::set<int, picky_less>>("[1,2,-3]") == "v[2]: not below zero");
}

TEST_CASE("throwing types: what a conversion throws is a failure, whatever its type") {
    CHECK(failure_of<lot>("1") == "ok");
    CHECK(failure_of<lot>(" -1 ") == "v: a lot cannot be negative");
    CHECK(failure_of<lot>("13") == "v: the number 13 was thrown");
    CHECK(failure_of<lot>("14") == "v: the number 14 was thrown");
    CHECK(failure_of<lot>("15") == "v: something unknown was thrown");
    CHECK(failure_of<lot>("16") == "v: sixteen");
    CHECK(failure_of<std::vector<lot>>("[1,2,13]") == "v[2]: the number 13 was thrown");
    CHECK(failure_of<order>(R"({"symbol":"","legs":[],"size":13})") ==
          "v.size: the number 13 was thrown");
    CHECK(failure_of<std::vector<order>>(R"([{"legs":[],"size":13,"symbol":""}])") ==
          "v[0].size: the number 13 was thrown");
}

TEST_CASE("throwing types: a constructor that throws is a failure where its value stands") {
    CHECK(failure_of<loud>("1") == "v: never made");
    CHECK(failure_of<std::optional<loud>>("1") == "v: never made");
    CHECK(failure_of<std::vector<loud>>("[ 1]") == "v[0]: never made");
    CHECK(failure_of<std::map<std::string, loud>>(R"({"a":1})") == "v.a: never made");
    CHECK(failure_of<std::variant<bool, std::vector<loud>>>("[1]") == "v[0]: never made");
    const arming now;
    CHECK(failure_of<armed>("1") == "v: no default now");
}

TEST_CASE("throwing types: a text that is no JSON is told as such, wherever it errs") {
    CHECK(failure_of<four>("[1,2,3,4,5") == "v: expected ',' or ']', found the end of the text");
    CHECK(failure_of<std::vector<lot>>("[13,]").starts_with("v"));
}

TEST_CASE("throwing types: an iterator that throws is a failure at its element") {
    CHECK(written(lazy_rows<>(3, -1)) == "[0,1,2]");
    CHECK(written(lazy_rows<>(3, 0)) == "!v[0]: the database went away");
    CHECK(written(lazy_rows<>(1000, 500)) == "!v[500]: the database went away");
    CHECK(written(std::vector<lazy_rows<>>{{3, -1}, {3, 2}}) == "!v[1][2]: the database went away");
    CHECK(written(std::map<std::string, lazy_rows<>>{{"a", {3, 1}}}) ==
          "!v.a[1]: the database went away");
    CHECK(written(std::tuple<int, lazy_rows<std::string>>{1, {2, 1}}) ==
          "!v[1][1]: the database went away");
}

TEST_CASE("throwing types: a conversion that throws while it is written is a failure") {
    CHECK(written(lot{1}) == "1");
    CHECK(written(lot{-1}) == "!v: a lot cannot be negative");
    CHECK(written(lot{13}) == "!v: the number 13 was thrown");
    CHECK(written(std::vector<lot>{{1}, {14}}) == "!v[1]: the number 14 was thrown");
    CHECK(written(order{"x", {}, {15}}) == "!v.size: something unknown was thrown");
}

TEST_CASE("throwing types: an exception that says nothing of itself has words, too") {
    try {
        throw test::mute();
    } catch (...) {
        CHECK(rpc::detail::thrown_text() == "an exception without a text");
    }
    try {
        throw static_cast<const char*>(nullptr);
    } catch (...) {
        CHECK(rpc::detail::thrown_text() == "a null pointer was thrown");
    }
}
