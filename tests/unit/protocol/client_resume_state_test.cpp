// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/protocol/client_resume_state.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace {

namespace protocol = rpc::protocol;
using protocol::client_resume_state;

protocol::hello_response welcome(const std::string& epoch, std::uint64_t position,
                                 bool resumed = false) {
    protocol::hello_response answer;
    answer.session = "s";
    answer.epoch = epoch;
    answer.event_position = position;
    answer.resumed = resumed;
    answer.grace_ms = 1000;
    return answer;
}

std::vector<protocol::entry_description> handlers() {
    std::vector<protocol::entry_description> events(2);
    events[0].name = "tick";
    events[1].name = "trade";
    return events;
}

}  // namespace

TEST_CASE("client_resume_state: the first session misses nothing and asks for nothing") {
    client_resume_state state;
    protocol::hello_request hello;
    state.fill(hello, handlers());
    CHECK(!hello.session);
    CHECK(!state.begin(welcome("a", 41), 41));
}

TEST_CASE(
    "client_resume_state: a hello names the session, its epoch and what arrived of each event") {
    client_resume_state state;
    state.begin(welcome("a", 41), 41);
    state.arrived({50, 43});
    state.arrived({44, 47});
    state.answered(9);
    state.received(5);
    protocol::hello_request hello;
    state.fill(hello, handlers());
    CHECK(hello.session == "s");
    CHECK(hello.epoch == "a");
    CHECK(hello.last_event == 50);
    CHECK(hello.events == std::map<std::string, std::uint64_t>{{"tick", 50}, {"trade", 47}});
    CHECK(hello.answers == 9);
    CHECK(hello.events_arrived == 5);
}

TEST_CASE("client_resume_state: a session that goes on misses what the server says, or nothing") {
    client_resume_state state;
    state.begin(welcome("a", 41), 41);
    CHECK(!state.begin(welcome("a", 60, true), 60));
    protocol::hello_response gone = welcome("a", 60, true);
    gone.missed = protocol::missed_events{42, 50, "too long ago"};
    const auto gap = state.begin(gone, 60);
    REQUIRE(gap);
    CHECK(gap->from == 42);
    CHECK(gap->to == 50);
    CHECK(gap->reason == "too long ago");
}

TEST_CASE(
    "client_resume_state: answers are counted over the connections of a session, attempts too") {
    client_resume_state state;
    state.begin(welcome("a", 41), 41);
    state.answered(9);
    state.received(5);
    protocol::hello_request hello;
    state.fill(hello, handlers());
    CHECK(hello.attempt == 1);
    state.begin(welcome("a", 41, true), 41);
    state.answered(2);
    state.fill(hello, handlers());
    CHECK(hello.answers == 11);
    CHECK(hello.attempt == 2);
    state.begin(welcome("a", 41), 41);
    state.answered(1);
    state.fill(hello, handlers());
    CHECK(hello.answers == 1);
}

TEST_CASE(
    "client_resume_state: a new session on the same server misses what was published meanwhile") {
    client_resume_state state;
    state.begin(welcome("a", 41), 41);
    state.arrived({43, 42});
    CHECK(!state.begin(welcome("a", 43), 43));
    const auto gap = state.begin(welcome("a", 50), 50);
    REQUIRE(gap);
    CHECK(gap->from == 44);
    CHECK(gap->to == 50);
}

TEST_CASE(
    "client_resume_state: a server started anew has its own numbers, all of which may be missed") {
    client_resume_state state;
    state.begin(welcome("a", 41), 41);
    state.arrived({43, 43});
    const auto gap = state.begin(welcome("b", 7), 7);
    REQUIRE(gap);
    CHECK(gap->from == 1);
    CHECK(gap->to == 7);
    CHECK(gap->reason.find("anew") != std::string::npos);
    CHECK(!state.begin(welcome("b", 7), 7));
}

TEST_CASE(
    "client_resume_state: a session that ended, or that the server does not keep, is not named") {
    client_resume_state state;
    protocol::hello_response without = welcome("a", 41);
    without.grace_ms.reset();
    state.begin(without, 41);
    protocol::hello_request hello;
    state.fill(hello, handlers());
    CHECK(!hello.session);
    state.begin(welcome("a", 41), 41);
    state.end_session();
    state.fill(hello, handlers());
    CHECK(!hello.session);
}
