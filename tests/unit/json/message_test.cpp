// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an envelope is taken apart exactly or refused, whatever a peer writes. Method: literal
// messages for each member and each mistake; then every prefix and every flipped bit of good ones.

#include "exact_text.hpp"

#include <gatewire/json/message.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = rpc::codec;

/// The refusal's text for the root "m", or "ok".
std::string refusal(std::string_view text) {
    const test::exact_text exact(text);
    json::message parsed;
    json::read_error failure;
    return json::parse_message(exact.view(), parsed, failure) ? "ok" : failure.text("m");
}

/// A request with these members after its version and method.
std::string request_with(std::string_view members) {
    return R"({"jsonrpc":"2.0","method":"add")" + std::string(members) + "}";
}

struct parsed {
    explicit parsed(std::string_view written) : text(written) {
        json::read_error failure;
        INFO(written);
        REQUIRE(json::parse_message(text.view(), message, failure));
    }
    test::exact_text text;
    json::message message;
};

}  // namespace

TEST_CASE("message: a request is taken apart, its values as they are written") {
    const parsed one(
        R"( { "jsonrpc" : "2.0" , "method":"add", "params": [1, {"a":"]"} ] ,"id" : 7 } )");
    CHECK(one.message.has_method);
    CHECK_FALSE(one.message.is_response());
    CHECK(one.message.method == "add");
    CHECK(one.message.params == R"([1, {"a":"]"} ])");
    CHECK(one.message.id == "7");
    CHECK(one.message.result.empty());
    CHECK(one.message.error.empty());
    CHECK_FALSE(one.message.timeout.has_value());
}

TEST_CASE("message: members may come in any order") {
    const parsed one(R"({"id":"x","params":{"a":1},"method":"m","jsonrpc":"2.0"})");
    CHECK(one.message.id == R"("x")");
    CHECK(one.message.params == R"({"a":1})");
    CHECK(one.message.method == "m");
}

TEST_CASE("message: answers hold a result or an error, and an id") {
    const parsed result(R"({"jsonrpc":"2.0","id":1,"result": {"a":[1]} })");
    CHECK(result.message.is_response());
    CHECK(result.message.result == R"({"a":[1]})");
    CHECK(result.message.error.empty());

    const parsed null(R"({"jsonrpc":"2.0","id":1,"result":null})");
    CHECK(null.message.result == "null");

    const parsed error(R"({"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"x"}})");
    CHECK(error.message.is_response());
    CHECK(error.message.id == "null");
    CHECK(error.message.error == R"({"code":-1,"message":"x"})");
}

TEST_CASE("message: an id is kept to the byte, whatever kind it may have") {
    for (std::string_view id :
         {"0", "7", "-7", "1.5", "1.50", "1e2", "-0", "0.0", "18446744073709551615",
          "123456789012345678901234567890", "1E+400", "null", "\"\"", "\"a b\"", R"("\u0041\n")",
          R"("\/")", "\"\xc3\xa9\"", R"("hello")"}) {
        CAPTURE(id);
        const parsed one(request_with(",\"id\":" + std::string(id)));
        CHECK(one.message.id == id);
    }
}

