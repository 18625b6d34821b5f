// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client greets, subscribes, pings and tells answers from events, in the right order and at
// the right time. Method: the server's texts and the times are literals.

#include "client_rig.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using test::at;
using test::client_rig;
using test::welcome_text;
using phase = client_rig::phase;
using kind = rpc::protocol::delivery::kind;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

std::string subscribe(int number, std::string_view event, std::string_view keys = "null",
                      std::string_view method = "subscribe") {
    return R"({"jsonrpc":"2.0","method":"rpc.)" + std::string(method) + R"(","params":{"event":")" +
           std::string(event) + R"(","keys":)" + std::string(keys) + R"(},"id":"subscription:)" +
           std::to_string(number) + "\"}";
}

std::string subscribed(int number, int position = 41) {
    return R"({"jsonrpc":"2.0","id":"subscription:)" + std::to_string(number) +
           R"(","result":{"position":)" + std::to_string(position) + "}}";
}

constexpr std::string_view ping =
    R"({"jsonrpc":"2.0","method":"rpc.ping","params":{},"id":"ping"})";

}  // namespace

TEST_CASE("client_connection: the golden frame of the hello, byte by byte") {
    client_rig rig;
    const std::string body =
        R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1,"token":null,)"
        R"("table":{"methods":{"add":")" +
        rig.contract.methods[0].fingerprint + R"("},"events":{"fill":")" +
        rig.contract.events[1].fingerprint + R"(","quote":")" + rig.contract.events[0].fingerprint +
        R"("}},"session":null,"epoch":null,"last_event":null,)"
        R"("events":null,"answers":null,"events_arrived":null,"attempt":null,)"
        R"("hears_ended":true},"id":"hello"})";
    CHECK(rig.out.view() == test::framed(body));
    CHECK(rig.connection.where() == phase::greeting);
}

TEST_CASE("client_connection: the welcome is taken over, and nothing is asked for by itself") {
    client_rig rig;
    rig.sent();
    rig.receive(welcome_text(R"("batch_max":7)"));
    CHECK(rig.connection.where() == phase::subscribing);
    REQUIRE(rig.outcome.deliveries.size() == 1);
    CHECK(rig.outcome.deliveries[0].what == kind::welcome);
    CHECK(rig.connection.welcome().session == "s");
    CHECK(rig.connection.welcome().epoch == "e");
    CHECK(rig.connection.welcome().event_position == 41);
    CHECK(rig.connection.welcome().limits.batch_max == 7);
    CHECK(rig.sent().empty());
    CHECK(rig.failure().empty());
}

TEST_CASE("client_connection: answers to subscriptions come out in their place") {
    client_rig rig;
    rig.receive(welcome_text());
    rig.sent();
    rig.outcome.deliveries.clear();
    rig.subscribe({{1, true, {"quote", texts{"a", "b"}}, 200},
                   {2, true, {"fill", std::nullopt}, 100},
                   {3, false, {"quote", texts{"c"}}, 100}},
                  at({}));
    CHECK(rig.sent() ==
          texts{"[" + subscribe(1, "quote", R"(["a","b"])") + "," + subscribe(2, "fill") + "," +
                subscribe(3, "quote", R"(["c"])", "unsubscribe") + "]"});
    rig.receive(subscribed(1, 43));
    rig.receive(R"({"jsonrpc":"2.0","method":"fill","params":{"seq":44,"data":"x"}})");
    rig.receive(
        R"({"jsonrpc":"2.0","id":"subscription:2","error":{"code":-32602,"message":"no"}})");
    rig.receive(subscribed(3, 42));
    rig.receive(subscribed(3, 99));  // That was answered already.
    const auto& came = rig.outcome.deliveries;
    REQUIRE(came.size() == 4);
    CHECK(came[0].what == kind::subscription);
    CHECK(came[0].number == 1);
    CHECK(came[0].text.empty());
    CHECK(came[1].what == kind::event);
    CHECK(came[2].number == 2);
    CHECK(came[2].text == R"({"code":-32602,"message":"no"})");
    CHECK(came[3].number == 3);
    CHECK(rig.connection.where() == phase::subscribing);
    CHECK(rig.connection.become_ready() == 43);
    CHECK(rig.connection.where() == phase::ready);
    CHECK(rig.failure().empty());
}

