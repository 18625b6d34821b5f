// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the fast way through an envelope never sees another message than the strict one. Method:
// messages of this library's own form and many near to it, both ways, field by field.

#include "exact_text.hpp"

#include <gatewire/json/message.hpp>
#include <gatewire/protocol/messages.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = rpc::codec;

const std::string own_forms[] = {
    R"({"jsonrpc":"2.0","method":"add","params":[1,{"a":"]\""}],"rpc":{"timeout_ms":250},"id":7})",
    R"({"jsonrpc":"2.0","method":"add","params":{"a":[1]},"id":0})",
    R"({"jsonrpc":"2.0","method":"add","params":[]})",
    R"({"jsonrpc":"2.0","method":"add","rpc":{"timeout_ms":4294967295},"id":9007199254740991})",
    R"({"jsonrpc":"2.0","method":"add","id":12})",
    R"({"jsonrpc":"2.0","method":""})",
    R"({"jsonrpc":"2.0","id":7,"result":{"a":[1,"}"]}})",
    R"({"jsonrpc":"2.0","id":7,"result":"a\\\"b"})",
    R"({"jsonrpc":"2.0","id":7,"result":-1.5e3})",
    R"({"jsonrpc":"2.0","id":7,"result":null})",
    R"({"jsonrpc":"2.0","method":"fill","params":{"seq":42,"data":{"a":"b"}}})",
    R"({"jsonrpc":"2.0","method":"fill","params":{"seq":0,"data":1.5}})"};

/// Compares the two ways through one text. @return Whether the fast one took it.
bool ways_agree(std::string_view written) {
    const test::exact_text text(written);
    json::message fast;
    if (!json::fast_parse_message(text.view(), fast)) {
        CHECK(fast.method.empty());
        CHECK(fast.id.empty());
        CHECK_FALSE(fast.has_method);
        CHECK_FALSE(fast.timeout.has_value());
        return false;
    }
    CAPTURE(written);
    json::message strict;
    json::read_error failure;
    CHECK(json::strict_parse_message(text.view(), strict, failure));
    CHECK(fast.method == strict.method);
    CHECK(fast.id == strict.id);
    CHECK(fast.params == strict.params);
    CHECK(fast.result == strict.result);
    CHECK(fast.error == strict.error);
    CHECK(fast.timeout == strict.timeout);
    CHECK(fast.has_method == strict.has_method);
    return true;
}

/// The same for events.
bool event_ways_agree(std::string_view written) {
    const test::exact_text text(written);
    std::string_view name;
    std::string_view data;
    std::uint64_t number = 0;
    if (!rpc::protocol::read_plain_event(text.view(), name, number, data)) {
        return false;
    }
    CAPTURE(written);
    json::message strict;
    json::read_error failure;
    if (!json::validate(data, failure)) {
        return true;  // Whoever reads the data will find out.
    }
    std::string_view strict_data;
    std::uint64_t strict_number = 0;
    CHECK(json::strict_parse_message(text.view(), strict, failure));
    CHECK(strict.id.empty());
    CHECK(rpc::protocol::read_event(strict.params, strict_number, strict_data));
    CHECK(name == strict.method);
    CHECK(number == strict_number);
    CHECK(data == strict_data);
    return true;
}

/// The same for requests whose params are delimited by one look: what is JSON is taken apart in the
/// same way, and of what is not the params cannot be read.
bool request_ways_agree(std::string_view written) {
    const test::exact_text text(written);
    json::message fast;
    if (!json::fast_parse_request(text.view(), fast)) {
        CHECK(fast.method.empty());
        CHECK_FALSE(fast.has_method);
        return false;
    }
    CAPTURE(written);
    json::message strict;
    json::read_error failure;
    if (!json::validate(text.view(), failure)) {
        CHECK_FALSE(json::validate(fast.params, failure));
        return true;
    }
    CHECK(json::strict_parse_message(text.view(), strict, failure));
    CHECK(fast.method == strict.method);
    CHECK(fast.id == strict.id);
    CHECK(fast.params == strict.params);
    CHECK(fast.timeout == strict.timeout);
    CHECK(strict.has_method);
    return true;
}

/// The two ways to take a request after another one. @return Whether it was known by that.
bool known_ways_agree(std::string_view before, std::string_view written) {
    json::request_pattern known;
    json::message first;
    if (!json::fast_parse_request(before, first)) {
        return false;
    }
    known.learn(before, first);
    const test::exact_text text(written);
    std::string_view params;
    std::string_view id;
    if (!known.takes(text.view(), params, id)) {
        return false;
    }
    CAPTURE(before);
    CAPTURE(written);
    json::message again;
    CHECK(json::fast_parse_request(text.view(), again));
    CHECK(again.method == first.method);
    CHECK(again.id == id);
    CHECK(again.params == params);
    CHECK(again.timeout == known.timeout());
    return true;
}

/// The same for answers.
bool result_ways_agree(std::string_view written) {
    const test::exact_text text(written);
    std::uint64_t id = 0;
    std::string_view result;
    if (!json::fast_parse_result(text.view(), id, result)) {
        return false;
    }
    CAPTURE(written);
    json::message strict;
    json::read_error failure;
    if (!json::validate(text.view(), failure)) {
        CHECK_FALSE(json::validate(result, failure));
        return true;
    }
    CHECK(json::strict_parse_message(text.view(), strict, failure));
    CHECK(std::to_string(id) == strict.id);
    CHECK(result == strict.result);
    return true;
}

/// All ways there are. @return Whether a fast one took it.
bool all_ways_agree(std::string_view written) {
    const bool is_plain = ways_agree(written);
    const bool is_request = request_ways_agree(written);
    const bool is_result = result_ways_agree(written);
    event_ways_agree(written);
    return is_plain || is_request || is_result;
}

}  // namespace

