// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: answers are JSON-RPC 2.0 to the byte, whatever text goes into them. Method: literal answers
// for ids, messages and data of every kind.

#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/messages.hpp>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <limits>
#include <string>
#include <string_view>

namespace {

namespace protocol = rpc::protocol;

std::string error_text(std::string_view id, int code, std::string_view message,
                       const nlohmann::json& data = nullptr) {
    rpc::wire::buffer out;
    protocol::write_error(out, id, code, message, data);
    return std::string(out.view());
}

}  // namespace

TEST_CASE("answer: a result follows the id as it was written") {
    rpc::wire::buffer out;
    protocol::begin_result(out, "\"a\\/\"");
    out.append("3}");
    CHECK(out.view() == R"({"jsonrpc":"2.0","id":"a\/","result":3})");
}

TEST_CASE("answer: an error has id, code and message, and data where there is any") {
    CHECK(error_text("7", -32000, "no") ==
          R"({"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no"}})");
    CHECK(error_text("", 5, "") ==
          R"({"jsonrpc":"2.0","id":null,"error":{"code":5,"message":""}})");
    CHECK(error_text("7", -32000, "no", {{"a", 1}}) ==
          R"({"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no","data":{"a":1}}})");
    CHECK(error_text("7", -32000, "no", false) ==
          R"({"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no","data":false}})");
}

TEST_CASE("answer: text that is not UTF-8 is mended") {
    const std::string mended = error_text("7", 1, "a\"\n\xff\xc3(");
    CHECK(nlohmann::json::accept(mended));
    CHECK(mended.starts_with(R"({"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"a\"\n)"));
}

TEST_CASE("answer: data without a JSON form is replaced by a text that says so, and where") {
    const auto data_of = [](const nlohmann::json& data) {
        return nlohmann::json::parse(error_text("7", 1, "m", data))["error"]["data"];
    };
    const std::string begin = "the error's data cannot be sent: data";
    CHECK(data_of(std::numeric_limits<double>::quiet_NaN()) == begin + ": NaN has no JSON form");
    CHECK(data_of({{"a", {1, "\xff"}}}) == begin + ".a[1]: a string is not valid UTF-8");
    nlohmann::json deep = 1;
    for (int depth = 0; depth < 100; ++depth) {
        deep = nlohmann::json::array({std::move(deep)});
    }
    CHECK(data_of(deep).get<std::string>().ends_with("nested too deeply"));
    CHECK(data_of(nlohmann::json::binary({1, 2})) == begin + ": binary data has no JSON form");
}

TEST_CASE("answer: the specification's messages belong to its codes") {
    CHECK(protocol::message_of(-32700) == "Parse error");
    CHECK(protocol::message_of(-32600) == "Invalid Request");
    CHECK(protocol::message_of(-32601) == "Method not found");
    CHECK(protocol::message_of(-32602) == "Invalid params");
    CHECK(protocol::message_of(-32603) == "Internal error");
}
