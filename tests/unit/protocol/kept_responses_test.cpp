// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "framing.hpp"

#include <gatewire/protocol/server_resume_state.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace {

using rpc::protocol::kept_responses;

std::string answer(const std::string& id, const std::string& result = "1") {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + result + "}";
}

std::string frame(const std::string& id, const std::string& result = "1") {
    return test::framed(answer(id, result));
}

}  // namespace

TEST_CASE("kept_responses: count_frames counts what is whole, and survives what is not") {
    using rpc::protocol::count_frames;
    CHECK(count_frames("") == 0);
    CHECK(count_frames(frame("1")) == 1);
    CHECK(count_frames(frame("1") + frame("2") + test::framed("")) == 3);
    CHECK(count_frames(std::string(3, '\x7f')) == 0);
    CHECK(count_frames(std::string(9, '\x7f')) == 1);
}

TEST_CASE("kept_responses: what was not acknowledged is found on the next connection, once") {
    kept_responses kept;
    kept.keep(frame("1") + frame("2"));
    kept.keep(frame("\"x\""));
    CHECK(kept.sent() == 3);
    CHECK(!kept.take_earlier("1"));  // nothing is of an earlier connection yet
    kept.begin_connection({}, 0);
    CHECK(kept.take_earlier("1") == answer("1"));
    CHECK(!kept.take_earlier("1"));
    CHECK(kept.take_earlier("\"x\"") == answer("\"x\""));
    CHECK(!kept.take_earlier("3"));
    CHECK(kept.take_earlier("2") == answer("2"));
    CHECK(kept.size() == 0);
}

TEST_CASE("kept_responses: acknowledged answers are forgotten, those behind them are not") {
    kept_responses kept;
    const std::string large(20'000, 'x');  // more than one chunk each
    for (int id = 1; id <= 4; ++id) {
        kept.keep(frame(std::to_string(id), '"' + large + '"'));
    }
    const std::size_t all = kept.size();
    kept.acknowledge(2);
    CHECK(kept.size() == all / 2);
    kept.begin_connection(3, 0);
    CHECK(!kept.take_earlier("3"));
    CHECK(kept.take_earlier("4"));
    CHECK(kept.size() == 0);
}

TEST_CASE("kept_responses: answers that nobody asks for again are counted and not kept") {
    kept_responses kept;
    kept.skip(frame("\"hello\""));
    kept.keep(frame("1"));
    kept.acknowledge(1);  // the hello's
    kept.begin_connection(1, 5);
    CHECK(kept.sent() == 6);
    CHECK(kept.take_earlier("1") == answer("1"));
}

TEST_CASE("kept_responses: an answer sent again, and lost again, is found again") {
    kept_responses kept;
    kept.keep(frame("1"));
    kept.begin_connection({}, 1);
    kept.keep(test::framed(*kept.take_earlier("1")));
    kept.begin_connection(1, 1);
    CHECK(kept.take_earlier("1") == answer("1"));
}

TEST_CASE("kept_responses: a number that comes late forgets nothing that was sent after it") {
    kept_responses kept;
    kept.keep(frame("1") + frame("2"));
    kept.begin_connection(2, 1);  // both arrived
    kept.keep(frame("3"));
    kept.begin_connection(2, 1);  // a hello from before the answer to 3
    CHECK(kept.take_earlier("3") == answer("3"));
}

TEST_CASE(
    "kept_responses: the answers of a batch are found one by one, and errors without id not") {
    kept_responses kept;
    const std::string nobody =
        R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"m"}})";
    kept.keep(test::framed("[" + answer("1") + "," + nobody + "," + answer("2") + "]"));
    kept.begin_connection({}, 0);
    CHECK(!kept.take_earlier("null"));
    CHECK(kept.take_earlier("1") == answer("1"));
    CHECK(kept.take_earlier("2") == answer("2"));
    CHECK(kept.size() == 0);
}

TEST_CASE("kept_responses: the newer answer of an id counts, and forgetting frees all") {
    kept_responses kept;
    kept.keep(frame("1", "1") + frame("1", "22"));
    kept.keep(frame("2"));
    kept.begin_connection({}, 0);
    CHECK(kept.size() == answer("1", "22").size() + answer("2").size());
    CHECK(kept.take_earlier("1") == answer("1", "22"));
    kept.forget_earlier();
    CHECK(!kept.take_earlier("2"));
    CHECK(kept.size() == 0);
}

TEST_CASE("kept_responses: a large one is kept where it is, between others") {
    kept_responses kept;
    kept.keep(frame("1"));
    rpc::wire::buffer bytes;
    bytes.append(frame("2"));
    const char* const place = bytes.data();
    const rpc::protocol::shared_frame large(std::move(bytes));
    CHECK(large.view().data() == place);
    kept.keep(large);
    kept.keep(frame("3"));
    CHECK(kept.sent() == 3);
    CHECK(kept.size() == 3 * large.size());
    kept.acknowledge(1);
    CHECK(kept.size() == 2 * large.size());
    kept_responses other = kept;
    other.acknowledge(2);
    CHECK(other.size() == large.size());
    kept.begin_connection(1, 0);
    CHECK(!kept.take_earlier("1"));
    CHECK(kept.take_earlier("2") == answer("2"));
    CHECK(kept.take_earlier("3") == answer("3"));
    CHECK(kept.size() == 0);
}
