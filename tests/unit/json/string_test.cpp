// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: strings are exact UTF-8, and every escape is decoded or refused.
// Method: each kind of escape and of invalid byte at every offset from a word's start.

#include "support.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

using json_test::failure_kind;
using json_test::refusal;
using json_test::text_of;
using json_test::value_of;
using rpc::codec::read_failure;

namespace {

std::string in_quotes(std::string_view inside) {
    return '"' + std::string(inside) + '"';
}

}  // namespace

TEST_CASE("reader: escapes are decoded") {
    CHECK(value_of<std::string>(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
    CHECK(value_of<std::string>(R"("\u0041\u00e9\u20AC")") == "A\xC3\xA9\xE2\x82\xAC");
    CHECK(value_of<std::string>(R"("\ud834\udd1e")") == "\xF0\x9D\x84\x9E");
    CHECK(value_of<std::string>(R"("\uDBFF\uDFFF")") == "\xF4\x8F\xBF\xBF");
    CHECK(value_of<std::string>(R"("\u0000")") == std::string(1, '\0'));
    CHECK(value_of<std::string>(R"("plain \u0061 plain")") == "plain a plain");
}

TEST_CASE("reader: malformed escapes are refused") {
    CHECK(refusal<std::string>(R"("\x41")") == "v: an unknown escape");
    CHECK(refusal<std::string>(R"("\u12G4")") == "v: an escape needs four hexadecimal digits");
    CHECK(refusal<std::string>(R"("\u12)") == "v: an escape needs four hexadecimal digits");
    CHECK(refusal<std::string>(R"("\ud800")") == "v: half of a surrogate pair");
    CHECK(refusal<std::string>(R"("\udc00")") == "v: half of a surrogate pair");
    CHECK(refusal<std::string>(R"("\ud800\ud800")") == "v: half of a surrogate pair");
    CHECK(refusal<std::string>(R"("\ud800x")") == "v: half of a surrogate pair");
    CHECK(refusal<std::string>("\"\\") == "v: the text ends inside a string");
    CHECK(refusal<std::string>("\"abc") == "v: the text ends inside a string");
}

TEST_CASE("reader: control characters and raw zero bytes are refused") {
    for (char control = 0; control != 0x20; ++control) {
        const std::string text = in_quotes(std::string("ab") + control + "cd");
        CHECK(refusal<std::string>(text) == "v: a control character inside a string");
        CHECK(json_test::validation(text) == "v: a control character inside a string");
    }
    using namespace std::string_view_literals;
    CHECK(failure_kind<int>("1\0"sv) == read_failure::syntax);
    CHECK(failure_kind<int>("\0001"sv) == read_failure::syntax);
    CHECK(refusal<int>("1\0"sv) == "v: expected the end of the text, found byte 0x00");
}

TEST_CASE("reader: UTF-8 is exact") {
    for (const char* valid :
         {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
          "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x7F"}) {
        CHECK(value_of<std::string>(in_quotes(valid)) == valid);
        CHECK(text_of(std::string(valid)) == in_quotes(valid));
    }
    for (const char* invalid :
         {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF", "\xED\xA0\x80",
          "\xED\xBF\xBF", "\xE1\x80", "\xE1\x80 ", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80", "\xF1\x80\x80", "\xFE", "\xFF", "\xF8\x88\x80\x80\x80"}) {
        CHECK(refusal<std::string>(in_quotes(invalid)) == "v: invalid UTF-8 inside a string");
        CHECK(json_test::validation(in_quotes(invalid)) == "v: invalid UTF-8 inside a string");
        CHECK(text_of(std::string(invalid)) == "!v: a string is not valid UTF-8");
    }
}

TEST_CASE("reader: a special byte is found wherever it stands") {
    for (std::size_t size = 0; size != 40; ++size) {
        for (std::size_t at = 0; at <= size; ++at) {
            const std::string front(at, 'a');
            const std::string back(size - at, 'b');
            CHECK(value_of<std::string>(in_quotes(front + "\\n" + back)) == front + '\n' + back);
            CHECK(text_of(front + '\n' + back) == in_quotes(front + "\\n" + back));
            CHECK(text_of(front + "\xC3\xA9" + back) == in_quotes(front + "\xC3\xA9" + back));
            CHECK(refusal<std::string>(in_quotes(front + "\x1F" + back)) != "ok");
            CHECK(refusal<std::string>(in_quotes(front + "\xC3" + back)) != "ok");
            CHECK(text_of(front + "\xC3" + back) == "!v: a string is not valid UTF-8");
        }
    }
}

TEST_CASE("writer: a text of unknown encoding is written with replacement characters") {
    const auto lossy = [](std::string_view text) {
        rpc::wire::buffer out;
        rpc::codec::write_text_lossy(out, text);
        return std::string(out.view());
    };
    CHECK(lossy("plain") == R"("plain")");
    CHECK(lossy("") == R"("")");
    CHECK(lossy("a\xFF\xC3\"\xE9z") == "\"a\xEF\xBF\xBD\xEF\xBF\xBD\\\"\xEF\xBF\xBDz\"");
    CHECK(lossy("\xC3\xA9") == "\"\xC3\xA9\"");
}

TEST_CASE("reader: names and values in messages are bounded and printable") {
    const std::string name(500, 'n');
    const std::string text = refusal<std::map<std::string, int>>("{\"" + name + "\":true}");
    CHECK(text == "v." + std::string(48, 'n') + "...: expected an integer, found a boolean");
    CHECK(refusal<std::map<std::string, int>>(R"({"a\nb":true})") ==
          "v.a?b: expected an integer, found a boolean");
}
