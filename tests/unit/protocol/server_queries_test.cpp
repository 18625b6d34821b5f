// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: questions about the server are noted, answered once, and bounded. Method: requests to a
// server's connection whose questions the test answers itself.

#include "server_rig.hpp"

#include <gatewire/protocol/server_extensions.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace {

using rpc::protocol::server_query;
using test::server_rig;
using texts = std::vector<std::string>;

constexpr auto discover_text = R"({"jsonrpc":"2.0","method":"rpc.discover","id":1})";
constexpr auto stats_text = R"({"jsonrpc":"2.0","method":"rpc.stats","id":"s"})";

/// Answers everything that was asked with the same text.
texts answer_all(server_rig& rig, const std::string& text) {
    for (const server_query& asked : std::exchange(rig.outcome.queries, {})) {
        rig.connection.answer(asked, text, rig.outcome.responses);
    }
    return rig.answers();
}

/// A server that can describe itself.
class described_rig : public server_rig {
public:
    explicit described_rig(rpc::server_limits bounds = {}, bool needs_token = false)
        : server_rig(bounds, test::at({}), needs_token) {
        offers.document = [] { return "{}"; };
    }
};

}  // namespace

TEST_CASE("queries: a question is noted, and answered when somebody knows the answer") {
    described_rig rig;
    CHECK(rig.tell(discover_text).empty());
    CHECK(rig.tell(stats_text).empty());
    CHECK(answer_all(rig, R"({"a":1})") == texts{R"({"jsonrpc":"2.0","id":1,"result":{"a":1}})",
                                                 R"({"jsonrpc":"2.0","id":"s","result":{"a":1}})"});
    CHECK(rig.connection.in_flight() == 0);
    CHECK(rig.connection.counters().calls == 0);
}

TEST_CASE("queries: a server without a description has no rpc.discover") {
    server_rig rig;
    CHECK(rig.ask(discover_text) ==
          R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found",)"
          R"("data":"rpc.discover"}})");
}

TEST_CASE("queries: params are not looked at, and a notification asks nothing") {
    described_rig rig;
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.discover","params":[1],"id":1})").empty());
    CHECK(answer_all(rig, "{}").size() == 1);
    CHECK(rig.tell(R"({"jsonrpc":"2.0","method":"rpc.discover"})").empty());
    CHECK(rig.outcome.queries.empty());
}

TEST_CASE("queries: a batch is answered as one, and a question in it once") {
    described_rig rig;
    CHECK(rig.tell(std::string("[") + discover_text + "," + discover_text + "," + stats_text + "]")
              .empty());
    CHECK(answer_all(rig, "7") ==
          texts{R"([{"jsonrpc":"2.0","id":1,"error":{"code":-32005,)"
                R"("message":"this was asked in the same batch already"}},)"
                R"({"jsonrpc":"2.0","id":1,"result":7},{"jsonrpc":"2.0","id":"s","result":7}])"});
}

TEST_CASE("queries: an answer over the limit is an error") {
    rpc::server_limits limits;
    limits.answer_size_max = 10;
    described_rig rig(limits);
    CHECK(rig.tell(discover_text).empty());
    CHECK(answer_all(rig, R"("0123456789")") ==
          texts{R"({"jsonrpc":"2.0","id":1,"error":{"code":-32008,)"
                R"("message":"the answer has 12 bytes, the limit is 10"}})"});
}

TEST_CASE("queries: where there is no answer, that is said") {
    described_rig rig;
    CHECK(rig.tell(discover_text).empty());
    CHECK(answer_all(rig, "") == texts{R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603,)"
                                       R"("message":"there is no answer"}})"});
}

TEST_CASE("queries: a stranger learns nothing of a server that wants to know who is calling") {
    described_rig rig({}, true);
    for (const char* text : {discover_text, stats_text}) {
        CHECK(rig.ask(text).find(R"("code":-32001)") != std::string::npos);
    }
    CHECK(rig.outcome.queries.empty());
}

TEST_CASE("queries: so many within a second, and not one more") {
    rpc::server_limits limits;
    limits.inquiries_per_second_max = 3;
    described_rig rig(limits);
    for (int count = 0; count != 3; ++count) {
        CHECK(rig.tell(stats_text).empty());
        CHECK(answer_all(rig, "1").size() == 1);
    }
    CHECK_FALSE(rig.outcome.close.has_value());
    CHECK(rig.tell(stats_text, test::at(std::chrono::seconds(2))).empty());
    CHECK_FALSE(rig.outcome.close.has_value());
    for (int count = 0; count != 3; ++count) {
        CHECK(answer_all(rig, "1").size() == 1);
        CHECK(rig.tell(discover_text, test::at(std::chrono::seconds(2))).empty());
    }
    CHECK(rig.outcome.close.has_value());
    CHECK(rig.outcome.close->text == "more than 3 questions about the server within a second");
}
