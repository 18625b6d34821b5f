// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "framing.hpp"

#include <gatewire/protocol/server_resume_state.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using rpc::protocol::server_resume_state;
using resent = server_resume_state::resent;

std::string answer(const std::string& id) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":1})";
}

struct resent_request {
    resent_request(server_resume_state& state, const std::string& id)
        : what(state.take_resent(id, text)) {}
    std::string text;
    resent what;
};

/// A state that goes on after a connection on which 1 was answered and 2 still runs.
server_resume_state resumed() {
    server_resume_state before;
    before.set_resumable(true);
    before.keep(test::framed(answer("1")));
    server_resume_state after;
    after.resume(before, {"2"}, 0);
    return after;
}

}  // namespace

TEST_CASE("server_resume_state: ids of one connection are all new") {
    server_resume_state state;
    state.keep(test::framed(answer("1")));
    CHECK(resent_request(state, "1").what == resent::no);
}

TEST_CASE("server_resume_state: a call sent again is answered, joined, or new") {
    server_resume_state state = resumed();
    const resent_request first(state, "1");
    CHECK(first.what == resent::answered);
    CHECK(first.text == answer("1"));
    CHECK(resent_request(state, "2").what == resent::running);
    CHECK(resent_request(state, "3").what == resent::no);
    CHECK(resent_request(state, "1").what == resent::no);  // twice on one connection
}

TEST_CASE(
    "server_resume_state: the answer of a call that runs is sent when it was asked for again") {
    server_resume_state state = resumed();
    CHECK(state.running() == 1);
    rpc::wire::buffer again;
    state.take_responses(test::framed(answer("2")), again);
    CHECK(again.empty());
    CHECK(state.running() == 0);
    CHECK(resent_request(state, "2").text == answer("2"));

    server_resume_state other = resumed();
    resent_request(other, "2");
    other.take_responses(test::framed(answer("2")), again);
    CHECK(again.view() == test::framed(answer("2")));
    CHECK(resent_request(other, "2").what == resent::no);
}

TEST_CASE("server_resume_state: a batch that ends elsewhere is taken call by call") {
    server_resume_state state = resumed();
    resent_request(state, "2");
    rpc::wire::buffer again;
    state.take_responses(test::framed("[" + answer("2") + "," + answer("8") + "]"), again);
    CHECK(again.view() == test::framed(answer("2")));
    CHECK(state.running() == 0);
    CHECK(resent_request(state, "8").what == resent::answered);
}

TEST_CASE("server_resume_state: what was not asked for again is unwanted, once all was") {
    server_resume_state state = resumed();
    CHECK(state.end_resending() == std::vector<std::string>{"2"});
    CHECK(resent_request(state, "1").what == resent::no);
    server_resume_state other = resumed();
    resent_request(other, "2");
    CHECK(other.end_resending().empty());
}

TEST_CASE(
    "server_resume_state: a call of an earlier connection is given up once, however often asked") {
    server_resume_state state = resumed();
    CHECK(state.give_up("2"));
    CHECK_FALSE(state.give_up("2"));
    CHECK_FALSE(state.give_up("3"));
    CHECK(state.end_resending().empty());
    server_resume_state other = resumed();
    CHECK(other.end_resending().size() == 1);
    CHECK(other.end_resending().empty());
    std::vector<std::string> unwanted;
    other.acknowledge(0, 0, unwanted);
    CHECK(unwanted.empty());
    CHECK_FALSE(other.give_up("2"));
    server_resume_state third;
    third.resume(other, {"9"}, {});
    CHECK(third.end_resending() == std::vector<std::string>{"9"});
}

TEST_CASE("server_resume_state: a call may be joined again on the connection after the next") {
    server_resume_state state = resumed();
    resent_request(state, "2");
    server_resume_state third;
    third.resume(state, {"9"}, {});
    CHECK(third.running() == 2);
    rpc::wire::buffer again;
    third.take_responses(test::framed(answer("2")), again);
    CHECK(again.empty());  // it was asked for on the connection before only
    CHECK(resent_request(third, "2").what == resent::answered);
}

TEST_CASE(
    "server_resume_state: of calls that end elsewhere the client is told, or gets the answer") {
    server_resume_state state = resumed();
    CHECK(state.running_ids() == std::vector<std::string>{"2"});
    rpc::wire::buffer again;
    state.take_responses(test::framed(answer("2")), again);
    CHECK(state.take_ended() == std::vector<std::string>{"2"});
    CHECK(state.take_ended().empty());
    server_resume_state other = resumed();
    resent_request(other, "2");
    other.take_responses(test::framed(answer("2")), again);
    CHECK(other.take_ended().empty());
}

TEST_CASE("server_resume_state: the answer of a call that nobody asked for again is not kept") {
    server_resume_state state = resumed();
    state.end_resending();
    rpc::wire::buffer again;
    state.take_responses(test::framed(answer("2")), again);
    CHECK(again.empty());
    CHECK(state.kept_size() == 0);
    CHECK(state.take_ended() == std::vector<std::string>{"2"});
}
