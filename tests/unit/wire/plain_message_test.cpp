// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the quick way through an envelope finds what the thorough one finds, or gives up.
// Method: both take the same texts, each also with every byte changed and cut at every byte.

#include <doctest/doctest.h>
#include <gatewire/wire/json/message.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::wire::json::message;

const std::vector<std::string> plain_texts{
    R"({"jsonrpc":"2.0","method":"add","params":[1,2],"rpc":{"timeout_ms":30000},"id":17})",
    R"({"jsonrpc":"2.0","method":"add","params":{"a":"}]","b":["\\\""]},"id":0})",
    R"({"jsonrpc":"2.0","method":"stop"})",
    R"({"jsonrpc":"2.0","method":"stop","id":9007199254740993})",
    R"({"jsonrpc":"2.0","id":1,"result":null})",
    R"({"jsonrpc":"2.0","id":1,"result":"a\"}b"})",
    R"({"jsonrpc":"2.0","id":12,"result":{"x":[1,{"y":"]"}]}})"};

const std::vector<std::string> other_texts{
    R"({"jsonrpc":"2.0", "method":"add","id":1})",
    R"({"jsonrpc":"2.0","id":1,"method":"add"})",
    R"({"jsonrpc":"2.0","method":"a\u0064d","id":1})",
    R"({"jsonrpc":"2.0","method":"add","params":[1],"params":[2],"id":1})",
    R"({"jsonrpc":"2.0","method":"add","params":[1],"x":[2],"id":1})",
    R"({"jsonrpc":"2.0","method":"add","params":7,"id":1})",
    R"({"jsonrpc":"2.0","method":"add","id":01})",
    R"({"jsonrpc":"2.0","method":"add","id":"1"})",
    R"({"jsonrpc":"2.0","method":"add","rpc":{"timeout_ms":4294967296},"id":1})",
    R"({"jsonrpc":"2.0","id":1,"result":3,"x":1})",
    R"({"jsonrpc":"2.0","id":1,"result":3} )"};

/// Checks one text, kept in a block of exactly its size so that an overrun is seen.
void check_agreement(std::string_view text) {
    const std::unique_ptr<char[]> exact(new char[text.size()]);
    text.copy(exact.get(), text.size());
    const std::string_view copy(exact.get(), text.size());
    message quick;
    message thorough;
    rpc::wire::json::read_error failure;
    if (!rpc::wire::json::parse_plain_message(copy, quick)) {
        CHECK_FALSE(quick.has_method);
        CHECK(quick.id.empty());
        return;
    }
    CAPTURE(std::string(text));
    REQUIRE(rpc::wire::json::parse_any_message(copy, thorough, failure));
    CHECK(quick.method == thorough.method);
    CHECK(quick.has_method == thorough.has_method);
    CHECK(quick.id == thorough.id);
    CHECK(quick.params == thorough.params);
    CHECK(quick.result == thorough.result);
    CHECK(quick.error == thorough.error);
    CHECK(quick.timeout == thorough.timeout);
}

}  // namespace

TEST_CASE("parse_plain_message: the library's own form is taken") {
    for (const std::string& text : plain_texts) {
        CAPTURE(text);
        message quick;
        CHECK(rpc::wire::json::parse_plain_message(text, quick));
        check_agreement(text);
    }
}

TEST_CASE("parse_plain_message: every other form is left to parse_any_message") {
    for (const std::string& text : other_texts) {
        CAPTURE(text);
        message quick;
        CHECK_FALSE(rpc::wire::json::parse_plain_message(text, quick));
    }
}

TEST_CASE("parse_plain_message: a changed or cut text is never understood otherwise") {
    for (const std::string& text : plain_texts) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            check_agreement(std::string_view(text).substr(0, at));
            for (const char other : std::string_view("\"\\{}[],:0 \x01\x7f\xc3")) {
                std::string changed = text;
                changed[at] = other;
                check_agreement(changed);
            }
        }
    }
}