TEST_CASE("client_connection: subscriptions are sent in batches of what the server takes") {
    for (std::string_view limit : {R"("batch_max":2)", R"("batch_max":0)"}) {
        CAPTURE(limit);
        client_rig rig;
        rig.receive(welcome_text(limit));
        rig.sent();
        rig.subscribe({{1, true, {"quote", texts{"a"}}, 200},
                       {2, true, {"quote", texts{"b"}}, 200},
                       {3, true, {"fill", std::nullopt}, 200}},
                      at({}));
        const std::string a = subscribe(1, "quote", R"(["a"])");
        const std::string b = subscribe(2, "quote", R"(["b"])");
        const std::string c = subscribe(3, "fill");
        const bool pairs = limit.find('2') != std::string_view::npos;
        CHECK(rig.sent() == (pairs ? texts{"[" + a + "," + b + "]", "[" + c + "]"}
                                   : texts{"[" + a + "]", "[" + b + "]", "[" + c + "]"}));
    }
}

TEST_CASE("client_connection: no batch is larger than a frame of the server") {
    client_rig rig;
    rig.receive(welcome_text());  // 1,048,576 bytes; more than a quarter of that is never sent.
    rig.sent();
    const std::size_t eighth = 100'000;
    rig.subscribe({{1, true, {"quote", texts{"a"}}, eighth},
                   {2, true, {"quote", texts{"b"}}, eighth},
                   {3, true, {"fill", std::nullopt}, eighth}},
                  at({}));
    CHECK(rig.sent().size() == 2);
}

TEST_CASE("client_connection: a later change alone is no batch") {
    client_rig rig;
    rig.become_ready();
    rig.subscribe({{7, false, {"fill", std::nullopt}, 100}}, at({}));
    CHECK(rig.sent() == texts{subscribe(7, "fill", "null", "unsubscribe")});
}

TEST_CASE("client_connection: each answer to a subscription prolongs the greeting") {
    client_rig rig;
    rig.receive(welcome_text(), at(900ms));
    rig.subscribe({{1, true, {"quote", texts{"a"}}, 200}}, at(900ms));
    CHECK_FALSE(rig.check(at(1800ms), at(1800ms)));
    rig.receive(subscribed(1), at(1800ms));
    CHECK_FALSE(rig.check(at(2000ms), at(1800ms)));  // Nothing is waited for.
    rig.subscribe({{2, true, {"quote", texts{"b"}}, 200}}, at(2000ms));
    CHECK_FALSE(rig.check(at(2999ms), at(1800ms)));
    CHECK(rig.check(at(3000ms), at(1800ms)));
}

TEST_CASE("client_connection: results and errors come out with the call's number, as written") {
    client_rig rig;
    rig.become_ready();
    rig.receive(R"({"jsonrpc":"2.0","id":7,"result": [1, 2] })");
    rig.receive(R"([{"jsonrpc":"2.0","id":9007199254740991,"error":{"code":1,"message":"m"}},)"
                R"({"jsonrpc":"2.0","id":0,"result":null}])");
    REQUIRE(rig.outcome.deliveries.size() == 3);
    CHECK(rig.outcome.deliveries[0].what == kind::result);
    CHECK(rig.outcome.deliveries[0].number == 7);
    CHECK(rig.outcome.deliveries[0].text == "[1, 2]");
    CHECK(rig.outcome.deliveries[1].what == kind::error);
    CHECK(rig.outcome.deliveries[1].number == 9007199254740991U);
    CHECK(rig.outcome.deliveries[1].text == R"({"code":1,"message":"m"})");
    CHECK(rig.outcome.deliveries[2].number == 0);
    CHECK(rig.outcome.deliveries[2].text == "null");
}

