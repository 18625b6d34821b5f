// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: no text, however cut, flipped, deep or large, makes the reader crash, overrun or crawl.
// Method: every prefix and every flipped bit of a document that holds every kind of value, in
// memory of exactly its size; then depth and size at and over the limits.

#include "support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace {

namespace json = rpc::codec;

struct point {
    int x = 0;
    double y = 0;
    bool operator==(const point&) const = default;
};

struct everything {
    bool truth = false;
    std::int64_t count = 0;
    double real = 0;
    std::string text;
    std::optional<std::string> maybe;
    std::vector<point> points;
    std::map<std::string, int> names;
    std::tuple<int, std::string> pair;
    std::variant<int, double> indexed;
    std::variant<std::monostate, std::string, point> bare;
    nlohmann::json any;
    bool operator==(const everything&) const = default;
};

struct tree {
    std::vector<tree> children;
};

constexpr std::string_view document =
    R"({"truth":true,"count":-42,"real":0.125,"text":"a\u00e9\n)"
    "\xE8\x9E\xBA"
    R"(\ud834\udd1e","maybe":null,"points":[{"x":1,"y":2.5},{"y":1e3,"x":-7,"z":[null]}],)"
    R"("names":{"a":1,"b":2},"pair":[1,"two"],"indexed":{"index":1,"value":2.5},)"
    R"("bare":{"x":3,"y":4},"any":{"k":[1,2,{"d":false}]}, "unknown":{"u":[1,"s"]} })";

bool read_everything(std::string_view text, json::read_error& error) {
    const json_test::exact_text exact(text);
    everything value;
    return json::read_text(exact.view(), value, error);
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("reader: every prefix of a document is refused without a read past its end") {
    json::read_error error;
    REQUIRE(read_everything(document, error));
    REQUIRE(json_test::validation(document) == "ok");
    for (std::size_t cut = 0; cut != document.size(); ++cut) {
        CAPTURE(cut);
        const std::string_view prefix = document.substr(0, cut);
        CHECK_FALSE(read_everything(prefix, error));
        CHECK(error.kind == json::read_failure::syntax);
        CHECK(error.offset <= cut);
        CHECK(json_test::validation(prefix) != "ok");
        CHECK(json_test::failure_kind<nlohmann::json>(prefix) == json::read_failure::syntax);
        const json_test::exact_text exact(prefix);
        json::strict_reader in(exact.view());
        std::string_view raw;
        CHECK_FALSE(json::fast_skip_raw(in, raw));
    }
}

TEST_CASE("reader: a document with any bit flipped is read or refused") {
    for (std::size_t at = 0; at != document.size(); ++at) {
        for (unsigned bit = 0; bit != 8; ++bit) {
            std::string text(document);
            text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << bit));
            json::read_error error;
            const bool read = read_everything(text, error);
            const bool valid = json_test::validation(text) == "ok";
            // What is read is valid; what is no JSON is said to be none.
            CHECK((!read || valid));
            CHECK((read || error.kind != json::read_failure::none));
            CHECK((read || !error.text("v").empty()));
            const json_test::exact_text exact(text);
            json::strict_reader in(exact.view());
            std::string_view raw;
            json::fast_skip_raw(in, raw);
        }
    }
}

TEST_CASE("reader: 64 levels are read, 65 are refused") {
    CHECK(json_test::validation(nested(64)) == "ok");
    CHECK(json_test::failure_kind<nlohmann::json>(nested(64)) == json::read_failure::none);
    CHECK(json_test::validation(nested(65)).ends_with(": nested too deeply"));
    CHECK(json_test::refusal<nlohmann::json>(nested(65)).ends_with(": nested too deeply"));
    std::string text;
    for (int level = 0; level != 32; ++level) {
        text.insert(0, R"({"children":[)").append("]}");
    }
    CHECK(json_test::refusal<tree>(text) == "ok");
    CHECK(json_test::refusal<tree>(R"({"children":[)" + text + "]}")
              .ends_with(": nested too deeply"));
    json::strict_reader in("[[1]]", 1);
    CHECK_FALSE(json::strict_skip(in));
    CHECK(in.error().text("v") == "v[0]: nested too deeply");
}