TEST_CASE("message: an id of another kind is refused, and not echoed") {
    for (std::string_view id : {"true", "false", "[]", "[1]", "{}", "{\"id\":1}"}) {
        CAPTURE(id);
        const test::exact_text text(request_with(",\"id\":" + std::string(id)));
        json::message message;
        json::read_error failure;
        CHECK_FALSE(json::parse_message(text.view(), message, failure));
        CHECK(failure.text("m").starts_with("m.id: expected a string, a number or null, found a"));
        CHECK(failure.kind == json::read_failure::value);
        CHECK(message.id.empty());
    }
    CHECK(refusal(request_with(R"(,"id":01)")) != "ok");
    CHECK(refusal(request_with(R"(,"id":nul)")) != "ok");
    CHECK(refusal(request_with(R"(,"id":"a)")) != "ok");
    CHECK(refusal(request_with(",\"id\":\"\xff\"")) != "ok");
}

TEST_CASE("message: a refused message still holds the id that was met before the mistake") {
    json::message message;
    json::read_error failure;
    CHECK_FALSE(json::parse_message(R"({"jsonrpc":"2.0","id":7,"method":1})", message, failure));
    CHECK(message.id == "7");
    json::message later;
    CHECK_FALSE(json::parse_message(R"({"jsonrpc":"2.0","method":1,"id":7})", later, failure));
    CHECK(later.id.empty());
}

TEST_CASE("message: the version must be the text 2.0") {
    CHECK(refusal(R"({"method":"add","id":1})") == "m: missing member 'jsonrpc'");
    CHECK(refusal(R"({"jsonrpc":"1.0","method":"add"})") == "m.jsonrpc: expected \"2.0\"");
    CHECK(refusal(R"({"jsonrpc":"2.00","method":"add"})") == "m.jsonrpc: expected \"2.0\"");
    CHECK(refusal(R"({"jsonrpc":"","method":"add"})") == "m.jsonrpc: expected \"2.0\"");
    CHECK(refusal(R"({"jsonrpc":2.0,"method":"add"})") ==
          "m.jsonrpc: expected a string, found a number");
    CHECK(refusal(R"({"jsonrpc":null,"method":"add"})") ==
          "m.jsonrpc: expected a string, found null");
    CHECK(refusal(R"({"jsonrpc":"2.\u0030","method":"add"})") == "ok");
}

TEST_CASE("message: a method is a text, escaped or not, and may even be empty") {
    CHECK(refusal(R"({"jsonrpc":"2.0","id":1})") == "m: missing member 'method'");
    CHECK(refusal(R"({"jsonrpc":"2.0","method":1})") ==
          "m.method: expected a string, found a number");
    CHECK(refusal(R"({"jsonrpc":"2.0","method":null})") ==
          "m.method: expected a string, found null");
    const parsed empty(R"({"jsonrpc":"2.0","method":""})");
    CHECK(empty.message.has_method);
    CHECK(empty.message.method.empty());
    const parsed nul(R"({"jsonrpc":"2.0","method":"a\u0000b"})");
    CHECK(nul.message.method == std::string_view("a\0b", 3));
    // The text of later strings must not overwrite it.
    const parsed escaped(
        R"({"jsonrpc":"2.0","method":"\u0061dd","\u0069d":"\u0078yz","q":"\n\n"})");
    CHECK(escaped.message.method == "add");
    CHECK(escaped.message.id == R"("\u0078yz")");
}

TEST_CASE("message: params of any kind are delimited, not looked into") {
    for (std::string_view params :
         {"[]", "{}", "null", "5", "\"text\"", "true", "[[[1]]]", R"({"a":"}","b":"\"}"})",
          R"(["\\","\"]"])", "[1,,2]", "[nonsense]", "{\"a\" 1}"}) {
        CAPTURE(params);
        const parsed one(request_with(",\"params\":" + std::string(params) + ",\"id\":1"));
        CHECK(one.message.params == params);
        CHECK(one.message.id == "1");
    }
    CHECK(refusal(request_with(R"(,"params":,"id":1)")) == "m.params: expected a value, found ','");
    CHECK(refusal(request_with(R"(,"params":[1,"id":1)")) != "ok");
    CHECK(refusal(R"({"jsonrpc":"2.0","method":"add","params":[)") ==
          "m.params: expected a value, found the end of the text");
}

TEST_CASE("message: something cannot be a request and an answer, nor a result and an error") {
    CHECK(refusal(request_with(R"(,"id":1,"result":1)")) == "m: both a request and an answer");
    CHECK(refusal(request_with(R"(,"id":1,"error":{})")) == "m: both a request and an answer");
    CHECK(refusal(R"({"jsonrpc":"2.0","id":1,"result":1,"error":{}})") ==
          "m: both a result and an error");
    CHECK(refusal(R"({"jsonrpc":"2.0","result":1})") == "m: missing member 'id'");
    CHECK(refusal(R"({"jsonrpc":"2.0","error":{}})") == "m: missing member 'id'");
}

