// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a connection says it subscribed to is what the index delivers to it, and the limit
// holds. Method: wishes that a server's connection received, carried out one by one.

#include "server_rig.hpp"

#include <gatewire/protocol/server_subscriptions.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using texts = std::vector<std::string>;

/// A connection, and what it subscribed to.
struct subscriber {
    /// Asks with this method for this. @return The answer's error code, or 0.
    int ask(std::string_view method, std::string_view params, std::size_t count_max = 100) {
        rig.receive(R"({"jsonrpc":"2.0","method":"rpc.)" + std::string(method) + R"(","params":)" +
                    std::string(params) + R"(,"id":1})");
        for (const auto& change : std::exchange(rig.outcome.changes, {})) {
            if (list.carry_out(change, index, 7, count_max)) {
                rig.connection.finish_change(change, 41, rig.outcome.responses);
            } else {
                rig.connection.refuse_change(change, "too many", rig.outcome.responses);
            }
        }
        const auto answer = nlohmann::json::parse(rig.answers().at(0));
        return answer.contains("error") ? answer["error"]["code"].get<int>() : 0;
    }

    texts all(std::size_t count_max = 64) const { return list.texts(rig.offers, count_max); }

    test::server_rig rig;
    rpc::protocol::subscription_index<int> index{2};
    rpc::protocol::session_subscriptions list;
};

}  // namespace

TEST_CASE("session_subscriptions: whole events by name, keys one by one, in order") {
    subscriber one;
    CHECK(one.list.is_empty());
    CHECK(one.ask("subscribe", R"({"event":"fill"})") == 0);
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["b","a","b"]})") == 0);
    CHECK(one.all() == texts{"quote: a", "quote: b", "fill"});
    CHECK(one.all(2) == texts{"quote: a", "quote: b"});
    CHECK(one.all(0).empty());
    CHECK_FALSE(one.list.is_empty());
}

TEST_CASE("session_subscriptions: the whole event replaces its keys, and keys replace the whole") {
    subscriber one;
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["a","b"]})") == 0);
    CHECK(one.ask("subscribe", R"({"event":"quote"})") == 0);
    CHECK(one.all() == texts{"quote"});
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["c"]})") == 0);
    CHECK(one.all() == texts{"quote: c"});
}

TEST_CASE("session_subscriptions: unsubscribing ends named keys or all of the event") {
    subscriber one;
    CHECK(one.ask("unsubscribe", R"({"event":"quote","keys":["a"]})") == 0);
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["a","b"]})") == 0);
    CHECK(one.ask("unsubscribe", R"({"event":"quote","keys":["a","x"]})") == 0);
    CHECK(one.all() == texts{"quote: b"});
    CHECK(one.ask("unsubscribe", R"({"event":"quote"})") == 0);
    CHECK(one.all().empty());
    CHECK(one.list.is_empty());
}

TEST_CASE(
    "session_subscriptions: at the limit a whole event takes the place of its keys, they its") {
    subscriber one;
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["a","b"]})", 2) == 0);
    CHECK(one.ask("subscribe", R"({"event":"quote"})", 2) == 0);
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["a","b","c"]})", 2) == -32005);
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["c","d"]})", 2) == 0);
    CHECK(one.all() == texts{"quote: c", "quote: d"});
}

TEST_CASE("session_subscriptions: what is over the limit is refused as a whole") {
    subscriber one;
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["a","b"]})", 2) == 0);
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["b","c"]})", 2) == -32005);
    CHECK(one.ask("subscribe", R"({"event":"fill"})", 2) == -32005);
    CHECK(one.all() == texts{"quote: a", "quote: b"});
}

TEST_CASE("session_subscriptions: a key named twice counts once against the limit") {
    subscriber one;
    CHECK(one.ask("subscribe", R"({"event":"quote","keys":["a","a","b"]})", 2) == 0);
    CHECK(one.all() == texts{"quote: a", "quote: b"});
}

TEST_CASE("session_subscriptions: a receiver takes over from another, be it still there or not") {
    for (const bool is_there : {true, false}) {
        CAPTURE(is_there);
        subscriber one;
        one.ask("subscribe", R"({"event":"fill"})");
        one.ask("subscribe", R"({"event":"quote","keys":["a","b"]})");
        if (!is_there) {
            one.index.forget(7);
        }
        one.list.hand_over(one.index, 7, 8);
        std::vector<int> found;
        const auto find = [&found](int who) { found.push_back(who); };
        one.index.for_each(one.rig.offers.find_event("fill"), "", find);
        one.index.for_each(one.rig.offers.find_event("quote"), "b", find);
        CHECK(found == std::vector{8, 8});
        CHECK_FALSE(one.index.replace(7, 9));
    }
}
