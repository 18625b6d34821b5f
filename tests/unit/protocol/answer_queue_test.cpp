// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an answer of its own goes out at once, the answers of a batch together and once. Method:
// answers put in and ended by hand.

#include "framing.hpp"

#include <gatewire/protocol/answer_queue.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::protocol::answer_queue;
using rpc::protocol::batch_ptr;
using texts = std::vector<std::string>;

auto write(std::string_view text) {
    return [text](rpc::wire::buffer& to) { to.append(text); };
}

texts sent(answer_queue& queue) {
    return test::take_bodies(queue.frames);
}

}  // namespace

TEST_CASE("answer_queue: each answer of its own is a frame, in order") {
    answer_queue queue(1000);
    queue.answer(nullptr, "1", write("3"));
    queue.refuse(nullptr, "2", -32000, "no");
    queue.answer(nullptr, "", write("never seen"));
    queue.refuse(nullptr, "", -32000, "never seen");
    CHECK(sent(queue) ==
          texts{R"({"jsonrpc":"2.0","id":1,"result":3})",
                R"({"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"no"}})"});
    CHECK(queue.refused.empty());
}

TEST_CASE("answer_queue: a batch waits for its last message and for its own end") {
    answer_queue queue(1000);
    const batch_ptr batch = answer_queue::open_batch(3);
    queue.answer(batch, "1", write("1"));
    queue.put(batch, write("{}"));
    queue.end(batch);
    CHECK(sent(queue).empty());
    queue.end(batch);
    CHECK(sent(queue).empty());
    queue.refuse(batch, "3", 5, "m");
    CHECK(sent(queue) == texts{R"([{"jsonrpc":"2.0","id":1,"result":1},{},)"
                               R"({"jsonrpc":"2.0","id":3,"error":{"code":5,"message":"m"}}])"});
}

TEST_CASE("answer_queue: a batch without answers sends nothing") {
    answer_queue queue(1000);
    const batch_ptr batch = answer_queue::open_batch(1);
    queue.answer(batch, "", write("1"));
    queue.end(batch);
    CHECK(queue.frames.empty());
}

TEST_CASE("answer_queue: a batch of exactly the limit is sent, one byte more is one error") {
    for (std::size_t over : {0U, 1U}) {
        CAPTURE(over);
        answer_queue queue(100);
        const batch_ptr batch = answer_queue::open_batch(1);
        queue.put(batch, write(std::string(98 + over, 'x')));
        queue.end(batch);
        queue.end(batch);
        const texts answers = sent(queue);
        REQUIRE(answers.size() == 1);
        CHECK(answers[0] == (over == 0 ? "[" + std::string(98, 'x') + "]"
                                       : std::string(R"({"jsonrpc":"2.0","id":null,"error":)"
                                                     R"({"code":-32008,"message":"the answers of )"
                                                     R"(the batch are too large together"}})")));
    }
}

TEST_CASE("answer_queue: what is no request is answered even without an id, and noted") {
    answer_queue queue(1000);
    queue.refuse_as(nullptr, {}, -32700, "why");
    CHECK(queue.refused == "Parse error: why");
    CHECK(sent(queue) == texts{R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,)"
                               R"("message":"Parse error","data":"why"}})"});
    queue.refused.clear();
    queue.refuse_as(nullptr, {}, -32601, "name");
    CHECK(queue.frames.empty());
    CHECK(queue.refused.empty());
    queue.refuse_as(nullptr, "1", -32601, "name");
    CHECK(sent(queue) == texts{R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,)"
                               R"("message":"Method not found","data":"name"}})"});
}