TEST_CASE("client_connection: events come out with their handler's place, between the answers") {
    client_rig rig;
    rig.become_ready();
    rig.receive(R"({"jsonrpc":"2.0","method":"fill","params":{"seq":42,"data":"x"}})");
    rig.receive(R"({"jsonrpc":"2.0","id":7,"result":3})");
    rig.receive(R"({"jsonrpc":"2.0","method":"quote","params":{"data":{"a":1},"seq":44,"n":0}})");
    REQUIRE(rig.outcome.deliveries.size() == 3);
    CHECK(rig.outcome.deliveries[0].what == kind::event);
    CHECK(rig.outcome.deliveries[0].number == 1);
    CHECK(rig.outcome.deliveries[0].text == "\"x\"");
    CHECK(rig.outcome.deliveries[1].what == kind::result);
    CHECK(rig.outcome.deliveries[2].what == kind::event);
    CHECK(rig.outcome.deliveries[2].number == 0);
    CHECK(rig.outcome.deliveries[2].text == R"({"a":1})");
    CHECK(rig.connection.newest() == std::vector<std::uint64_t>{44, 42});
}

TEST_CASE(
    "client_connection: it says how many events arrived, now and then and when all is quiet") {
    client_rig rig;
    std::string text = welcome_text();
    text.insert(text.size() - 2, R"(,"grace_ms":1000)");
    rig.receive(text);
    rig.connection.become_ready();
    rig.sent();
    for (int seq = 1; seq <= 1023; ++seq) {
        rig.receive(R"({"jsonrpc":"2.0","method":")" +
                    std::string(seq % 2 == 0 ? "fill" : "other") + R"(","params":{"seq":)" +
                    std::to_string(seq) + R"(,"data":"x"}})");
    }
    CHECK_FALSE(rig.acknowledge(false));
    rig.receive(R"({"jsonrpc":"2.0","params":{"data":"x","seq":9},"method":"fill"})");
    CHECK(rig.connection.events() == 1024);
    REQUIRE(rig.acknowledge(false));
    CHECK(rig.sent().at(0).find(R"({"answers":1,"events_arrived":1024})") != std::string::npos);
    CHECK_FALSE(rig.acknowledge(false));
    rig.receive(R"({"jsonrpc":"2.0","method":"fill","params":{"seq":1,"data":"x"}})");
    rig.check(at(std::chrono::minutes(1)), at(std::chrono::minutes(1)));
    CHECK(rig.sent().at(0).find(R"({"answers":1,"events_arrived":1025})") != std::string::npos);
}

TEST_CASE("client_connection: a call that ended for nobody is told as that, and is no event") {
    client_rig rig;
    rig.become_ready();
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.ended","params":{"id":7}})");
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.ended","params":{"id":"x"}})");
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.ended"})");
    REQUIRE(rig.outcome.deliveries.size() == 1);
    CHECK(rig.outcome.deliveries[0].what == rpc::protocol::delivery::kind::ended);
    CHECK(rig.outcome.deliveries[0].number == 7);
    CHECK(rig.connection.events() == 0);
    CHECK(rig.failure().empty());
}

TEST_CASE("client_connection: the greeting must be over in time") {
    client_rig rig;
    CHECK(rig.connection.next_deadline({}) == at(1000ms));
    CHECK_FALSE(rig.check(at(999ms), {}).has_value());
    auto reason = rig.check(at(1000ms), {});
    REQUIRE(reason.has_value());
    CHECK(reason->code == rpc::errc::peer_silent);
    CHECK(reason->text == "the server did not answer the hello in time");
    // Other words do not help: the subscriptions belong to the greeting.
    rig.receive(welcome_text(), at(900ms));
    rig.subscribe({{1, true, {"fill", std::nullopt}, 100}}, at(900ms));
    CHECK(rig.connection.next_deadline(at(1800ms)) == at(1900ms));
    CHECK(rig.check(at(1900ms), at(1899ms)).has_value());
    rig.receive(subscribed(1), at(1899ms));
    CHECK_FALSE(rig.check(at(1900ms), at(1899ms)).has_value());
}

