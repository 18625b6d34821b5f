// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "framing.hpp"

#include <gatewire/protocol/server_resume_state.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using rpc::protocol::server_resume_state;
using meeting = server_resume_state::meeting;

std::string answer(const std::string& id) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":1})";
}

struct meeting_of {
    meeting_of(server_resume_state& memory, const std::string& id) : what(memory.meet(id, text)) {}
    std::string text;
    meeting what;
};

/// A memory that goes on after a connection on which 1 was answered and 2 still runs.
server_resume_state resumed() {
    server_resume_state before;
    before.is_kept = true;
    before.answers.keep(test::framed(answer("1")));
    server_resume_state after;
    after.resume(before, {"2"}, 0);
    return after;
}

}  // namespace

TEST_CASE("server_resume_state: ids of one connection are all new") {
    server_resume_state memory;
    memory.answers.keep(test::framed(answer("1")));
    CHECK(meeting_of(memory, "1").what == meeting::fresh);
}

TEST_CASE("server_resume_state: a call sent again is answered, joined, or new") {
    server_resume_state memory = resumed();
    const meeting_of first(memory, "1");
    CHECK(first.what == meeting::answered);
    CHECK(first.text == answer("1"));
    CHECK(meeting_of(memory, "2").what == meeting::joined);
    CHECK(meeting_of(memory, "3").what == meeting::fresh);
    CHECK(meeting_of(memory, "1").what == meeting::fresh);  // twice on one connection
}

TEST_CASE(
    "server_resume_state: the answer of a call that runs is sent when it was asked for again") {
    server_resume_state memory = resumed();
    CHECK(memory.running_elsewhere() == 1);
    rpc::wire::buffer again;
    memory.take(test::framed(answer("2")), again);
    CHECK(again.empty());
    CHECK(memory.running_elsewhere() == 0);
    CHECK(meeting_of(memory, "2").text == answer("2"));

    server_resume_state other = resumed();
    meeting_of(other, "2");
    other.take(test::framed(answer("2")), again);
    CHECK(again.view() == test::framed(answer("2")));
    CHECK(meeting_of(other, "2").what == meeting::fresh);
}

TEST_CASE("server_resume_state: a batch that ends elsewhere is taken call by call") {
    server_resume_state memory = resumed();
    meeting_of(memory, "2");
    rpc::wire::buffer again;
    memory.take(test::framed("[" + answer("2") + "," + answer("8") + "]"), again);
    CHECK(again.view() == test::framed(answer("2")));
    CHECK(memory.running_elsewhere() == 0);
    CHECK(meeting_of(memory, "8").what == meeting::answered);
}

TEST_CASE("server_resume_state: what was not asked for again is unwanted, once all was") {
    server_resume_state memory = resumed();
    CHECK(memory.settle() == std::vector<std::string>{"2"});
    CHECK(meeting_of(memory, "1").what == meeting::fresh);
    server_resume_state other = resumed();
    meeting_of(other, "2");
    CHECK(other.settle().empty());
}

TEST_CASE(
    "server_resume_state: a call of an earlier connection is given up once, however often asked") {
    server_resume_state memory = resumed();
    CHECK(memory.give_up("2"));
    CHECK_FALSE(memory.give_up("2"));
    CHECK_FALSE(memory.give_up("3"));
    CHECK(memory.settle().empty());
    server_resume_state other = resumed();
    CHECK(other.settle().size() == 1);
    CHECK(other.settle().empty());
    std::vector<std::string> unwanted;
    other.acknowledged(0, unwanted);
    CHECK(unwanted.empty());
    CHECK_FALSE(other.give_up("2"));
    server_resume_state third;
    third.resume(other, {"9"}, {});
    CHECK(third.settle() == std::vector<std::string>{"9"});
}

TEST_CASE("server_resume_state: a call may be joined again on the connection after the next") {
    server_resume_state memory = resumed();
    meeting_of(memory, "2");
    server_resume_state third;
    third.resume(memory, {"9"}, {});
    CHECK(third.running_elsewhere() == 2);
    rpc::wire::buffer again;
    third.take(test::framed(answer("2")), again);
    CHECK(again.empty());  // it was asked for on the connection before only
    CHECK(meeting_of(third, "2").what == meeting::answered);
}

TEST_CASE(
    "server_resume_state: of calls that end elsewhere the client is told, or gets the answer") {
    server_resume_state memory = resumed();
    CHECK(memory.elsewhere() == std::vector<std::string>{"2"});
    rpc::wire::buffer again;
    memory.take(test::framed(answer("2")), again);
    CHECK(memory.take_ended() == std::vector<std::string>{"2"});
    CHECK(memory.take_ended().empty());
    server_resume_state other = resumed();
    meeting_of(other, "2");
    other.take(test::framed(answer("2")), again);
    CHECK(other.take_ended().empty());
}

TEST_CASE("server_resume_state: the answer of a call that nobody asked for again is not kept") {
    server_resume_state memory = resumed();
    memory.settle();
    rpc::wire::buffer again;
    memory.take(test::framed(answer("2")), again);
    CHECK(again.empty());
    CHECK(memory.answers.size() == 0);
    CHECK(memory.take_ended() == std::vector<std::string>{"2"});
}