TEST_CASE("message: a member that stands there twice is refused") {
    constexpr std::string_view twice = "the member stands there twice";
    CHECK(refusal(R"({"jsonrpc":"2.0","jsonrpc":"2.0","method":"add"})") ==
          "m.jsonrpc: " + std::string(twice));
    CHECK(refusal(request_with(R"(,"method":"sub")")) == "m.method: " + std::string(twice));
    CHECK(refusal(request_with(R"(,"id":1,"id":1)")) == "m.id: " + std::string(twice));
    CHECK(refusal(request_with(R"(,"params":[],"params":[])")) ==
          "m.params: " + std::string(twice));
    CHECK(refusal(request_with(R"(,"rpc":{},"rpc":{})")) == "m.rpc: " + std::string(twice));
    CHECK(refusal(request_with(R"(,"\u006dethod":"sub")")) == "m.method: " + std::string(twice));
    CHECK(refusal(R"({"jsonrpc":"2.0","id":1,"result":1,"result":1})") ==
          "m.result: " + std::string(twice));
    CHECK(refusal(R"({"jsonrpc":"2.0","id":1,"error":{},"error":{}})") ==
          "m.error: " + std::string(twice));
}

TEST_CASE("message: an unknown member is ignored, but not when it stands there twice") {
    CHECK(refusal(request_with(R"(,"extra":{"a":[1,2]},"more":null)")) == "ok");
    CHECK(refusal(request_with(R"(,"extra":1,"extra":2)")) != "ok");
    CHECK(refusal(request_with(R"(,"extra":1,"ext\u0072a":2)")) != "ok");
    CHECK(refusal(request_with(R"(,"extra":{"a":1,"a":2})")) != "ok");
    CHECK(refusal(request_with(R"(,"extra":[1,])")) != "ok");
}

TEST_CASE("message: the time left is read from the member rpc") {
    CHECK(parsed(request_with(R"(,"rpc":{"timeout_ms":250})")).message.timeout == 250U);
    CHECK(parsed(request_with(R"(,"rpc":{"timeout_ms":0})")).message.timeout == 0U);
    CHECK(parsed(request_with(R"(,"rpc":{"timeout_ms":4294967295})")).message.timeout ==
          4294967295U);
    CHECK_FALSE(parsed(request_with(R"(,"rpc":{})")).message.timeout.has_value());
    CHECK_FALSE(parsed(request_with(R"(,"rpc":{"timeout_ms":null})")).message.timeout.has_value());
    CHECK(parsed(request_with(R"(,"rpc":{"key":"k","timeout_ms":1,"new":[]})")).message.timeout ==
          1U);
    CHECK(refusal(request_with(R"(,"rpc":[])")).starts_with("m.rpc: "));
    CHECK(refusal(request_with(R"(,"rpc":{"timeout_ms":-1})")).starts_with("m.rpc.timeout_ms: "));
    CHECK(refusal(request_with(R"(,"rpc":{"timeout_ms":4294967296})"))
              .starts_with("m.rpc.timeout_ms: "));
    CHECK(refusal(request_with(R"(,"rpc":{"timeout_ms":1.5})")).starts_with("m.rpc.timeout_ms: "));
    CHECK(refusal(request_with(R"(,"rpc":{"timeout_ms":"1"})")).starts_with("m.rpc.timeout_ms: "));
    CHECK(refusal(request_with(R"(,"rpc":{"timeout_ms":1,"timeout_ms":2})")) != "ok");
    CHECK(refusal(request_with(R"(,"rpc":{"key":5})")).starts_with("m.rpc.key: "));
}

TEST_CASE("message: junk is refused as what it is") {
    for (std::string_view junk :
         {"", " ", "{", "}", "{]", "[", "null", "1", "\"x\"", "true", "[1]", "{}x", "{\"a\"}",
          "{\"a\":}", "{,}", "{\"jsonrpc\":\"2.0\",\"method\":\"add\",}", "\xef\xbb\xbf{}",
          "GET / HTTP/1.1"}) {
        CAPTURE(junk);
        CHECK(refusal(junk) != "ok");
    }
    CHECK(refusal("{}") == "m: missing member 'jsonrpc'");
    CHECK(refusal(request_with("") + " \r\n\t") == "ok");
    CHECK(refusal(request_with("") + std::string(1, '\0')) != "ok");
    CHECK(refusal(request_with("") + "x") == "m: expected the end of the text, found 'x'");
}

