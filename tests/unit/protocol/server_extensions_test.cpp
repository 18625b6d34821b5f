// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the methods that begin with `rpc.` do what <gatewire/protocol/extensions.hpp> says, and
// refuse everything else with the place. Method: literal messages to one connection of a server.

#include "server_rig.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using test::at;
using test::server_rig;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

std::string request(std::string_view method, std::string_view params, std::string_view id = "1") {
    return R"({"jsonrpc":"2.0","method":"rpc.)" + std::string(method) + R"(","params":)" +
           std::string(params) + R"(,"id":)" + std::string(id) + "}";
}

std::string result(std::string_view value, std::string_view id = "1") {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":)" + std::string(value) +
           "}";
}

std::string refusal(int code, std::string_view message, std::string_view id = "1") {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"error":{"code":)" +
           std::to_string(code) + R"(,"message":")" + std::string(message) + "\"}}";
}

std::string welcome(std::string_view end = "") {
    return R"({"protocol":1,"session":"session-1","epoch":"epoch-1","resumed":false,)"
           R"("event_position":41,"limits":{"frame_size_max":1048576,"calls_in_flight_max":256,)"
           R"("batch_max":100,"subscriptions_max":1024},"heartbeat_ms":5000)" +
           std::string(end) + "}";
}

}  // namespace

TEST_CASE("server_extensions: hello tells session, epoch, position, limits and heartbeat") {
    server_rig rig;
    CHECK(rig.ask(request("hello", R"({"protocol":1})")) ==
          result(welcome(",\"differs\":null,\"grace_ms\":null,\"missed\":null,\"running\":null")));
}

TEST_CASE("server_extensions: hello tells the position of the moment and the limits in force") {
    rpc::server_limits limits;
    limits.frame_size_max = 1;
    limits.calls_in_flight_max = 2;
    limits.batch_max = 3;
    limits.subscriptions_max = 4;
    server_rig rig(limits);
    rig.position = (std::uint64_t{1} << 63) + 1;
    const auto answer = nlohmann::json::parse(rig.ask(request("hello", R"({"protocol":1})")));
    CHECK(answer["result"]["event_position"] == (std::uint64_t{1} << 63) + 1);
    CHECK(answer["result"]["limits"] == nlohmann::json{{"frame_size_max", 1},
                                                       {"calls_in_flight_max", 2},
                                                       {"batch_max", 3},
                                                       {"subscriptions_max", 4}});
}

TEST_CASE("server_extensions: a second hello is refused, one that failed does not count") {
    server_rig rig;
    CHECK(rig.ask(request("hello", R"({"protocol":2})")) ==
          refusal(-32602,
                  "params.protocol: version 2 is not known here, this server speaks "
                  "version 1"));
    CHECK(rig.ask(request("hello", "{}")) == refusal(-32602, "params: missing member 'protocol'"));
    CHECK(rig.connection.deadline(at(1ms), false) == at(300'001ms));
    CHECK(rig.ask(request("hello", R"({"protocol":1})")).find("result") != std::string::npos);
    CHECK(rig.connection.deadline(at(1ms), false) == at(15'001ms));
    CHECK(rig.ask(request("hello", R"({"protocol":1})", "2")) ==
          R"({"jsonrpc":"2.0","id":2,"error":{"code":-32600,"message":"Invalid Request",)"
          R"("data":"a second rpc.hello"}})");
    CHECK(rig.refusal() == "Invalid Request: a second rpc.hello");
}

TEST_CASE("server_extensions: hello without params, or with wrong ones, says the place") {
    server_rig rig;
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.hello","id":1})") ==
          refusal(-32602, "params: missing"));
    CHECK(rig.ask(request("hello", "[1]")) ==
          refusal(-32602, "params: expected an object, found an array"));
    CHECK(rig.ask(request("hello", R"({"protocol":"1"})"))
              .starts_with(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,)"
                           R"("message":"params.protocol: )"));
    CHECK(rig.ask(request("hello", R"({"protocol":1,"table":{"methods":{"a":1},"events":{}}})"))
              .find("params.table.methods.a: ") != std::string::npos);
}

TEST_CASE("server_extensions: hello answers with its own description of what differs") {
    server_rig rig;
    const std::string same = rig.offers.methods[0].fingerprint;
    const std::string event = rig.offers.events[1].fingerprint;
    CHECK(rig.ask(request("hello", R"({"protocol":1,"table":{"methods":{"add":")" + same +
                                       R"("},"events":{"fill":")" + event + R"("}}})")) ==
          result(welcome(",\"differs\":null,\"grace_ms\":null,\"missed\":null,\"running\":null")));

    server_rig other;
    const auto answer = nlohmann::json::parse(other.ask(request(
        "hello", R"({"protocol":1,"table":{"methods":{"add":"0000000000000000","nobody":"1"},)"
                 R"("events":{"quote":"1","nothing":"2"}}})")));
    const nlohmann::json& differs = answer["result"]["differs"];
    REQUIRE(differs["methods"].size() == 2);
    CHECK(differs["methods"]["nobody"] == nullptr);
    const nlohmann::json int32{{"kind", "integer"}, {"bits", 32}, {"signed", true}};
    CHECK(differs["methods"]["add"] ==
          nlohmann::json{{"sent", {int32, int32}}, {"returned", nlohmann::json::array()}});
    REQUIRE(differs["events"].size() == 2);
    CHECK(differs["events"]["nothing"] == nullptr);
    CHECK(differs["events"]["quote"]["sent"][0]["kind"] == "string");
}

