// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the pieces of the reader that an envelope is parsed with do what they say.
// Method: small texts, walked by hand.

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = rpc::codec;

std::string skip_text(std::string_view text, bool checked) {
    const json_test::exact_text exact(text);
    json::strict_reader in(exact.view());
    std::string_view raw;
    const bool done = checked ? json::strict_skip_raw(in, raw) : json::fast_skip_raw(in, raw);
    return done ? std::string(raw) + '|' + std::string(in.at(), in.end())
                : "!" + in.error().text("v");
}

}  // namespace

TEST_CASE("strict_reader: what comes next is told from its first byte") {
    const auto kind = [](std::string_view text) { return json::strict_reader(text).peek(); };
    CHECK(kind(" null") == json::value_kind::null);
    CHECK(kind("true") == json::value_kind::boolean);
    CHECK(kind("false") == json::value_kind::boolean);
    CHECK(kind("\n-1") == json::value_kind::number);
    CHECK(kind("\t0") == json::value_kind::number);
    CHECK(kind("\r\"\"") == json::value_kind::string);
    CHECK(kind("[") == json::value_kind::array);
    CHECK(kind("{") == json::value_kind::object);
    CHECK(kind("") == json::value_kind::none);
    CHECK(kind("x") == json::value_kind::none);
}

TEST_CASE("strict_reader: an object is walked member by member") {
    json::strict_reader in(R"( { "a" : 1 , "b\u0063" : [ true , null ] , "d" : "x" } )");
    std::string_view name;
    std::string_view text;
    json::number_token number;
    bool truth = false;
    bool first = true;
    REQUIRE(in.enter_object());
    REQUIRE(in.next_member(first, name) == json::step::item);
    CHECK(name == "a");
    REQUIRE(in.number(number));
    CHECK(number.view() == "1");
    REQUIRE(in.next_member(first, name) == json::step::item);
    CHECK(name == "bc");
    REQUIRE(in.enter_array());
    bool first_element = true;
    REQUIRE(in.next_element(first_element) == json::step::item);
    REQUIRE(in.boolean(truth));
    CHECK(truth);
    REQUIRE(in.next_element(first_element) == json::step::item);
    REQUIRE(in.null());
    REQUIRE(in.next_element(first_element) == json::step::end);
    REQUIRE(in.next_member(first, name) == json::step::item);
    REQUIRE(in.string(text));
    CHECK(text == "x");
    REQUIRE(in.next_member(first, name) == json::step::end);
    CHECK(in.finish());
    CHECK_FALSE(in.failed());
}

TEST_CASE("strict_reader: a failure says what was expected, what was found and at which byte") {
    json::strict_reader in("[1 2]");
    bool first = true;
    json::number_token number;
    REQUIRE(in.enter_array());
    REQUIRE(in.next_element(first) == json::step::item);
    REQUIRE(in.number(number));
    CHECK(in.next_element(first) == json::step::error);
    CHECK(in.failed());
    CHECK(in.error().kind == json::read_failure::syntax);
    CHECK(in.error().message == "expected ',' or ']', found '2'");
    CHECK(in.error().offset == 3);
    json::strict_reader wrong("{}");
    CHECK_FALSE(wrong.enter_array());
    CHECK(wrong.error().kind == json::read_failure::value);
    CHECK(wrong.error().message == "expected an array, found an object");
    json::strict_reader rest("1 ,");
    REQUIRE(rest.number(number));
    CHECK_FALSE(rest.finish());
    CHECK(rest.error().message == "expected the end of the text, found ','");
    json::strict_reader control("\x01");
    CHECK_FALSE(control.null());
    CHECK(control.error().message == "expected null, found byte 0x01");
}

TEST_CASE("strict_reader: skipping gives the text of a value and stops behind it") {
    for (const bool checked : {true, false}) {
        CHECK(skip_text("1,2", checked) == "1|,2");
        CHECK(skip_text(" true}", checked) == "true|}");
        CHECK(skip_text("null", checked) == "null|");
        CHECK(skip_text(R"("a\"]",0)", checked) == R"("a\"]"|,0)");
        CHECK(skip_text(R"([1,"]",{"}":[]}],x)", checked) == R"([1,"]",{"}":[]}]|,x)");
        CHECK(skip_text(R"( {"a":{"b":"\\"}} ,)", checked) == R"({"a":{"b":"\\"}}| ,)");
        CHECK(skip_text("", checked) == "!v: expected a value, found the end of the text");
        CHECK(skip_text("]", checked) == "!v: expected a value, found ']'");
        CHECK(skip_text("[1", checked).starts_with("!v"));
        CHECK(skip_text("[\"", checked).starts_with("!v"));
    }
    CHECK(skip_text("[1,}", true) == "!v[1]: expected a value, found '}'");
    CHECK(skip_text("{\"a\":[1,}]} ", false) == "{\"a\":[1,}]|} ");
    const std::string large = "[\"" + std::string(999, ']') + "\",[" + std::string(99, '7') + "]]";
    CHECK(skip_text(large + ",", false) == large + "|,");
    // Every piece at every place in a block, with and without escapes before it.
    for (std::size_t pad = 0; pad != 40; ++pad) {
        for (const char* piece :
             {R"("}")", R"("\"]")", R"("\\")", "[{}]", R"({"a":["]"]})", "[]"}) {
            for (const char* behind : {"", ",", "]}]}]}]}]}]}]}]}]}]}]}", ",\"and more text\""}) {
                const std::string text =
                    R"({"k":[")" + std::string(pad, 'x') + R"(",)" + piece + "]}" + behind;
                CAPTURE(text);
                REQUIRE(skip_text(text, false) == skip_text(text, true));
            }
        }
    }
}

TEST_CASE("strict_reader: validation checks everything and takes numbers of any size") {
    CHECK(json_test::validation(R"( {"a":[1e999,-0,123456789012345678901234567890]} )") == "ok");
    CHECK(json_test::validation("") == "v: expected a value, found the end of the text");
    CHECK(json_test::validation("nul") == "v: expected null");
    CHECK(json_test::validation("[1]x") == "v: expected the end of the text, found 'x'");
    CHECK(json_test::validation(R"({"a":[0,{"b":tru}]})") == "v.a[1].b: expected true");
    CHECK(json_test::validation("{\"a\":1,}") == "v: expected a member name, found '}'");
    CHECK(json_test::validation("[1,]") == "v: expected a value, found ']'");
    CHECK(json_test::validation("[,1]") == "v[0]: expected a value, found ','");
    CHECK(json_test::validation("\xEF\xBB\xBF{}") == "v: expected a value, found byte 0xef");
}

TEST_CASE("strict_reader: the expected key is taken only if it stands there exactly") {
    json::strict_reader in(R"({ "price":1 , "volume" :2})");
    json::number_token number;
    REQUIRE(in.enter_object());
    CHECK_FALSE(in.accept_key("\"volume\":", true));
    CHECK(in.accept_key("\"price\":", true));
    REQUIRE(in.number(number));
    CHECK_FALSE(in.accept_end());
    CHECK_FALSE(in.accept_key("\"volume\":", false));  // there is a space before the colon
    bool first = false;
    std::string_view name;
    REQUIRE(in.next_member(first, name) == json::step::item);
    CHECK(name == "volume");
    number = {};
    REQUIRE(in.number(number));
    CHECK(in.accept_end());
    CHECK(in.finish());
}
