// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server answers each message as JSON-RPC 2.0 and its limits say, to the byte. Method:
// literal messages to a connection whose engine is a function of the test; literal times.

#include "server_rig.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using test::at;
using test::server_rig;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

constexpr std::string_view add_7 = R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":7})";

/// A whole answer: an error named by the specification, its detail as data.
std::string named_error(std::string_view id, int code, std::string_view message,
                        std::string_view detail) {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"error":{"code":)" +
           std::to_string(code) + R"(,"message":")" + std::string(message) + R"(","data":")" +
           std::string(detail) + "\"}}";
}

std::string error(std::string_view id, int code, std::string_view message) {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"error":{"code":)" +
           std::to_string(code) + R"(,"message":")" + std::string(message) + "\"}}";
}

std::string parse_error(std::string_view detail) {
    return named_error("null", -32700, "Parse error", detail);
}

}  // namespace

TEST_CASE("server_connection: golden frames of a reply and an error, byte by byte") {
    server_rig rig;
    rig.receive(add_7);
    rig.run();
    CHECK(rig.outcome.responses.view() ==
          std::string_view("\0\0\0\x23{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":3}", 39));
    rig.outcome.responses.clear();

    rig.receive(R"({"jsonrpc":"2.0","method":"fail","id":"a"})");
    rig.run();
    CHECK(rig.outcome.responses.view() ==
          std::string_view("\0\0\0\x68{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32050,"
                           "\"message\":\"no such symbol\",\"data\":{\"symbol\":\"rb2405\"}}}",
                           108));
}

TEST_CASE("server_connection: a call is handed over with its place, id, params and no deadline") {
    server_rig rig;
    rig.receive(add_7);
    REQUIRE(rig.outcome.calls.size() == 1);
    const test::protocol::call& call = rig.outcome.calls.front();
    CHECK(call.method == 0);
    CHECK(call.id == "7");
    CHECK(call.params == "[1,2]");
    CHECK(call.deadline == test::protocol::never);
    CHECK_FALSE(call.is_batched);
    CHECK(call.state->id == "7");
    CHECK_FALSE(call.state->cancelled);
    CHECK(rig.connection.in_flight() == 1);
    CHECK(rig.answers().empty());
    rig.run();
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_connection: the deadline of a call is counted from when it arrived") {
    server_rig rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"add","rpc":{"timeout_ms":250},"id":1})", at(1000ms));
    rig.receive(R"({"jsonrpc":"2.0","method":"add","rpc":{"timeout_ms":0},"id":2})", at(1000ms));
    rig.receive(R"({"jsonrpc":"2.0","method":"add","rpc":{"timeout_ms":4294967295},"id":3})",
                at(1000ms));
    REQUIRE(rig.outcome.calls.size() == 3);
    CHECK(rig.outcome.calls[0].deadline == at(1250ms));
    CHECK(rig.outcome.calls[1].deadline == at(1000ms));
    CHECK(rig.outcome.calls[2].deadline == at(1000ms) + 4294967295ms);
}

TEST_CASE("server_connection: calls are handed over in the order of their arrival") {
    server_rig rig;
    for (int id = 0; id < 20; ++id) {
        rig.receive(R"({"jsonrpc":"2.0","method":"echo","id":)" + std::to_string(id) + "}");
    }
    REQUIRE(rig.outcome.calls.size() == 20);
    for (std::size_t id = 0; id < 20; ++id) {
        CHECK(rig.outcome.calls[id].id == std::to_string(id));
    }
}

TEST_CASE("server_connection: an id is echoed to the byte") {
    server_rig rig;
    for (std::string_view id :
         {"0", "-1", "1.50", "1e2", "18446744073709551616", "null", "\"\"", R"("\u0041\/")"}) {
        CAPTURE(id);
        CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"get_data","id":)" + std::string(id) + "}") ==
              R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":["hello",5]})");
    }
}

TEST_CASE("server_connection: a notification runs and is never answered, even when it fails") {
    server_rig rig;
    for (std::string_view method : {"add", "fail", "nobody", "rpc.nothing"}) {
        CAPTURE(method);
        CHECK(rig.tell(R"({"jsonrpc":"2.0","method":")" + std::string(method) + "\"}").empty());
        CHECK(rig.connection.in_flight() == 0);
    }
    rig.receive(R"({"jsonrpc":"2.0","method":"add"})");
    CHECK(rig.outcome.calls.size() == 1);
}