TEST_CASE("fast_message: the library's own form goes the fast way") {
    for (const std::string& text : own_forms) {
        CAPTURE(text);
        CHECK(ways_agree(text));
        const bool has_id = text.find("\"id\":") != std::string::npos;
        const bool is_result = text.find("\"result\"") != std::string::npos;
        CHECK(request_ways_agree(text) == (has_id && !is_result));
        CHECK(result_ways_agree(text) == is_result);
        CHECK(event_ways_agree(text) == (text.find("\"seq\"") != std::string::npos));
    }
}

TEST_CASE("fast_message: a request is known by the one before it, if only params and id differ") {
    constexpr std::string_view first =
        R"({"jsonrpc":"2.0","method":"add","params":[1,2],"rpc":{"timeout_ms":250},"id":7})";
    for (const std::string_view text :
         {first,
          std::string_view(
              R"({"jsonrpc":"2.0","method":"add","params":[],"rpc":{"timeout_ms":250},"id":0})"),
          std::string_view(
              R"({"jsonrpc":"2.0","method":"add","params":{"a":[{}]},"rpc":{"timeout_ms":250},)"
              R"("id":12345678901234567890})")}) {
        CAPTURE(text);
        CHECK(known_ways_agree(first, text));
    }
    for (const std::string_view text :
         {R"({"jsonrpc":"2.0","method":"sub","params":[1,2],"rpc":{"timeout_ms":250},"id":7})",
          R"({"jsonrpc":"2.0","method":"add","params":[1,2],"rpc":{"timeout_ms":251},"id":7})",
          R"({"jsonrpc":"2.0","method":"add","params":[1,2],"rpc":{"timeout_ms":250},"id":07})",
          R"({"jsonrpc":"2.0","method":"add","params":[1,2],"rpc":{"timeout_ms":250},"id":"7"})",
          R"({"jsonrpc":"2.0","method":"add","params":[1,2],"rpc":{"timeout_ms":250},"id":})",
          R"({"jsonrpc":"2.0","method":"add","params":[1],"x":[],"rpc":{"timeout_ms":250},"id":7})",
          R"({"jsonrpc":"2.0","method":"add","params":12345,"rpc":{"timeout_ms":250},"id":7})",
          R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":7})",
          R"({"jsonrpc":"2.0","method":"add","params":,"rpc":{"timeout_ms":250},"id":7})"}) {
        CAPTURE(text);
        CHECK_FALSE(known_ways_agree(first, text));
    }
    const std::string longer =
        R"({"jsonrpc":"2.0","method":")" + std::string(100, 'a') + R"(","params":[1],"id":7})";
    CHECK_FALSE(known_ways_agree(longer, longer));
    constexpr std::string_view bare = R"({"jsonrpc":"2.0","method":"add","id":7})";
    CHECK_FALSE(known_ways_agree(bare, bare));
}

TEST_CASE("fast_message: other forms go the strict way, right or wrong") {
    for (std::string_view text :
         {"", "{", R"({"jsonrpc":"2.0"})", R"( {"jsonrpc":"2.0","method":"add"})",
          R"({"jsonrpc":"2.0","method":"add"} )", R"({"jsonrpc":"2.0","method":"add"}x)",
          R"({"jsonrpc":"2.0","method":"a\u0064d"})",
          "{\"jsonrpc\":\"2.0\",\"method\":\"\xc3\xa9\"}",
          R"({"jsonrpc":"2.0","method":"add","id":"7"})",
          R"({"jsonrpc":"2.0","method":"add","id":-1})",
          R"({"jsonrpc":"2.0","method":"add","id":01})",
          R"({"jsonrpc":"2.0","method":"add","id":1.0})",
          R"({"jsonrpc":"2.0","method":"add","params":5})",
          R"({"jsonrpc":"2.0","method":"add","rpc":{"timeout_ms":4294967296}})",
          R"({"jsonrpc":"2.0","method":"add","params":[],"params":[]})",
          R"({"jsonrpc":"2.0","method":"add","id":1,"id":1})",
          R"({"jsonrpc":"2.0","id":1,"result":1,"error":{}})",
          R"({"jsonrpc":"2.0","id":1,"error":{}})", R"({"jsonrpc":"2.0","id":null,"result":1})"}) {
        CAPTURE(text);
        json::message message;
        CHECK_FALSE(json::fast_parse_message(text, message));
    }
}

TEST_CASE("fast_message: one byte more, less or other never makes the two ways differ") {
    constexpr std::string_view bytes = "\"\\{}[],:019-.e \nxX/\x01\x7f\xff";
    std::size_t fast = 0;
    std::size_t known = 0;
    for (const std::string& text : own_forms) {
        const auto agrees = [&](std::string_view written) {
            known += known_ways_agree(text, written) ? 1U : 0U;
            return all_ways_agree(written);
        };
        for (std::size_t at = 0; at <= text.size(); ++at) {
            agrees(std::string_view(text).substr(0, at));
            for (char byte : bytes) {
                std::string more = text;
                more.insert(at, 1, byte);
                fast += agrees(more) ? 1U : 0U;
                if (at != text.size()) {
                    std::string other = text;
                    other[at] = byte;
                    fast += agrees(other) ? 1U : 0U;
                }
            }
            if (at != text.size()) {
                std::string less = text;
                less.erase(at, 1);
                fast += agrees(less) ? 1U : 0U;
            }
        }
    }
    CHECK(fast > 1000);  // most changes inside of names and values stay in the form
    CHECK(known > 100);  // as do those inside of params and ids
}