TEST_CASE("client_connection: it pings when one of the two sides has been quiet") {
    client_rig rig;
    rig.become_ready(at(0ms));
    CHECK(rig.connection.next_deadline(at(0ms)) == at(200ms));
    CHECK_FALSE(rig.check(at(199ms), at(0ms)).has_value());
    CHECK(rig.sent().empty());
    CHECK_FALSE(rig.check(at(200ms), at(0ms)).has_value());
    CHECK(rig.sent() == texts{std::string(ping)});

    // One ping in each interval, however often somebody looks.
    CHECK(rig.connection.next_deadline(at(0ms)) == at(400ms));
    CHECK_FALSE(rig.check(at(399ms), at(0ms)).has_value());
    CHECK(rig.sent().empty());
    rig.receive(R"({"jsonrpc":"2.0","id":"ping","result":{}})", at(390ms));
    CHECK(rig.outcome.deliveries.empty());

    // Only this side speaks: the other one must prove that it is there.
    rig.connection.sent(at(550ms));
    CHECK_FALSE(rig.check(at(589ms), at(390ms)).has_value());
    CHECK(rig.sent().empty());
    CHECK_FALSE(rig.check(at(590ms), at(390ms)).has_value());
    CHECK(rig.sent() == texts{std::string(ping)});

    // Only the other side speaks: it must hear something too.
    CHECK(rig.connection.next_deadline(at(780ms)) == at(790ms));
    CHECK_FALSE(rig.check(at(790ms), at(789ms)).has_value());
    CHECK(rig.sent() == texts{std::string(ping)});

    // Both speak: nothing is needed.
    rig.connection.sent(at(900ms));
    CHECK_FALSE(rig.check(at(999ms), at(950ms)).has_value());
    CHECK(rig.sent().empty());
    CHECK(rig.connection.next_deadline(at(950ms)) == at(1100ms));
}

TEST_CASE("client_connection: a silent server is given up after the heartbeat's timeout") {
    client_rig rig;
    rig.become_ready(at(0ms));
    CHECK_FALSE(rig.check(at(200ms), at(0ms)).has_value());
    CHECK_FALSE(rig.check(at(599ms), at(0ms)).has_value());
    CHECK(rig.connection.next_deadline(at(0ms)) == at(600ms));
    const auto reason = rig.check(at(600ms), at(0ms));
    REQUIRE(reason.has_value());
    CHECK(reason->code == rpc::errc::peer_silent);
    CHECK(reason->text == "no sign of life from the server for 600 ms");
}

TEST_CASE("client_connection: the server may ask for more signs of life, not for fewer") {
    for (int wish : {50, 5000, 0}) {
        CAPTURE(wish);
        client_rig rig;
        rig.receive(welcome_text(R"("batch_max":1)", "null", wish), at(0ms));
        rig.connection.become_ready();
        CHECK(rig.connection.next_deadline(at(0ms)) == (wish == 50 ? at(50ms) : at(200ms)));
    }
}

TEST_CASE("client_connection: a refused hello ends the connection with the server's words") {
    struct refusal {
        int code;
        rpc::errc expected;
    };
    for (const refusal& one :
         {refusal{-32001, rpc::errc::unauthenticated}, refusal{-32002, rpc::errc::forbidden},
          refusal{-32602, rpc::errc::invalid_params}, refusal{-32601, rpc::errc::method_not_found},
          refusal{-32005, rpc::errc::overloaded}}) {
        client_rig rig;
        rig.receive(R"({"jsonrpc":"2.0","id":"hello","error":{"code":)" + std::to_string(one.code) +
                    R"(,"message":"not you"}})");
        REQUIRE(rig.outcome.close.has_value());
        CHECK(rig.outcome.close->code == one.expected);
        CHECK(rig.outcome.close->text == "the server refused the hello: not you");
        CHECK(rig.connection.where() == phase::greeting);
    }
}

TEST_CASE(
    "client_connection: a method of another shape is not called, an event not subscribed to") {
    client_rig rig;
    rig.receive(welcome_text(
        R"("batch_max":9)",
        R"({"methods":{"add":{"sent":[{"kind":"integer","bits":32,"signed":true},)"
        R"({"kind":"string"}],"returned":[{"kind":"integer","bits":32,"signed":true}]}},)"
        R"("events":{"fill":null,"quote":{"sent":[{"kind":"boolean"}],"returned":[]}}})"));
    CHECK(rig.connection.contract().method(0).starts_with("add: params[1]: "));
    CHECK(rig.connection.contract().method(1).empty());
    REQUIRE(rig.outcome.notices.size() == 3);
    CHECK(rig.outcome.notices[0] == rig.connection.contract().method(0));
    CHECK(rig.outcome.notices[1].starts_with("quote: data: "));
    CHECK(rig.outcome.notices[2] == "the server has no event 'fill'");
    rig.sent();
    CHECK(rig.connection.mismatches() == texts{rig.outcome.notices[1], rig.outcome.notices[2]});
    CHECK(rig.failure().empty());
}