TEST_CASE("server_connection: text that is not JSON is answered with -32700, id null") {
    server_rig rig;
    CHECK(rig.ask("") == parse_error("message: expected a value, found the end of the text"));
    CHECK(rig.refusal() == "Parse error: message: expected a value, found the end of the text");
    CHECK(rig.ask("{") ==
          parse_error("message: expected a member name, found the end of the text"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","id":7,"method":"add",})") ==
          parse_error("message: expected a member name, found '}'"));
    CHECK(rig.ask(R"({"id":7,"method":[1,2})") == parse_error("message.method: expected ',' or ']',"
                                                              " found '}'"));
    CHECK(rig.ask("[1,") == parse_error("message[1]: expected a value, found the end of the text"));
    CHECK(rig.ask(add_7) == R"({"jsonrpc":"2.0","id":7,"result":3})");
}

TEST_CASE("server_connection: text that is not JSON is called so, whatever else is wrong with it") {
    rpc::server_limits limits;
    limits.id_size_max = 8;
    limits.method_size_max = 8;
    limits.calls_in_flight_max = 0;
    server_rig rig(limits);
    for (std::string_view text :
         {R"({"jsonrpc":"2.0","method":"add","params":[nonsense],"id":1})",
          R"({"jsonrpc":"2.0","method":"nobody","params":[nonsense],"id":1})",
          R"({"jsonrpc":"2.0","method":"rpc.ping","params":[nonsense],"id":1})",
          R"({"jsonrpc":"2.0","method":"add","params":[nonsense],"id":"far too long"})",
          R"({"jsonrpc":"2.0","method":"far too long","params":[nonsense],"id":1})",
          R"({"jsonrpc":"2.0","result":[nonsense],"id":1})", R"({"params":[nonsense],"id":1})"}) {
        CAPTURE(text);
        CHECK(rig.ask(text).starts_with(
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error")"));
    }
}

TEST_CASE("server_connection: JSON that is no request is answered with -32600") {
    server_rig rig;
    const auto invalid = [](std::string_view id, std::string_view detail) {
        return named_error(id, -32600, "Invalid Request", detail);
    };
    CHECK(rig.ask("1") == invalid("null", "message: expected an object, found a number"));
    CHECK(rig.ask("{}") == invalid("null", "message: missing member 'jsonrpc'"));
    CHECK(rig.ask(R"({"id":7,"method":"add"})") ==
          invalid("7", "message: missing member 'jsonrpc'"));
    CHECK(rig.ask(R"({"jsonrpc":2.0,"id":7,"method":"add"})") ==
          invalid("null", "message.jsonrpc: expected a string, found a number"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","id":7,"method":1})") ==
          invalid("7", "message.method: expected a string, found a number"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","id":[7],"method":"add"})") ==
          invalid("null", "message.id: expected a string, a number or null, found an array"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","id":7,"method":"add","method":"add"})") ==
          invalid("null", "message: duplicate member 'method'"));
    CHECK(rig.refusal() == "Invalid Request: message: duplicate member 'method'");
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_connection: a member that is unknown and stands there twice is refused") {
    server_rig rig;
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"add","params":[1],"price":1,"price":2,"id":7})")
              .find("-32600") != std::string::npos);
    CHECK(rig.outcome.calls.empty());
}

TEST_CASE("server_connection: what a refusal says does not depend on how the name was escaped") {
    server_rig rig;
    const std::string text = R"({"\u0061)" + std::string(40, 'n') +
                             R"(":1,"\u006asonrpc":"\u0061)" + std::string(400, 'v') +
                             R"(","id":7})";
    CHECK(rig.ask(text) ==
          named_error("null", -32600, "Invalid Request", "message.jsonrpc: expected \\\"2.0\\\""));
}

TEST_CASE("server_connection: a method that is not served is answered with -32601 and its name") {
    server_rig rig;
    const auto missing = [](std::string_view id, std::string_view name) {
        return named_error(id, -32601, "Method not found", name);
    };
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"nobody","id":7})") == missing("7", "nobody"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"","id":7})") == missing("7", ""));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"ADD","id":7})") == missing("7", "ADD"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.nothing","id":7})") ==
          missing("7", "rpc.nothing"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"add\u0000","id":7})").size() < 200);
    CHECK(rig.outcome.refusals.empty());
    const std::string echoed =
        rig.ask(R"({"jsonrpc":"2.0","method":")" + std::string(256, 'x') + R"(","id":7})");
    CHECK(echoed.size() < 400);
}