TEST_CASE("server_extensions: ping is answered at once, with or without params") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 0;
    server_rig rig(limits);
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})") == result("{}"));
    CHECK(rig.ask(request("ping", "{}")) == result("{}"));
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.ping"})").empty());
    CHECK(rig.ask("[" + request("ping", "{}") + "]") == "[" + result("{}") + "]");
}

TEST_CASE("server_extensions: a name that begins with rpc. and is not known is no method") {
    server_rig rig;
    for (std::string_view name : {"nothing", "", "PING", "hello "}) {
        CHECK(rig.ask(request(name, "{}"))
                  .starts_with(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601)"));
    }
    // Escapes do not lead around the prefix.
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"\u0072pc.ping","id":1})") == result("{}"));
}

TEST_CASE("server_extensions: subscribe hands a wish over and is answered when it is carried out") {
    server_rig rig;
    rig.receive(request("subscribe", R"({"event":"fill"})"));
    rig.receive(request("subscribe", R"({"event":"quote","keys":["a","b"]})", "2"));
    rig.receive(request("unsubscribe", R"({"event":"quote","keys":[]})", "3"));
    rig.receive(request("unsubscribe", R"({"event":"quote","keys":null})", "4"));
    const auto& changes = rig.outcome.changes;
    REQUIRE(changes.size() == 4);
    CHECK(changes[0].is_wanted);
    CHECK(changes[0].event == 1);
    CHECK_FALSE(changes[0].keys.has_value());
    CHECK(changes[1].is_wanted);
    CHECK(changes[1].event == 0);
    CHECK(changes[1].keys == texts{"a", "b"});
    CHECK_FALSE(changes[2].is_wanted);
    CHECK(changes[2].keys == texts{});
    CHECK_FALSE(changes[3].keys.has_value());
    CHECK(rig.answers().empty());

    rig.connection.finish_change(changes[1], 42, rig.outcome.responses);
    rig.connection.refuse_change(changes[0], "too many", rig.outcome.responses);
    CHECK(rig.answers() == texts{result(R"({"position":42})", "2"), refusal(-32005, "too many")});
}

TEST_CASE("server_extensions: a subscription without an id is carried out and not answered") {
    server_rig rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"fill"}})");
    REQUIRE(rig.outcome.changes.size() == 1);
    rig.connection.finish_change(rig.outcome.changes[0], 1, rig.outcome.responses);
    CHECK(rig.answers().empty());
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_extensions: subscriptions in a batch are answered together") {
    server_rig rig;
    rig.receive("[" + request("subscribe", R"({"event":"fill"})", "1") + "," +
                request("subscribe", R"({"event":"nothing"})", "2") + "]");
    REQUIRE(rig.outcome.changes.size() == 1);
    CHECK(rig.answers().empty());
    rig.connection.finish_change(rig.outcome.changes[0], 5, rig.outcome.responses);
    CHECK(rig.answers() ==
          texts{"[" + refusal(-32602, "params.event: the server has no event 'nothing'", "2") +
                "," + result(R"({"position":5})", "1") + "]"});
}

TEST_CASE("server_extensions: a wish that cannot be is refused with its place") {
    server_rig rig;
    for (std::string_view method : {"subscribe", "unsubscribe"}) {
        CAPTURE(method);
        CHECK(rig.ask(request(method, R"({"event":"no\nthing"})")) ==
              refusal(-32602, R"(params.event: the server has no event 'no?thing')"));
        CHECK(rig.ask(request(method, R"({"event":"fill","keys":["a"]})")) ==
              refusal(-32602, "params.keys: the event 'fill' has no key"));
        CHECK(rig.ask(request(method, R"({"event":"quote","keys":["a",5]})")) ==
              refusal(-32602, "params.keys[1]: expected a string, found a number"));
        CHECK(rig.ask(request(method, R"({"event":"quote","keys":"a"})")).find("params.keys: ") !=
              std::string::npos);
        CHECK(rig.ask(request(method, R"({"keys":["a"]})")) ==
              refusal(-32602, "params: missing member 'event'"));
        CHECK(rig.ask(request(method, R"({"event":"quote","event":"fill"})")).find("-3260") !=
              std::string::npos);
    }
    CHECK(rig.outcome.changes.empty());
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("server_extensions: wishes are taken however many calls are in flight, and are none") {
    rpc::server_limits limits;
    limits.calls_in_flight_max = 2;
    server_rig rig(limits);
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":1})");
    rig.receive(request("subscribe", R"({"event":"fill"})", "2"));
    CHECK_FALSE(rig.outcome.is_full);
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":3})");
    CHECK(rig.outcome.is_full);
    rig.receive(request("subscribe", R"({"event":"quote","keys":["a"]})", "4"));
    rig.receive(request("unsubscribe", R"({"event":"fill"})", "5"));
    CHECK(rig.answers().empty());
    CHECK(rig.outcome.changes.size() == 3);
    CHECK(rig.connection.in_flight() == 2);
    // Nobody may take them for calls that still run when the session goes on elsewhere.
    server_rig next;
    next.connection.resume(rig.connection, std::nullopt);
    CHECK(next.connection.in_flight() == 2);
    for (std::string_view id : {"1", "3"}) {
        next.receive(R"({"jsonrpc":"2.0","method":"add","id":)" + std::string(id) + "}");
    }
    CHECK(next.outcome.calls.empty());
}

