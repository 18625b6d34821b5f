// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: where clients must prove who they are, nothing is done for anyone else, and everyone else
// is told so. Method: literal messages to one connection of a server, whose hello a test judges.

#include "client_rig.hpp"
#include "server_rig.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using test::at;
using test::server_rig;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

constexpr std::string_view hello_call =
    R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1,"token":"s3cret"},"id":1})";
constexpr std::string_view add_call = R"({"jsonrpc":"2.0","method":"sum","params":[1,2],"id":2})";

std::string unknown_caller(std::string_view id = "2") {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) +
           R"(,"error":{"code":-32001,"message":"the server wants to know who is calling: )"
           R"(rpc.hello comes first"}})";
}

std::string batch_of(const texts& messages) {
    std::string batch;
    for (const std::string& message : messages) {
        batch += (batch.empty() ? "[" : ",") + message;
    }
    return batch + "]";
}

/// A connection of a server that wants a token.
struct guarded : server_rig {
    explicit guarded(rpc::server_limits bounds = {}) : server_rig(bounds, at({}), true) {}
};

}  // namespace

TEST_CASE("authentication: before the hello every request is refused, whatever it asks for") {
    guarded rig;
    CHECK(rig.ask(add_call) == unknown_caller());
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"nobody","id":2})") == unknown_caller());
    for (const std::string_view method : {"subscribe", "unsubscribe", "cancel", "stats", "x"}) {
        CAPTURE(method);
        CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.)" + std::string(method) +
                      R"(","params":{"event":"fill"},"id":2})") == unknown_caller());
    }
    CHECK(rig.outcome.calls.empty());
    CHECK(rig.outcome.changes.empty());
    CHECK(rig.connection.in_flight() == 0);
}

TEST_CASE("authentication: before the hello notifications are ignored and pings are answered") {
    guarded rig;
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"sum","params":[1]})").empty());
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":1}})").empty());
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.ping","id":3})") ==
          R"({"jsonrpc":"2.0","id":3,"result":{}})");
    CHECK(rig.outcome.calls.empty());
}

TEST_CASE("authentication: before the hello a text that is no request is refused as ever") {
    guarded rig;
    CHECK(rig.ask("{").find("-32700") != std::string::npos);
    CHECK(rig.ask("[]").find("-32600") != std::string::npos);
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"sum","params":[1,],"id":2})").find("-32700") !=
          std::string::npos);
}

TEST_CASE("authentication: a batch is refused message by message") {
    guarded rig;
    CHECK(rig.ask(batch_of({std::string(add_call), R"({"jsonrpc":"2.0","method":"update"})",
                            R"({"jsonrpc":"2.0","method":"rpc.ping","id":3})"})) ==
          batch_of({unknown_caller(), R"({"jsonrpc":"2.0","id":3,"result":{}})"}));
    CHECK(rig.tell(R"([{"jsonrpc":"2.0","method":"update"}])").empty());
}

TEST_CASE("authentication: a hello waits for its verdict, and opens the connection with it") {
    guarded rig;
    CHECK(rig.tell(hello_call).empty());
    REQUIRE(rig.outcome.hello != nullptr);
    CHECK(rig.outcome.hello->token() == "s3cret");
    CHECK_FALSE(rig.connection.said_hello());
    CHECK(rig.ask(add_call) == unknown_caller());
    rig.admit();
    CHECK(rig.connection.said_hello());
    const texts answers = rig.answers();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].starts_with(R"({"jsonrpc":"2.0","id":1,"result":{"protocol":1,)"));
    CHECK(answers[0].find("s3cret") == std::string::npos);
    CHECK(rig.ask(add_call) == R"({"jsonrpc":"2.0","id":2,"result":3})");
    // A second one is refused as it is anywhere.
    CHECK(rig.ask(hello_call).find("a second rpc.hello") != std::string::npos);
    CHECK(rig.outcome.hello == nullptr);
}

TEST_CASE("authentication: a hello that is refused is answered with the reason") {
    guarded rig;
    rig.receive(hello_call);
    rig.turn_away(rpc::protocol::unauthenticated_code, "unknown \"token\"");
    CHECK(rig.answers() == texts{R"({"jsonrpc":"2.0","id":1,"error":{"code":-32001,)"
                                 R"("message":"unknown \"token\""}})"});
    CHECK_FALSE(rig.connection.said_hello());
    CHECK(rig.ask(add_call) == unknown_caller());
}

TEST_CASE("authentication: a hello without a token shows an empty one, and needs no answer") {
    guarded rig;
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1}})");
    REQUIRE(rig.outcome.hello != nullptr);
    CHECK(rig.outcome.hello->token().empty());
    rig.turn_away(rpc::protocol::unauthenticated_code, "no");
    CHECK(rig.answers().empty());
}