TEST_CASE("server_connection: a name is at most method_size_max bytes, an id id_size_max") {
    rpc::server_limits limits;
    limits.method_size_max = 3;
    limits.id_size_max = 5;
    server_rig rig(limits);
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"add","params":[1],"id":"abc"})") ==
          R"({"jsonrpc":"2.0","id":"abc","result":1})");
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"echo","id":7})") ==
          named_error("7", -32601, "Method not found", "a name has at most 3 bytes"));
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"add","id":"abcd"})") ==
          named_error("null", -32600, "Invalid Request", "an id has at most 5 bytes"));
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_connection: an id over the limit is not echoed by any refusal") {
    server_rig rig;
    const std::string id = '"' + std::string(100'000, 'i') + '"';
    for (std::string_view rest : {R"(,"method":1})", R"(,"method":"add","method":"add"})", "}"}) {
        CAPTURE(rest);
        CHECK(rig.ask(R"({"jsonrpc":"2.0","id":)" + id + std::string(rest)).size() < 1000);
    }
}

TEST_CASE("server_connection: more calls than may be in flight are refused, one ended makes room") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 2;
    server_rig rig(limits);
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":1})");
    CHECK_FALSE(rig.outcome.is_full);
    rig.receive(R"({"jsonrpc":"2.0","method":"add"})");
    CHECK(rig.outcome.is_full);
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":3})");
    CHECK(rig.answers() == texts{error("3", -32005, "too many calls in flight: the limit is 2")});
    rig.receive(R"({"jsonrpc":"2.0","method":"add"})");
    CHECK(rig.answers().empty());
    CHECK(rig.connection.in_flight() == 2);
    rig.receive(R"({"jsonrpc":"2.0","method":"nobody","id":4})");
    CHECK(rig.answers() == texts{named_error("4", -32601, "Method not found", "nobody")});
    rig.run();
    CHECK(rig.answers() == texts{R"({"jsonrpc":"2.0","id":1,"result":0})"});
    CHECK(rig.connection.in_flight() == 0);
    CHECK(rig.ask(add_7) == R"({"jsonrpc":"2.0","id":7,"result":3})");
}

TEST_CASE("server_connection: a call like the one before it is bound by the same limits") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 2;
    limits.id_size_max = 4;
    server_rig rig(limits);
    const auto add = [](std::string_view id) {
        return R"({"jsonrpc":"2.0","method":"add","params":[1,2],"rpc":{"timeout_ms":9},"id":)" +
               std::string(id) + "}";
    };
    rig.receive(add("1"), at(10ms));
    rig.receive(R"({"jsonrpc":"2.0","method":"sum","id":0})");
    rig.run();
    rig.answers();
    rig.receive(add("2"), at(20ms));
    CHECK_FALSE(rig.outcome.is_full);
    rig.receive(add("3"), at(30ms));
    CHECK(rig.outcome.is_full);
    REQUIRE(rig.outcome.calls.size() == 2);
    CHECK(rig.outcome.calls[1].method == 0);
    CHECK(rig.outcome.calls[1].params == "[1,2]");
    CHECK(rig.outcome.calls[1].deadline == at(39ms));
    CHECK(rig.outcome.calls[1].state->arrived == at(30ms));
    rig.receive(add("4"));
    CHECK(rig.answers() == texts{error("4", -32005, "too many calls in flight: the limit is 2")});
    rig.run();
    CHECK(rig.answers() == texts{R"({"jsonrpc":"2.0","id":2,"result":3})",
                                 R"({"jsonrpc":"2.0","id":3,"result":3})"});
    CHECK(rig.ask(add("12345")) ==
          named_error("null", -32600, "Invalid Request", "an id has at most 4 bytes"));
    rig.connection.drain();
    CHECK(rig.ask(add("5")) == error("5", -32006, "the server is shutting down"));
    CHECK(rig.connection.counters().calls == 6);
}

