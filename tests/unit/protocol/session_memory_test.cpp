// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "framing.hpp"

#include <gatewire/protocol/session_memory.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using rpc::protocol::session_memory;
using meeting = session_memory::meeting;

std::string answer(const std::string& id) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":1})";
}

struct meeting_of {
    meeting_of(session_memory& memory, const std::string& id) : what(memory.meet(id, text)) {}
    std::string text;
    meeting what;
};

/// A memory that goes on after a connection on which 1 was answered and 2 still runs.
session_memory resumed() {
    session_memory before;
    before.is_kept = true;
    before.answers.keep(test::framed(answer("1")));
    session_memory after;
    after.resume(before, {"2"}, 0);
    return after;
}

}  // namespace

TEST_CASE("session_memory: ids of one connection are all new") {
    session_memory memory;
    memory.answers.keep(test::framed(answer("1")));
    CHECK(meeting_of(memory, "1").what == meeting::fresh);
}

TEST_CASE("session_memory: a call sent again is answered, joined, or new") {
    session_memory memory = resumed();
    const meeting_of first(memory, "1");
    CHECK(first.what == meeting::answered);
    CHECK(first.text == answer("1"));
    CHECK(meeting_of(memory, "2").what == meeting::joined);
    CHECK(meeting_of(memory, "3").what == meeting::fresh);
    CHECK(meeting_of(memory, "1").what == meeting::fresh);  // twice on one connection
}

TEST_CASE("session_memory: the answer of a call that runs is sent when it was asked for again") {
    session_memory memory = resumed();
    CHECK(memory.running_elsewhere() == 1);
    rpc::wire::buffer again;
    memory.take(test::framed(answer("2")), again);
    CHECK(again.empty());
    CHECK(memory.running_elsewhere() == 0);
    CHECK(meeting_of(memory, "2").text == answer("2"));

    session_memory other = resumed();
    meeting_of(other, "2");
    other.take(test::framed(answer("2")), again);
    CHECK(again.view() == test::framed(answer("2")));
    CHECK(meeting_of(other, "2").what == meeting::fresh);
}

TEST_CASE("session_memory: a batch that ends elsewhere is taken call by call") {
    session_memory memory = resumed();
    meeting_of(memory, "2");
    rpc::wire::buffer again;
    memory.take(test::framed("[" + answer("2") + "," + answer("8") + "]"), again);
    CHECK(again.view() == test::framed(answer("2")));
    CHECK(memory.running_elsewhere() == 0);
    CHECK(meeting_of(memory, "8").what == meeting::answered);
}

TEST_CASE("session_memory: what was not asked for again is unwanted, once all was") {
    session_memory memory = resumed();
    CHECK(memory.settle() == std::vector<std::string>{"2"});
    CHECK(meeting_of(memory, "1").what == meeting::fresh);
    session_memory other = resumed();
    meeting_of(other, "2");
    CHECK(other.settle().empty());
}

TEST_CASE("session_memory: a call of an earlier connection is given up once, however often asked") {
    session_memory memory = resumed();
    CHECK(memory.give_up("2"));
    CHECK_FALSE(memory.give_up("2"));
    CHECK_FALSE(memory.give_up("3"));
    CHECK(memory.settle().empty());
    session_memory other = resumed();
    CHECK(other.settle().size() == 1);
    CHECK(other.settle().empty());
    std::vector<std::string> unwanted;
    other.acknowledged(0, unwanted);
    CHECK(unwanted.empty());
    CHECK_FALSE(other.give_up("2"));
    session_memory third;
    third.resume(other, {"9"}, {});
    CHECK(third.settle() == std::vector<std::string>{"9"});
}

TEST_CASE("session_memory: a call may be joined again on the connection after the next") {
    session_memory memory = resumed();
    meeting_of(memory, "2");
    session_memory third;
    third.resume(memory, {"9"}, {});
    CHECK(third.running_elsewhere() == 2);
    rpc::wire::buffer again;
    third.take(test::framed(answer("2")), again);
    CHECK(again.empty());  // it was asked for on the connection before only
    CHECK(meeting_of(third, "2").what == meeting::answered);
}

TEST_CASE("session_memory: of calls that end elsewhere the client is told, or gets the answer") {
    session_memory memory = resumed();
    CHECK(memory.elsewhere() == std::vector<std::string>{"2"});
    rpc::wire::buffer again;
    memory.take(test::framed(answer("2")), again);
    CHECK(memory.take_ended() == std::vector<std::string>{"2"});
    CHECK(memory.take_ended().empty());
    session_memory other = resumed();
    meeting_of(other, "2");
    other.take(test::framed(answer("2")), again);
    CHECK(other.take_ended().empty());
}

TEST_CASE("session_memory: the answer of a call that nobody asked for again is not kept") {
    session_memory memory = resumed();
    memory.settle();
    rpc::wire::buffer again;
    memory.take(test::framed(answer("2")), again);
    CHECK(again.empty());
    CHECK(memory.answers.size() == 0);
    CHECK(memory.take_ended() == std::vector<std::string>{"2"});
}
