// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: members of aggregates are counted, named and visited without macros.
// Method: aggregates of 0, 1, 2 and 64 members, in every place where a type can be declared.

#include "support.hpp"

#include <gatewire/json/reflect.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

namespace json = rpc::codec;

struct none {};

struct one {
    int only = 0;
};

struct two {
    one first_member;
    std::optional<std::string> second_member;
};

template <class T>
struct generic {
    T alpha{};
    std::vector<T> _beta2;
};

struct sixty_four {
    int m00 = 0, m01 = 1, m02 = 2, m03 = 3, m04 = 4, m05 = 5, m06 = 6, m07 = 7, m08 = 8, m09 = 9,
        m10 = 10, m11 = 11, m12 = 12, m13 = 13, m14 = 14, m15 = 15, m16 = 16, m17 = 17, m18 = 18,
        m19 = 19, m20 = 20, m21 = 21, m22 = 22, m23 = 23, m24 = 24, m25 = 25, m26 = 26, m27 = 27,
        m28 = 28, m29 = 29, m30 = 30, m31 = 31, m32 = 32, m33 = 33, m34 = 34, m35 = 35, m36 = 36,
        m37 = 37, m38 = 38, m39 = 39, m40 = 40, m41 = 41, m42 = 42, m43 = 43, m44 = 44, m45 = 45,
        m46 = 46, m47 = 47, m48 = 48, m49 = 49, m50 = 50, m51 = 51, m52 = 52, m53 = 53, m54 = 54,
        m55 = 55, m56 = 56, m57 = 57, m58 = 58, m59 = 59, m60 = 60, m61 = 61, m62 = 62, m63 = 63;
};

struct parent {
    int a = 0;
};

struct derived : parent {
    int b = 0;
};

struct with_array {
    int a = 0;
    int b[3] = {};
};

struct with_array_of_one {
    int a[1] = {};
};

struct every_kind {
    bool truth = false;
    char letter = 0;
    double real = 0;
    std::string text;
    std::array<int, 3> triple{};
    std::tuple<int, std::string> pair;
    std::map<std::string, int> names;
    std::vector<every_kind> children;
    std::optional<two> maybe;
    nlohmann::json any;
};

template <class T>
std::string names_text() {
    std::string text;
    for (std::size_t index = 0; index != json::member_count<T>; ++index) {
        text += std::string(json::member_names<T>::name(index)) + ' ';
    }
    return text;
}

}  // namespace

namespace outer::inner {

struct placed {
    int here = 0;
    generic<int> nested;
};

}  // namespace outer::inner

struct global_type {
    int x = 0;
};

TEST_CASE("reflect: members are counted and named") {
    CHECK(names_text<none>().empty());
    CHECK(names_text<one>() == "only ");
    CHECK(names_text<two>() == "first_member second_member ");
    CHECK(names_text<generic<int>>() == "alpha _beta2 ");
    CHECK(names_text<generic<two>>() == "alpha _beta2 ");
    CHECK(names_text<outer::inner::placed>() == "here nested ");
    CHECK(names_text<global_type>() == "x ");
    CHECK(names_text<every_kind>() ==
          "truth letter real text triple pair names children maybe any ");
    struct local {
        int inside = 0;
        one member;
    };
    CHECK(names_text<local>() == "inside member ");
}

TEST_CASE("reflect: 64 members are counted, named and travel") {
    CHECK(json::member_count<sixty_four> == 64);
    CHECK(json::member_names<sixty_four>::name(0) == "m00");
    CHECK(json::member_names<sixty_four>::name(63) == "m63");
    const std::string text = json_test::text_of(sixty_four{});
    CHECK(text.starts_with(R"({"m00":0,"m01":1,)"));
    CHECK(text.ends_with(R"(,"m63":63})"));
    CHECK(json_test::text_of(json_test::value_of<sixty_four>(text)) == text);
    // The other way round, each member is looked up by its name.
    std::string reversed;
    const auto sorted = nlohmann::json::parse(text);
    for (const auto& [name, value] : sorted.items()) {
        reversed.insert(0, '"' + name + "\":" + value.dump() + (reversed.empty() ? "" : ","));
    }
    CHECK(json_test::text_of(json_test::value_of<sixty_four>('{' + reversed + '}')) == text);
    CHECK(json_test::refusal<sixty_four>('{' + reversed + ",\"m63\":1}") ==
          "v: duplicate member 'm63'");
}

TEST_CASE("reflect: members are visited in order, as references to the object's own") {
    two value{{7}, "text"};
    json::visit_members(value, [](one& first, std::optional<std::string>& second) {
        first.only += 1;
        second.reset();
    });
    CHECK(value.first_member.only == 8);
    CHECK_FALSE(value.second_member.has_value());
}

TEST_CASE("reflect: what cannot be taken apart is recognised") {
    CHECK(json::aggregate_flaw_of<every_kind> == json::aggregate_flaw::none);
    CHECK(json::aggregate_flaw_of<derived> == json::aggregate_flaw::base_class);
    CHECK(json::aggregate_flaw_of<with_array> == json::aggregate_flaw::array_member);
    CHECK(json::aggregate_flaw_of<with_array_of_one> == json::aggregate_flaw::array_member);
    CHECK_FALSE(json::readable<with_array>);
    CHECK_FALSE(json::writable<derived>);
}