TEST_CASE("server_connection: while it drains, new calls are refused and running ones end") {
    server_rig rig;
    rig.receive(add_7);
    rig.connection.drain();
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":8})");
    rig.receive(R"({"jsonrpc":"2.0","method":"add"})");
    CHECK(rig.answers() == texts{error("8", -32006, "the server is shutting down")});
    CHECK(rig.outcome.calls.size() == 1);
    rig.run();
    CHECK(rig.answers() == texts{R"({"jsonrpc":"2.0","id":7,"result":3})"});
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.ping","id":9})") ==
          R"({"jsonrpc":"2.0","id":9,"result":{}})");
}

TEST_CASE("server_connection: an answer to a call that was never made is noted, not answered") {
    server_rig rig;
    for (std::string_view text : {R"({"jsonrpc":"2.0","id":1,"result":3})",
                                  R"({"jsonrpc":"2.0","id":null,"error":{"code":1}})"}) {
        rig.outcome.refusals.clear();
        CHECK(rig.tell(text).empty());
        CHECK(rig.outcome.refusals == texts{"an answer to a call that was never made"});
    }
}

TEST_CASE("server_connection: calls may end in any order, and each slot is its own") {
    server_rig rig;
    for (int id = 1; id <= 3; ++id) {
        rig.receive(R"({"jsonrpc":"2.0","method":"echo","id":)" + std::to_string(id) + "}");
    }
    const std::vector<test::protocol::call> calls = rig.outcome.calls;
    rig.outcome.calls.clear();
    rig.finish(calls[1], "2");
    rig.receive(R"({"jsonrpc":"2.0","method":"echo","id":4})");
    REQUIRE(rig.outcome.calls.size() == 1);
    CHECK(rig.outcome.calls[0].slot == calls[1].slot);
    CHECK(calls[0].state->id == "1");
    CHECK(calls[2].state->id == "3");
    rig.finish(calls[2], "3");
    rig.finish(rig.outcome.calls[0], "4");
    rig.finish(calls[0], "1");
    CHECK(rig.answers() == texts{R"({"jsonrpc":"2.0","id":2,"result":2})",
                                 R"({"jsonrpc":"2.0","id":3,"result":3})",
                                 R"({"jsonrpc":"2.0","id":4,"result":4})",
                                 R"({"jsonrpc":"2.0","id":1,"result":1})"});
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_connection: a new connection must say something in time") {
    rpc::server_limits limits;
    limits.first_frame_deadline = 100ms;
    limits.plain_idle_max = 1000ms;
    server_rig rig(limits, at(50ms));
    CHECK(rig.connection.deadline({}, false) == at(150ms));
    CHECK_FALSE(rig.connection.reason_to_end(at(149ms), {}, false).has_value());
    const auto reason = rig.connection.reason_to_end(at(150ms), {}, false);
    REQUIRE(reason.has_value());
    CHECK(reason->code == rpc::errc::peer_silent);
    CHECK(reason->text == "nothing was said for 100 ms");
}

TEST_CASE("server_connection: a plain peer may rest only with a call or a subscription") {
    rpc::server_limits limits;
    limits.plain_idle_max = 1000ms;
    server_rig rig(limits);
    rig.receive(add_7, at(10ms));
    CHECK(rig.connection.deadline(at(10ms), false) == test::protocol::never);
    rig.run();
    CHECK(rig.connection.deadline(at(10ms), false) == at(1010ms));
    CHECK(rig.connection.deadline(at(10ms), true) == test::protocol::never);
    CHECK_FALSE(rig.connection.reason_to_end(at(2000ms), at(10ms), true).has_value());
    CHECK(rig.connection.reason_to_end(at(2000ms), at(10ms), false)->text == "idle for 1000 ms");
}

TEST_CASE("server_connection: a peer that said hello must give signs of life") {
    server_rig rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})");
    CHECK(rig.connection.deadline(at(7ms), true) == at(15007ms));
    CHECK_FALSE(rig.connection.reason_to_end(at(15006ms), at(7ms), true).has_value());
    const auto reason = rig.connection.reason_to_end(at(15007ms), at(7ms), true);
    REQUIRE(reason.has_value());
    CHECK(reason->code == rpc::errc::peer_silent);
    CHECK(reason->text == "no sign of life for 15000 ms");
}

