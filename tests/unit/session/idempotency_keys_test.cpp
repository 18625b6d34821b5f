// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/session/idempotency_keys.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using rpc::session::idempotency_keys;
using state = idempotency_keys::state;

struct rig {
    idempotency_keys::lookup ask(const std::string& key, const std::string& params = "[1]",
                                 const std::string& identity = "ann",
                                 const std::string& method = "place") {
        return keys.begin(method, identity, key, params, [this] {
            return [this](const std::string& tail) { heard.push_back(tail); };
        });
    }

    idempotency_keys keys{3, 1'000};
    std::vector<std::string> heard;
};

}  // namespace

TEST_CASE("idempotency_keys: the first call runs, those after it get its answer") {
    rig one;
    const auto first = one.ask("a");
    REQUIRE(first.what == state::first);
    one.keys.end(first.entry, "\"result\":7}");
    const auto second = one.ask("a");
    CHECK(second.what == state::answered);
    CHECK(second.answer == "\"result\":7}");
    CHECK(one.heard.empty());
}

TEST_CASE("idempotency_keys: who asks while the first runs hears its answer, once") {
    rig one;
    const auto first = one.ask("a");
    CHECK(one.ask("a").what == state::joined);
    CHECK(one.ask("a").what == state::joined);
    one.keys.end(first.entry, "t");
    CHECK(one.heard == std::vector<std::string>{"t", "t"});
}

TEST_CASE("idempotency_keys: other params under the same key are a conflict, running or answered") {
    rig one;
    const auto first = one.ask("a");
    CHECK(one.ask("a", "[2]").what == state::conflict);
    one.keys.end(first.entry, "t");
    CHECK(one.ask("a", "[2]").what == state::conflict);
}

TEST_CASE("idempotency_keys: method, identity and key each make a place, however they are cut") {
    rig one;
    CHECK(one.ask("c", "[]", "b", "a").what == state::first);
    CHECK(one.ask("c", "[]", "", "ab").what == state::first);
    CHECK(one.ask("bc", "[]", "", "a").what == state::first);
    CHECK(one.keys.keys() == 3);
}

TEST_CASE("idempotency_keys: a call that did not run leaves its key free, and tells who waits") {
    rig one;
    const auto first = one.ask("a");
    one.ask("a");
    one.keys.undo(first.entry, "refused");
    CHECK(one.heard == std::vector<std::string>{"refused"});
    CHECK(one.keys.keys() == 0);
    CHECK(one.keys.size() == 0);
    CHECK(one.ask("a", "[2]").what == state::first);
}

TEST_CASE("idempotency_keys: keys and bytes are bounded, and clearing keeps what still runs") {
    rig one;
    const auto running = one.ask("a");
    one.keys.end(one.ask("b").entry, "t");
    one.keys.end(one.ask("c").entry, "t");
    CHECK(one.ask("d").what == state::full);
    CHECK(one.ask("b").what == state::answered);
    CHECK(one.keys.clear() == 2);
    CHECK(one.keys.keys() == 1);
    CHECK(one.ask("a").what == state::joined);
    CHECK(one.ask("d", std::string(2'000, ' ')).what == state::full);
    CHECK(one.ask("d").what == state::first);
    one.keys.end(running.entry, "t");
    CHECK(one.ask("a").what == state::answered);
}

TEST_CASE(
    "idempotency_keys: answers that come together stay within the limit, and none is forgotten") {
    rig one;
    std::vector<idempotency_keys::entry_ptr> running;
    for (const char* key : {"a", "b", "c"}) {
        running.push_back(one.ask(key).entry);
        REQUIRE(running.back());
    }
    one.ask("c");
    const std::string large = "\"result\":\"" + std::string(400, 'x') + "\"}";
    for (const auto& entry : running) {
        one.keys.end(entry, large);
        CHECK(one.keys.size() <= 1'000);
    }
    CHECK(one.heard == std::vector{large});  // Who waited for it has it.
    CHECK(one.ask("a").answer == large);
    const auto second = one.ask("c");
    CHECK(second.what == state::answered);
    CHECK(second.answer ==
          R"("error":{"code":-32008,"message":"the call ran, but its answer of 412 bytes is not )"
          R"(kept: the limit of all is 1000"}})");
    CHECK(one.ask("c", "[2]").what == state::conflict);
    CHECK(one.keys.clear() == 3);
    CHECK(one.keys.size() == 0);
}
