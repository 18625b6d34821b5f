// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a batch is answered once, with all of its answers, whatever is in it and in whatever order
// its calls end. Method: literal batches, calls ended by hand.

#include "server_rig.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using test::at;
using test::server_rig;
using texts = std::vector<std::string>;

std::string echo(int id) {
    return R"({"jsonrpc":"2.0","method":"echo","id":)" + std::to_string(id) + "}";
}

std::string echoed(int id) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + std::to_string(id) +
           "}";
}

constexpr std::string_view invalid_number =
    R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request",)"
    R"("data":"message: expected an object, found a number"}})";

}  // namespace

TEST_CASE("server_batch: one frame holds all answers, of one message too") {
    server_rig rig;
    CHECK(rig.tell("[" + echo(1) + "]") == texts{R"([{"jsonrpc":"2.0","id":1,"result":null}])"});
    CHECK(
        rig.tell(" [ " + echo(1) + " , " + echo(2) + " ] ") ==
        texts{
            R"([{"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":2,"result":null}])"});
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_batch: its calls may end in any order, and its answer is sent once") {
    std::vector<int> order{0, 1, 2, 3};
    do {
        server_rig rig;
        rig.receive("[" + echo(0) + "," + echo(1) + "," + echo(2) + "," + echo(3) + "]");
        const auto calls = rig.outcome.calls;
        REQUIRE(calls.size() == 4);
        std::string expected;
        for (int index : order) {
            CHECK(rig.answers().empty());
            CHECK(calls[static_cast<std::size_t>(index)].is_batched);
            rig.finish(calls[static_cast<std::size_t>(index)], std::to_string(index));
            expected += (expected.empty() ? "[" : ",") + echoed(index);
        }
        CHECK(rig.answers() == texts{expected + "]"});
        CHECK(rig.connection.in_flight() == 0);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("server_batch: two batches and a call of its own do not mix") {
    server_rig rig;
    rig.receive("[" + echo(1) + "," + echo(2) + "]");
    rig.receive(echo(3));
    rig.receive("[" + echo(4) + "," + echo(5) + "]");
    const auto calls = rig.outcome.calls;
    REQUIRE(calls.size() == 5);
    rig.finish(calls[4], "5");
    rig.finish(calls[0], "1");
    rig.finish(calls[2], "3");
    CHECK(rig.answers() == texts{echoed(3)});
    rig.finish(calls[3], "4");
    CHECK(rig.answers() == texts{"[" + echoed(5) + "," + echoed(4) + "]"});
    rig.finish(calls[1], "2");
    CHECK(rig.answers() == texts{"[" + echoed(1) + "," + echoed(2) + "]"});
}

TEST_CASE("server_batch: notifications only are not answered at all") {
    server_rig rig;
    CHECK(rig.tell(R"([{"jsonrpc":"2.0","method":"add"},{"jsonrpc":"2.0","method":"nobody"}])")
              .empty());
    CHECK(rig.tell(R"([{"jsonrpc":"2.0","id":1,"result":3}])").empty());
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_batch: each entry that is no request gets its own refusal") {
    server_rig rig;
    const std::string one(invalid_number);
    CHECK(rig.tell("[1]") == texts{"[" + one + "]"});
    CHECK(rig.tell("[1,2,3]") == texts{"[" + one + "," + one + "," + one + "]"});
    const texts mixed = rig.tell("[1," + echo(1) + "]");
    CHECK(mixed == texts{"[" + one + R"(,{"jsonrpc":"2.0","id":1,"result":null}])"});
}

TEST_CASE("server_batch: a batch in a batch is no request") {
    server_rig rig;
    const std::string answer = rig.ask("[[" + echo(1) + "]]");
    CHECK(answer.starts_with(R"([{"jsonrpc":"2.0","id":null,"error":{"code":-32600)"));
    CHECK(rig.outcome.calls.empty());
}

TEST_CASE("server_batch: an empty batch is refused, alone and not as an array") {
    server_rig rig;
    for (std::string_view text : {"[]", " [ ] "}) {
        CHECK(rig.ask(text) ==
              R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request",)"
              R"("data":"the batch is empty"}})");
    }
}

TEST_CASE("server_batch: a batch that is not JSON is refused whole, and nothing of it runs") {
    server_rig rig;
    for (const std::string& text :
         {"[" + echo(1) + ",", "[" + echo(1) + "]]", "[" + echo(1) + " " + echo(2) + "]",
          "[" + echo(1) + R"(,{"jsonrpc":"2.0","method":"echo","params":[nonsense],"id":2}])"}) {
        CAPTURE(text);
        CHECK(rig.ask(text).starts_with(
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error")"));
        CHECK(rig.outcome.calls.empty());
        CHECK(rig.connection.in_flight() == 0);
    }
}

TEST_CASE("server_batch: batch_max messages are taken, one more refuses them all") {
    rpc::server_limits limits;
    limits.batch_max = 3;
    server_rig rig(limits);
    CHECK(rig.tell("[" + echo(1) + "," + echo(2) + "," + echo(3) + "]").size() == 1);
    CHECK(rig.ask("[" + echo(1) + "," + echo(2) + "," + echo(3) + ",4]") ==
          R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request",)"
          R"("data":"a batch holds at most 3 messages"}})");
    CHECK(rig.connection.in_flight() == 0);
    std::string many = "[1";
    for (int left = 100'000; left > 0; --left) {
        many += ",1";
    }
    CHECK(rig.ask(many + "]").size() < 200);
}

TEST_CASE("server_batch: calls over the limit in flight are refused, the others run") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 2;
    server_rig rig(limits);
    const std::string answer = rig.ask("[" + echo(1) + "," + echo(2) + "," + echo(3) + "]");
    CHECK(answer ==
          R"([{"jsonrpc":"2.0","id":3,"error":{"code":-32005,"message":)"
          R"("too many calls in flight: the limit is 2"}},)"
          R"({"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":2,"result":null}])");
}

TEST_CASE("server_batch: the same id twice is answered twice") {
    server_rig rig;
    CHECK(rig.ask("[" + echo(1) + "," + echo(1) + "]") ==
          R"([{"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":1,"result":null}])");
}

TEST_CASE("server_batch: while the server drains, every call of a batch is refused in it") {
    server_rig rig;
    rig.connection.drain();
    CHECK(rig.ask("[" + echo(1) + R"(,{"jsonrpc":"2.0","method":"rpc.ping","id":2}])") ==
          R"([{"jsonrpc":"2.0","id":1,"error":{"code":-32006,"message":)"
          R"("the server is shutting down"}},{"jsonrpc":"2.0","id":2,"result":{}}])");
}

TEST_CASE(
    "server_batch: where a session goes on elsewhere, each call of a batch is answered alone") {
    server_rig rig;
    rig.receive(R"([{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1},)"
                R"({"jsonrpc":"2.0","method":"add","params":[3,4],"id":2}])");
    const auto calls = std::exchange(rig.outcome.calls, {});
    REQUIRE(calls.size() == 2);
    rig.finish(calls[0], "3");
    CHECK(rig.answers().empty());
    server_rig next;
    next.connection.resume(rig.connection, std::nullopt);
    next.receive(R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":1})");
    CHECK(next.outcome.calls.empty());
    CHECK(next.answers() == texts{R"({"jsonrpc":"2.0","id":1,"result":3})"});
    CHECK(next.tell(R"({"jsonrpc":"2.0","method":"add","params":[3,4],"id":2})").empty());
    CHECK(next.connection.in_flight() == 1);
    CHECK(next.connection.in_flight_here() == 0);
    rig.finish(calls[1], "7");
    CHECK(rig.answers() == std::vector<std::string>{R"({"jsonrpc":"2.0","id":2,"result":7})"});
}

TEST_CASE("server_batch: what holds an answer of a call is kept, whatever ends it") {
    const std::string call = R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":1})";
    const std::string wish =
        R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"fill"},"id":2})";
    const std::string ping = R"({"jsonrpc":"2.0","method":"rpc.ping","id":3})";
    for (const bool is_call_last : {true, false}) {
        CAPTURE(is_call_last);
        server_rig rig({}, at({}), false, 1s);
        rig.greet();
        rig.receive("[" + call + "," + wish + "," + ping + "]");
        REQUIRE(rig.outcome.changes.size() == 1);
        const auto carry_out = [&] {
            rig.connection.finish_change(rig.outcome.changes[0], 7, rig.outcome.responses);
        };
        is_call_last ? carry_out() : rig.run();
        CHECK(rig.outcome.responses.empty());
        is_call_last ? rig.run() : carry_out();
        const texts answers = rig.answers();
        REQUIRE(answers.size() == 1);
        server_rig next({}, at({}), false, 1s);
        next.greet();
        next.connection.resume(rig.connection, 1);
        CHECK(next.tell(call) == texts{R"({"jsonrpc":"2.0","id":1,"result":3})"});
        CHECK(next.outcome.calls.empty());
    }
}

TEST_CASE("server_batch: a call refused for want of room is refused again when sent again") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 1;
    server_rig rig(limits, at({}), false, 1s);
    rig.greet();
    const std::string batch = "[" + echo(1) + "," + echo(2) + "]";
    rig.tell(batch);
    server_rig next({}, at({}), false, 1s);
    next.greet();
    next.connection.resume(rig.connection, 1);
    next.receive(batch);
    CHECK(next.outcome.calls.empty());
    CHECK(
        next.answers() ==
        texts{R"([{"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":2,)"
              R"("error":{"code":-32005,"message":"too many calls in flight: the limit is 1"}}])"});
}

TEST_CASE("server_batch: answers that are too large together become one error") {
    const std::string batch = "[" + echo(1) + "," + echo(2) + "]";
    const std::string whole =
        R"([{"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":2,"result":null}])";
    rpc::server_limits limits;
    limits.answer_size_max = whole.size();
    CHECK(server_rig(limits).tell(batch) == texts{whole});
    limits.answer_size_max = whole.size() - 1;
    CHECK(server_rig(limits).ask(batch) ==
          R"({"jsonrpc":"2.0","id":null,"error":{"code":-32008,"message":)"
          R"("the answers of the batch are too large together"}})");
}
