// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever a server sends, a client ends the connection or ignores it, and never completes
// the wrong call. Method: literal texts of a malicious server; prefixes and flipped bits of good
// ones.

#include "client_rig.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using test::client_rig;
using test::welcome_text;
using phase = client_rig::phase;

client_rig& made_ready(client_rig& rig) {
    rig.become_ready();
    return rig;
}

}  // namespace

TEST_CASE("hostile_server: what is no message ends the connection, with the reason") {
    for (std::string_view text :
         {"", "{", "nonsense", "1", "null", "{}", "[1]", "[{}]", "[[]]", "[", "[1,]",
          R"({"jsonrpc":"1.0","id":1,"result":1})", R"({"jsonrpc":"2.0","id":1})",
          R"({"jsonrpc":"2.0","id":1,"result":1,"error":{}})", R"({"jsonrpc":"2.0","result":1})",
          R"({"jsonrpc":"2.0","id":true,"result":1})",
          R"({"jsonrpc":"2.0","id":1,"id":2,"result":1})",
          R"({"jsonrpc":"2.0","id":1,"result":1}{"jsonrpc":"2.0","id":2,"result":1})"}) {
        CAPTURE(text);
        client_rig rig;
        made_ready(rig).receive(text);
        REQUIRE(rig.outcome.close.has_value());
        CHECK(rig.outcome.close->code == rpc::errc::protocol_violation);
        CHECK(rig.outcome.close->text.starts_with("the server sent no JSON"));
        CHECK(rig.outcome.deliveries.empty());
    }
}

TEST_CASE("hostile_server: the first reason to end is the one that is kept") {
    client_rig rig;
    made_ready(rig).receive("{");
    const std::string first = rig.failure();
    rig.receive("nonsense");
    CHECK(rig.failure() == first);
}

TEST_CASE("hostile_server: an answer whose id no call can have completes none") {
    for (std::string_view id :
         {"-1", "-0", "1.5", "7.0", "7e0", "18446744073709551616", "99999999999999999999999",
          "123456789012345678901234567890123456789012345678901234567890"}) {
        CAPTURE(id);
        client_rig rig;
        made_ready(rig).receive(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":3})");
        CHECK(rig.outcome.deliveries.empty());
        CHECK(rig.outcome.close.has_value());
    }
}

TEST_CASE("hostile_server: an error without an id is about the connection") {
    client_rig rig;
    made_ready(rig).receive(
        R"({"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"too many"}})");
    CHECK(rig.failure() == "protocol_violation: the server refused: too many");
    CHECK(rig.outcome.deliveries.empty());
}

TEST_CASE("hostile_server: answers to texts that nobody sent are ignored") {
    client_rig rig;
    made_ready(rig);
    for (std::string_view id : {"\"\"", "\"7\"", "\"nobody\"", "\"ping\"", "\"subscribe\"",
                                "\"hello\"", R"("\u0068ello")"}) {
        CAPTURE(id);
        rig.receive(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"result":{"a":1}})");
        CHECK(rig.failure().empty());
        CHECK(rig.outcome.deliveries.empty());
        CHECK(rig.connection.where() == phase::ready);
    }
}

TEST_CASE("hostile_server: a second welcome changes nothing") {
    client_rig rig;
    made_ready(rig).receive(
        welcome_text(R"("batch_max":0)", R"({"methods":{"add":null},"events":{"fill":null}})"));
    CHECK(rig.connection.where() == phase::ready);
    CHECK(rig.connection.welcome().limits.batch_max == 100);
    CHECK(rig.failure().empty());
}