TEST_CASE("server_extensions: wishes are carried out before more than some of them wait") {
    server_rig rig;
    const std::size_t some = rpc::protocol::server_extensions::changes_max;
    for (std::size_t count = 0; count < some; ++count) {
        REQUIRE(rig.goes_on);
        rig.receive(request("subscribe", R"({"event":"fill"})"));
    }
    CHECK_FALSE(rig.goes_on);
}

TEST_CASE("server_extensions: cancel marks the calls of that id, and only those") {
    server_rig rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":1})");
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":"1"})");
    rig.receive(R"({"jsonrpc":"2.0","method":"add"})");
    const auto calls = rig.outcome.calls;
    REQUIRE(calls.size() == 3);
    CHECK(rig.answers().empty());
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":"1"}})");
    CHECK_FALSE(calls[0].state->cancelled);
    CHECK(calls[1].state->cancelled);
    CHECK_FALSE(calls[2].state->cancelled);
    CHECK(rig.connection.in_flight() == 3);
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":1}})");
    CHECK(calls[0].state->cancelled);
    CHECK(rig.answers().empty());
    CHECK(rig.outcome.cancels.empty());
}

TEST_CASE("server_extensions: cancel finds an id exactly as it was sent") {
    for (std::string_view id : {"7", "-7", "1.5", "1.50", "1e2", "18446744073709551616", "null",
                                R"("a")", R"("\u0061")", R"("\/")", "\"\xc3\xa9\"", "\"\""}) {
        CAPTURE(id);
        server_rig rig;
        rig.receive(R"({"jsonrpc":"2.0","method":"add","id":)" + std::string(id) + "}");
        REQUIRE(rig.outcome.calls.size() == 1);
        rig.receive(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":)" + std::string(id) +
                    "}}");
        CHECK(rig.outcome.calls[0].state->cancelled);
    }
}

TEST_CASE("server_extensions: cancel reaches a method that waits") {
    server_rig rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":7})");
    int reached = 0;
    rig.outcome.calls[0].state->cancel = [&reached] { ++reached; };
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":7}})");
    REQUIRE(rig.outcome.cancels.size() == 1);
    CHECK(reached == 0);
    rig.outcome.cancels[0]();
    CHECK(reached == 1);
}

TEST_CASE("server_extensions: a cancel of nothing, or of a call that ended, does nothing") {
    server_rig rig;
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":7}})").empty());
    rig.tell(R"({"jsonrpc":"2.0","method":"add","id":7})");
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":8})");
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":7}})").size() == 1);
    CHECK(rig.outcome.cancels.empty());
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.cancel"})").empty());
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{}})").empty());
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":[7]})").empty());
}

TEST_CASE("server_extensions: a cancel with an id of its own is answered") {
    server_rig rig;
    CHECK(rig.ask(request("cancel", R"({"id":7})")) == result("true"));
    CHECK(rig.ask(request("cancel", "{}")) == refusal(-32602, "params: missing member 'id'"));
}

TEST_CASE("server_extensions: a call of a batch is cancelled by the same batch") {
    server_rig rig;
    rig.receive(R"([{"jsonrpc":"2.0","method":"add","id":7},)"
                R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":7}}])");
    REQUIRE(rig.outcome.calls.size() == 1);
    CHECK(rig.outcome.calls[0].state->cancelled);
    rig.finish(rig.outcome.calls[0], "0");
    CHECK(rig.answers() == texts{"[" + result("0", "7") + "]"});
}

TEST_CASE("server_extensions: when the peer is gone, all of its calls are given up") {
    server_rig rig;
    int reached = 0;
    for (int id = 0; id < 3; ++id) {
        rig.receive(R"({"jsonrpc":"2.0","method":"add","id":)" + std::to_string(id) + "}");
    }
    rig.receive(R"({"jsonrpc":"2.0","method":"add"})");
    rig.outcome.calls[1].state->cancel = [&reached] { ++reached; };
    for (const std::function<void()>& reach : rig.connection.cancel_all()) {
        reach();
    }
    CHECK(reached == 1);
    for (const test::protocol::call& call : rig.outcome.calls) {
        CHECK(call.state->cancelled);
    }
    // A call that takes a slot again begins without the mark.
    rig.run();
    rig.answers();
    rig.receive(R"({"jsonrpc":"2.0","method":"add","id":9})");
    CHECK_FALSE(rig.outcome.calls[0].state->cancelled);
}