TEST_CASE("reader: siblings do not add to the depth") {
    std::string text = "[";
    for (int count = 0; count != 200; ++count) {
        text += R"([],{},{"a":[]},)";
    }
    text += "0]";
    CHECK(json_test::validation(text) == "ok");
    CHECK(json_test::failure_kind<nlohmann::json>(text) == json::read_failure::none);
    const std::string_view indexed = R"({"index":1,"value":2.5})";
    std::string many = "[";
    for (int count = 0; count != 200; ++count) {
        many.append(indexed).append(",");
    }
    many.append(indexed).append("]");
    CHECK(json_test::refusal<std::vector<std::variant<int, double>>>(many) == "ok");
}

TEST_CASE("writer: 64 levels are written, 65 are refused") {
    nlohmann::json deep;
    for (int level = 0; level != 64; ++level) {
        deep = nlohmann::json::array({deep});
    }
    CHECK(json_test::text_of(deep).size() == 2 * 64 + 4);
    deep = nlohmann::json::array({deep});
    CHECK(json_test::text_of(deep).ends_with(": nested too deeply"));
    tree root;
    for (int level = 0; level != 31; ++level) {
        tree outer;
        outer.children.push_back(root);
        root = outer;
    }
    CHECK_FALSE(json_test::text_of(root).starts_with("!"));
    tree outer;
    outer.children.push_back(root);
    CHECK(json_test::text_of(outer).ends_with(": nested too deeply"));
}

TEST_CASE("writer: after a failure the next value has all the depth again") {
    rpc::wire::buffer out;
    json::write_error error;
    nlohmann::json bad = {{"a", {{{"b", "\xFF"}}}}};
    CHECK_FALSE(json::write(out, bad, error));
    CHECK(error.text("v") == "v.a[0].b: a string is not valid UTF-8");
    CHECK(error.depth_left == json::depth_max);
}

TEST_CASE("reader: a million open brackets are refused at once") {
    // In quadratic time this would take longer than the runner gives a test.
    for (const char* piece : {"[", "{\"a\":", "[{\"a\":"}) {
        std::string text;
        while (text.size() < 1'000'000) {
            text += piece;
        }
        CHECK(json_test::validation(text).ends_with(": nested too deeply"));
        CHECK(json_test::failure_kind<nlohmann::json>(text) == json::read_failure::syntax);
        CHECK(json_test::failure_kind<tree>(text) == json::read_failure::syntax);
        CHECK(json_test::failure_kind<everything>(text) == json::read_failure::syntax);
    }
}

TEST_CASE("reader: 300000 members are checked for duplicates in n log n") {
    // Compared each with each they would take longer than the runner gives a test.
    std::string text = "{";
    for (int count = 0; count != 300'000; ++count) {
        text += "\"k" + std::to_string(count) + "\":0,";
    }
    const std::string distinct = text + "\"last\":0}";
    const std::string doubled = text + "\"\\u006b77\":0}";
    CHECK(json_test::validation(distinct) == "ok");
    CHECK(json_test::validation(doubled) == "v: duplicate member 'k77'");
    CHECK(json_test::refusal<point>(doubled) == "v: duplicate member 'k77'");
    CHECK(json_test::refusal<std::map<std::string, int>>(doubled) == "v: duplicate member 'k77'");
}

TEST_CASE("reader: a million elements and a string of a megabyte are read") {
    std::string text = "[";
    for (int count = 0; count != 500'000; ++count) {
        text += "[],";
    }
    text += "[]]";
    CHECK(json_test::validation(text) == "ok");
    CHECK(json_test::value_of<std::vector<std::vector<int>>>(text).size() == 500'001);
    const std::string large(1'000'000, 'x');
    CHECK(json_test::value_of<std::string>('"' + large + '"') == large);
}