TEST_CASE("authentication: a hello that cannot be read is not judged") {
    guarded rig;
    CHECK(rig.ask(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":2,)"
                  R"("token":"s3cret"},"id":1})")
              .find("-32602") != std::string::npos);
    const std::string answer = rig.ask(
        R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1,"token":31337},"id":1})");
    CHECK(answer.find("-32602") != std::string::npos);
    CHECK(answer.find("31337") == std::string::npos);
    CHECK(rig.outcome.hello == nullptr);
}

TEST_CASE("authentication: a hello in a batch is answered with the batch, its company refused") {
    for (const bool is_known : {true, false}) {
        CAPTURE(is_known);
        guarded rig;
        CHECK(rig.tell(batch_of({std::string(hello_call), std::string(add_call)})).empty());
        REQUIRE(rig.outcome.hello != nullptr);
        if (is_known) {
            rig.admit();
        } else {
            rig.turn_away(rpc::protocol::unauthenticated_code, "no");
        }
        const texts answers = rig.answers();
        REQUIRE(answers.size() == 1);
        const auto batch = nlohmann::json::parse(answers[0]);
        REQUIRE(batch.size() == 2);
        CHECK(batch[0]["error"]["code"] == -32001);
        CHECK(batch[1].contains("result") == is_known);
    }
}

TEST_CASE("authentication: a second hello before the verdict on the first is refused") {
    guarded rig;
    rig.receive(hello_call);
    CHECK(rig.ask(hello_call).find("a second rpc.hello") != std::string::npos);
    CHECK(rig.outcome.hello != nullptr);
}

TEST_CASE("authentication: an open server serves peers that never say hello, and any token") {
    server_rig rig;
    CHECK(rig.ask(add_call) == R"({"jsonrpc":"2.0","id":2,"result":3})");
    CHECK(rig.ask(hello_call).find("result") != std::string::npos);
    CHECK(rig.outcome.hello == nullptr);
}

TEST_CASE("authentication: who talks without being admitted has as little time as the silent") {
    rpc::server_limits limits;
    limits.first_frame_deadline = 100ms;
    guarded rig(limits);
    rig.tell(R"({"jsonrpc":"2.0","method":"rpc.ping","id":3})", at(90ms));
    CHECK(rig.connection.deadline(at(90ms), false) == at(100ms));
    const auto why = rig.connection.reason_to_end(at(100ms), at(90ms), false);
    REQUIRE(why.has_value());
    CHECK(why->code == rpc::errc::unauthenticated);
}

TEST_CASE("authentication: calls and errors are counted, extensions and nonsense are not") {
    guarded rig;
    rig.tell(add_call);
    rig.tell(R"({"jsonrpc":"2.0","method":"sum","params":[1]})");
    rig.tell("{");
    rig.tell(hello_call);
    rig.admit();
    CHECK(rig.connection.counters().calls == 2);
    CHECK(rig.connection.counters().errors == 1);
    rig.tell(add_call);
    rig.tell(R"({"jsonrpc":"2.0","method":"nobody","id":2})");
    CHECK(rig.connection.counters().calls == 4);
    CHECK(rig.connection.counters().errors == 2);
}

TEST_CASE("authentication: a client shows its token at the hello, and none if it has none") {
    const rpc::protocol::client_contract contract = test::desk_contract();
    for (const std::string token : {"s3cret", ""}) {
        CAPTURE(token);
        rpc::protocol::client_connection connection(contract, {1s, 1s, 1s});
        rpc::wire::buffer out;
        connection.open(at({}), rpc::protocol::hello_of(contract, token), out);
        const texts sent = test::take_bodies(out);
        REQUIRE(sent.size() == 1);
        const nlohmann::json params = nlohmann::json::parse(sent[0])["params"];
        CHECK(params["token"] == (token.empty() ? nlohmann::json() : nlohmann::json(token)));
    }
}

TEST_CASE("authentication: a client that is refused knows it, and repeats no token") {
    const rpc::protocol::client_contract contract = test::desk_contract();
    rpc::protocol::client_connection connection(contract, {1s, 1s, 1s});
    rpc::wire::buffer out;
    rpc::protocol::client_outcome outcome;
    connection.open(at({}), rpc::protocol::hello_of(contract, "s3cret"), out);
    connection.receive(R"({"jsonrpc":"2.0","id":"hello","error":{"code":-32001,"message":"no"}})",
                       at(1ms), outcome);
    REQUIRE(outcome.close.has_value());
    CHECK(outcome.close->code == rpc::errc::unauthenticated);
    CHECK(outcome.close->text == "the server refused the hello: no");
    CHECK(connection.where() == rpc::protocol::client_connection::phase::greeting);
}
