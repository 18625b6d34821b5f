// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: nobody gets more out of a server than twenty times what they sent, save the answers of
// methods, and whoever only sends nonsense is given up. Method: 64 KiB of each kind of message that
// costs its sender nothing; bytes are counted, not time.

#include "server_rig.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace {

struct flood {
    std::size_t in = 0;
    std::size_t out = 0;
    std::size_t refusals = 0;
    std::optional<rpc::protocol::close_reason> end;
};

/// Sends a body again and again, at one moment, until the peer is given up.
flood send(std::string_view body, const rpc::server_limits& limits = {}) {
    test::server_rig rig(limits);
    flood result;
    while (result.in < (std::size_t{64} << 10) && !result.end) {
        result.in += rpc::wire::frame_header_size + body.size();
        rig.receive(body);
        rig.run();
        for (const std::string& answer : rig.answers()) {
            result.out += rpc::wire::frame_header_size + answer.size();
        }
        rig.outcome.changes.clear();
        rig.outcome.queries.clear();
        result.end = rig.outcome.close;
    }
    result.refusals = rig.connection.nonsense();
    return result;
}

std::string batch_of(std::string_view message, std::size_t count) {
    std::string body;
    for (std::size_t at = 0; at < count; ++at) {
        body += (at == 0 ? "[" : ",") + std::string(message);
    }
    return body + ']';
}

}  // namespace

TEST_CASE("amplification: whoever sends nonsense is given up after a hundred messages") {
    for (const std::string& body :
         {std::string(), std::string("1"), std::string("{"), std::string("[]"),
          std::string(R"({"jsonrpc":"2.0","id":1,"result":1})"),
          std::string(R"({"jsonrpc":"2.0","id":1})"), batch_of("1", 100), batch_of("[]", 60),
          batch_of(R"({"id":1})", 100)}) {
        CAPTURE(body.substr(0, 40));
        const flood done = send(body);
        REQUIRE(done.end);
        CHECK(done.end->code == rpc::errc::protocol_violation);
        CHECK(done.end->text == "more than 100 messages within a minute made no sense");
        CHECK(done.refusals == 101);
        // A hundred errors at most, however little asked for them.
        CHECK(done.out <= 100 * 160);
    }
}

TEST_CASE("amplification: no message that costs nothing is answered with twenty times its bytes") {
    const std::string begin = R"({"jsonrpc":"2.0","id":1,"method":")";
    for (const std::string& method :
         {std::string("rpc.ping"), std::string("rpc.bye"), std::string("rpc.x"), std::string("x"),
          std::string(200, 'x'), std::string("rpc.subscribe"), std::string("rpc.cancel"),
          std::string("rpc.ack"), std::string("rpc.hello"), std::string("add")}) {
        CAPTURE(method);
        for (const std::string& end : {std::string("\"}"), std::string(R"(","params":{}})"),
                                       std::string(R"(","params":{"event":"none"}})"),
                                       std::string(R"(","params":{"protocol":9}})")}) {
            CAPTURE(end);
            const flood done = send(begin + method + end);
            CHECK(done.out <= 20 * done.in);
            const flood batched = send(batch_of(begin + method + end, 100));
            CHECK(batched.out <= 20 * batched.in);
        }
    }
}

TEST_CASE("amplification: nonsense now and then is answered for ever") {
    test::server_rig rig;
    for (int round = 0; round < 1'000; ++round) {
        rig.tell("nonsense", test::at(std::chrono::seconds(round)));
        REQUIRE_FALSE(rig.outcome.close.has_value());
    }
}