TEST_CASE("hostile_server: more answers to subscriptions than were asked do no harm") {
    client_rig rig;
    rig.receive(welcome_text());
    rig.outcome.deliveries.clear();
    constexpr std::string_view answer =
        R"({"jsonrpc":"2.0","id":"subscription:1","result":{"position":1}})";
    for (int times = 0; times < 3; ++times) {
        rig.receive(answer);
    }
    CHECK(rig.outcome.deliveries.empty());
    rig.subscribe({{1, true, {"quote", std::nullopt}, 100}}, test::at({}));
    for (int times = 0; times < 3; ++times) {
        rig.receive(answer);
    }
    CHECK(rig.outcome.deliveries.size() == 1);
    for (std::string_view id : {"subscription:", "subscription:x", "subscription:1x",
                                "subscription:99999999999999999999", "subscription:-1"}) {
        CAPTURE(id);
        rig.subscribe({{2, true, {"fill", std::nullopt}, 100}}, test::at({}));
        rig.receive(R"({"jsonrpc":"2.0","id":")" + std::string(id) +
                    R"(","result":{"position":1}})");
        CHECK(rig.outcome.deliveries.size() == 1);
    }
    CHECK(rig.failure().empty());
}

TEST_CASE("hostile_server: a welcome of another shape ends the connection with the place") {
    struct sample {
        std::string_view result;
        std::string_view place;
    };
    for (const sample& one :
         {sample{"null", "result: "}, sample{"[]", "result: "}, sample{"{}", "missing member"},
          sample{R"({"protocol":"1"})", "result.protocol: "},
          sample{R"({"protocol":1,"session":5})", "result.session: "},
          sample{R"({"protocol":1,"session":"s","epoch":"e","resumed":false,"event_position":-1})",
                 "result.event_position: "},
          sample{R"({"protocol":1,"session":"s","epoch":"e","resumed":false,"event_position":0,)"
                 R"("limits":{"frame_size_max":1e9}})",
                 "result.limits.frame_size_max: "},
          sample{"nonsense", "result: "}}) {
        CAPTURE(one.result);
        client_rig rig;
        rig.receive(R"({"jsonrpc":"2.0","id":"hello","result":)" + std::string(one.result) + "}");
        REQUIRE(rig.outcome.close.has_value());
        CHECK(rig.outcome.close->code == rpc::errc::protocol_violation);
        CHECK(rig.outcome.close->text.starts_with("the answer to rpc.hello: "));
        CHECK(rig.outcome.close->text.find(one.place) != std::string::npos);
        CHECK(rig.connection.where() == phase::greeting);
    }
}

TEST_CASE("hostile_server: a server of another version is not taken for one of this") {
    client_rig rig;
    std::string text = welcome_text();
    text.replace(text.find("\"protocol\":1"), 12, "\"protocol\":2");
    rig.receive(text);
    CHECK(rig.outcome.close.has_value());
    CHECK(rig.connection.where() == phase::greeting);
}

TEST_CASE("hostile_server: a refusal of any shape is taken as one") {
    for (std::string_view error : {"{}", "null", "[]", "\"no\"", "5", R"({"code":"x","message":5})",
                                   R"({"message":"m"})", R"({"code":99999999999,"message":"m"})"}) {
        CAPTURE(error);
        client_rig rig;
        rig.receive(R"({"jsonrpc":"2.0","id":"hello","error":)" + std::string(error) + "}");
        CHECK(rig.outcome.close.has_value());
        client_rig ready;
        made_ready(ready);
        ready.subscribe({{1, true, {"quote", std::nullopt}, 100}}, test::at({}));
        ready.receive(R"({"jsonrpc":"2.0","id":"subscription:1","error":)" + std::string(error) +
                      "}");
        REQUIRE(ready.outcome.deliveries.size() == 1);
        CHECK(ready.outcome.deliveries[0].text == error);
        CHECK(ready.failure().empty());
    }
}

