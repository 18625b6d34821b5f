// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an answer of its own goes out at once, the answers of a batch together and once. Method:
// answers put in and ended by hand.

#include "framing.hpp"

#include <gatewire/protocol/response_writer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::protocol::batch_ptr;
using rpc::protocol::response_writer;
using texts = std::vector<std::string>;

auto write(std::string_view text) {
    return [text](rpc::wire::buffer& to) { to.append(text); };
}

}  // namespace

TEST_CASE("response_writer: each answer of its own is a frame, in order") {
    response_writer writer(1000);
    rpc::wire::buffer out;
    writer.answer({out, nullptr, "1"}, write("3"));
    writer.refuse({out, nullptr, "2"}, -32000, "no");
    writer.answer({out, nullptr, ""}, write("never seen"));
    writer.refuse({out, nullptr, ""}, -32000, "never seen");
    CHECK(test::take_bodies(out) ==
          texts{R"({"jsonrpc":"2.0","id":1,"result":3})",
                R"({"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"no"}})"});
    CHECK_FALSE(writer.has_refusal());
}

TEST_CASE("response_writer: a batch waits for its last message and for its own end") {
    response_writer writer(1000);
    rpc::wire::buffer out;
    const batch_ptr batch = response_writer::open_batch(3);
    writer.answer({out, batch, "1"}, write("1"));
    writer.put(out, batch, write("{}"));
    writer.end(out, batch);
    CHECK(test::take_bodies(out).empty());
    writer.end(out, batch);
    CHECK(test::take_bodies(out).empty());
    writer.refuse({out, batch, "3"}, 5, "m");
    CHECK(test::take_bodies(out) ==
          texts{R"([{"jsonrpc":"2.0","id":1,"result":1},{},)"
                R"({"jsonrpc":"2.0","id":3,"error":{"code":5,"message":"m"}}])"});
}

TEST_CASE("response_writer: a batch without answers sends nothing") {
    response_writer writer(1000);
    rpc::wire::buffer out;
    const batch_ptr batch = response_writer::open_batch(1);
    writer.answer({out, batch, ""}, write("1"));
    writer.end(out, batch);
    CHECK(out.empty());
}

TEST_CASE("response_writer: a batch of exactly the limit is sent, one byte more is one error") {
    for (std::size_t over : {0U, 1U}) {
        CAPTURE(over);
        response_writer writer(100);
        rpc::wire::buffer out;
        const batch_ptr batch = response_writer::open_batch(1);
        writer.put(out, batch, write(std::string(98 + over, 'x')));
        writer.end(out, batch);
        writer.end(out, batch);
        const texts answers = test::take_bodies(out);
        REQUIRE(answers.size() == 1);
        CHECK(answers[0] == (over == 0 ? "[" + std::string(98, 'x') + "]"
                                       : std::string(R"({"jsonrpc":"2.0","id":null,"error":)"
                                                     R"({"code":-32008,"message":"the answers of )"
                                                     R"(the batch are too large together"}})")));
    }
}

TEST_CASE("response_writer: what is no request is answered even without an id, and noted") {
    response_writer writer(1000);
    rpc::wire::buffer out;
    writer.refuse_as({out, nullptr, {}}, -32700, "why");
    CHECK(writer.take_refusal() == "Parse error: why");
    CHECK(writer.refusals() == 1);
    CHECK(test::take_bodies(out) == texts{R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,)"
                                          R"("message":"Parse error","data":"why"}})"});
    writer.refuse_as({out, nullptr, {}}, -32601, "name");
    CHECK(out.empty());
    CHECK_FALSE(writer.has_refusal());
    writer.refuse_as({out, nullptr, "1"}, -32601, "name");
    CHECK(test::take_bodies(out) == texts{R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,)"
                                          R"("message":"Method not found","data":"name"}})"});
}