TEST_CASE("message: an error names the member even if its name and value are both escaped") {
    // The reader keeps one store for decoded strings: the value's text takes the name's place.
    const std::string long_name(40, 'n');
    const std::string long_value(400, 'v');
    const std::string text =
        R"({"\u0061)" + long_name + R"(":1,"\u006dethod":"\u0061)" + long_value + R"(\q"})";
    CHECK(refusal(text) == "m.method: an unknown escape");
    CHECK(refusal(R"({"\u0069d":"\u0061bcdefghijklmnopqrstuvwxyz\q"})") ==
          "m.id: an unknown escape");
}

TEST_CASE("message: an array is a batch, whatever it holds") {
    CHECK(json::is_batch("[]"));
    CHECK(json::is_batch(" \t\r\n[1"));
    CHECK_FALSE(json::is_batch(""));
    CHECK_FALSE(json::is_batch("   "));
    CHECK_FALSE(json::is_batch("{}"));
    CHECK_FALSE(json::is_batch("\v[]"));
    CHECK_FALSE(json::is_batch(std::string_view("\0[]", 3)));
}

TEST_CASE("message: a batch is split into its messages as they are written") {
    const auto split = [](std::string_view text) {
        const test::exact_text exact(text);
        json::read_error failure;
        REQUIRE(json::validate(exact.view(), failure));
        std::vector<std::string_view> parts;
        json::split_array(exact.view(), parts);
        return std::vector<std::string>(parts.begin(), parts.end());
    };
    using parts = std::vector<std::string>;
    CHECK(split("[]") == parts{});
    CHECK(split(" [ ] ") == parts{});
    CHECK(split("[1]") == parts{"1"});
    CHECK(split(R"([ {"a":[1,2]} , "x,]" ,[],null, 1.5e3 ])") ==
          parts{R"({"a":[1,2]})", R"("x,]")", "[]", "null", "1.5e3"});
    CHECK(split(R"([["\\"],{"\"":"}"}])") == parts{R"(["\\"])", R"({"\"":"}"})"});
    CHECK(split("[" + std::string(30, ' ') + "1" + std::string(30, ' ') + ",2]") ==
          parts{"1", "2"});
}

TEST_CASE("message: every prefix and every flipped bit is refused or taken, and nothing else") {
    const std::string samples[] = {
        R"({"jsonrpc":"2.0","method":"add","params":[1,{"a":"b\n"}],"id":7,)"
        R"("rpc":{"timeout_ms":250,"key":"k"}})",
        R"({"jsonrpc":"2.0","id":"\u00e9x","result":{"a":[true,null,-1.5e-3,"\"}"]}})",
        R"({"\u006dethod":"\u0061dd","jsonrpc":"2.0","x":{"y":[{}],"z":"\ud834\udd1e"},"id":1})",
        R"({"jsonrpc":"2.0","error":{"code":-32000,"message":"no","data":[1]},"id":null})"};
    for (const std::string& sample : samples) {
        REQUIRE(refusal(sample) == "ok");
        for (std::size_t cut = 0; cut < sample.size(); ++cut) {
            CAPTURE(cut);
            CHECK(refusal(std::string_view(sample).substr(0, cut)) != "ok");
        }
        for (std::size_t bit = 0; bit < sample.size() * 8; ++bit) {
            CAPTURE(bit);
            std::string flipped = sample;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
            const test::exact_text exact(flipped);
            json::message message;
            json::read_error failure;
            if (!json::parse_message(exact.view(), message, failure)) {
                CHECK(failure.kind != json::read_failure::none);
                CHECK_FALSE(failure.message.empty());
                CHECK(failure.offset <= flipped.size());
            }
        }
    }
}