TEST_CASE("hostile_server: differences of any shape refuse what they are about, and no more") {
    for (std::string_view description :
         {"5", "[]", "{}", R"({"sent":5,"returned":[]})", R"({"sent":[],"returned":{}})",
          R"({"sent":[{"kind":"nothing"}],"returned":[]})",
          R"({"sent":[{"kind":"optional"}],"returned":[]})",
          R"({"sent":[{"kind":"reference","length":7},{"kind":"any"}],"returned":[]})"}) {
        CAPTURE(description);
        client_rig rig;
        rig.receive(welcome_text(R"("batch_max":9)", R"({"methods":{"add":)" +
                                                         std::string(description) +
                                                         R"(,"unknown":5},"events":{"quote":)" +
                                                         std::string(description) + "}}"));
        CHECK(rig.failure().empty());
        CHECK(rig.connection.where() == phase::subscribing);
        CHECK(rig.connection.contract().method(0).starts_with("add: "));
        CHECK(rig.outcome.notices.size() == 2);
    }
}

TEST_CASE(
    "hostile_server: an event without seq and data, or with them twice, ends the connection") {
    for (std::string_view params :
         {"", R"(,"params":[1,2])", R"(,"params":{})", R"(,"params":{"seq":1})",
          R"(,"params":{"data":1})", R"(,"params":{"seq":-1,"data":1})",
          R"(,"params":{"seq":1.5,"data":1})", R"(,"params":{"seq":"1","data":1})",
          R"(,"params":{"seq":18446744073709551616,"data":1})", R"(,"params":{"seq":1,"data":})",
          R"(,"params":{"seq":1,"data":1,})", R"(,"params":{"seq":1,"seq":2,"data":1})",
          R"(,"params":{"seq":1,"data":1,"data":2})",
          R"(,"params":{"seq":1,"data":1,"d\u0061ta":2})"}) {
        CAPTURE(params);
        client_rig rig;
        made_ready(rig).receive(R"({"jsonrpc":"2.0","method":"fill")" + std::string(params) + "}");
        CHECK(rig.failure() == "protocol_violation: the event 'fill' came without seq and data");
        CHECK(rig.outcome.deliveries.empty());
        CHECK(rig.connection.newest() == std::vector<std::uint64_t>{0, 0});
    }
}

TEST_CASE("hostile_server: requests and events that nobody handles are ignored") {
    client_rig rig;
    made_ready(rig);
    rig.receive(R"({"jsonrpc":"2.0","method":"fill","params":{"seq":1,"data":1},"id":1})");
    rig.receive(R"({"jsonrpc":"2.0","method":"nothing","params":{"seq":1,"data":1}})");
    rig.receive(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})");
    rig.receive(R"({"jsonrpc":"2.0","method":""})");
    CHECK(rig.failure().empty());
    CHECK(rig.outcome.deliveries.empty());
    CHECK(rig.sent().empty());
}

TEST_CASE("hostile_server: every prefix and every flipped bit ends or is taken, and nothing else") {
    const std::string samples[] = {
        welcome_text(R"("batch_max":9)",
                     R"({"methods":{"add":{"sent":[{"kind":"integer","bits":8}],"returned":[]}},)"
                     R"("events":{}})"),
        R"([{"jsonrpc":"2.0","id":7,"result":{"a":"\n"}},)"
        R"({"jsonrpc":"2.0","method":"fill","params":{"seq":42,"data":["\u00e9"]}}])",
        R"({"jsonrpc":"2.0","id":8,"error":{"code":-32000,"message":"m","data":1}})"};
    for (const std::string& sample : samples) {
        for (std::size_t cut = 0; cut < sample.size(); ++cut) {
            client_rig rig;
            rig.receive(std::string_view(sample).substr(0, cut));
            CAPTURE(cut);
            CHECK(rig.outcome.close.has_value());
        }
        for (std::size_t bit = 0; bit < sample.size() * 8; ++bit) {
            std::string flipped = sample;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
            client_rig rig;
            rig.receive(flipped);
            for (const auto& delivery : rig.outcome.deliveries) {
                CHECK((delivery.what == rpc::protocol::delivery::kind::welcome) ==
                      delivery.text.empty());
            }
        }
    }
}