TEST_CASE("server_connection: every prefix and every flipped bit of a request does no harm") {
    const std::string sample =
        R"([{"jsonrpc":"2.0","method":"echo","params":{"a":"b\n"},"id":"x"},)"
        R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"quote","keys":["k"]}}])";
    for (std::size_t cut = 0; cut < sample.size(); ++cut) {
        server_rig rig;
        CAPTURE(cut);
        CHECK(rig.ask(std::string_view(sample).substr(0, cut)).find("-32700") != std::string::npos);
    }
    for (std::size_t bit = 0; bit < sample.size() * 8; ++bit) {
        CAPTURE(bit);
        std::string flipped = sample;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        server_rig rig;
        for (const std::string& answer : rig.tell(flipped)) {
            CHECK(nlohmann::json::accept(answer));
        }
    }
}

TEST_CASE("server_connection: a call refused for want of room is refused again when sent again") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 1;
    server_rig rig(limits, at({}), false, 1s);
    rig.greet();
    rig.receive(R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":1})");
    rig.receive(R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":2})");
    const texts refused = rig.answers();
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].find("-32005") != std::string::npos);
    server_rig next({}, at({}), false, 1s);
    next.greet();
    next.connection.resume(rig.connection, 1);
    CHECK(next.tell(R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":2})") == refused);
}

TEST_CASE("server_connection: one frame, one outcome") {
    server_rig rig({}, at({}), true);
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1}})") ==
          "judge a hello; wait");
    rig.admit();
    CHECK(rig.outcome_of(add_7) == "call 7 add [1,2]");
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"update","params":[1]})") ==
          "call - update [1]");
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":7}})") == "");
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})") ==
          R"(send {"jsonrpc":"2.0","id":1,"result":{}})");
    CHECK(rig.outcome_of(R"([{"jsonrpc":"2.0","method":"rpc.subscribe","id":1,)"
                         R"("params":{"event":"quote","keys":["a"]}},)"
                         R"({"jsonrpc":"2.0","method":"rpc.unsubscribe",)"
                         R"("params":{"event":"fill"}}])") ==
          "subscribe quote a; unsubscribe fill");
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.stats","id":1})") ==
          "server_query 1; wait");
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","id":1,"result":3})") ==
          "log an answer to a call that was never made");
}

TEST_CASE("server_connection: a frame that no more calls may follow, and one too many of a kind") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 1;
    limits.pings_per_second_max = 1;
    server_rig rig(limits);
    CHECK(rig.outcome_of(add_7) == "call 7 add [1,2]; full; wait");
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.ping"})") == "");
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.ping"})") ==
          "close: more than 1 pings within a second; wait");
}

TEST_CASE("server_connection: what a cancel reaches is part of the outcome") {
    server_rig rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":1})");
    rig.outcome.calls[0].state->cancel = [] {};
    CHECK(rig.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":1}})") ==
          "reach 1 calls");
    server_rig next;
    next.connection.resume(rig.connection, std::nullopt);
    CHECK(next.outcome_of(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":1}})") ==
          "reach 1 on an earlier connection");
}

TEST_CASE("server_connection: the log has the first refusals, then ever fewer") {
    server_rig rig;
    for (int count = 0; count < 17; ++count) {
        rig.receive("1");
    }
    REQUIRE(rig.outcome.refusals.size() == 9);
    CHECK(rig.outcome.refusals[8].ends_with("; it is number 16 on this connection"));
}

TEST_CASE("server_connection: who did not ask again hears that a call has ended elsewhere") {
    server_rig rig({}, at({}), false, 1s);
    rig.greet();
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":1})");
    server_rig next({}, at({}), false, 1s);
    next.greet();
    next.connection.resume(rig.connection, 1);
    rpc::wire::buffer frames;
    frames.append(test::framed(R"({"jsonrpc":"2.0","id":1,"result":3})"));
    next.connection.take_over(frames.view(), next.outcome.responses);
    const texts told = next.answers();
    REQUIRE(told.size() == 1);
    CHECK(told[0].find(R"("method":"rpc.ended")") != std::string::npos);
    CHECK(next.connection.in_flight() == 0);
}

TEST_CASE("server_connection: only a client whose session can go on is told that it ends") {
    for (const bool is_lasting : {true, false}) {
        server_rig rig({}, at({}), false, is_lasting ? 1s : 0s);
        rig.greet();
        CHECK(rig.connection.is_lasting() == is_lasting);
        for (const std::size_t count : {is_lasting ? 1U : 0U, 0U}) {
            rig.connection.say_bye("why", rig.outcome.responses);
            CHECK(rig.answers().size() == count);
        }
        CHECK(rig.connection.said_bye() == is_lasting);
        CHECK_FALSE(rig.connection.is_lasting());
    }
}
