// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/session/once_book.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using rpc::session::once_book;
using meeting = once_book::meeting;

struct rig {
    once_book::finding ask(const std::string& key, const std::string& params = "[1]",
                           const std::string& identity = "ann",
                           const std::string& method = "place") {
        return book.begin(method, identity, key, params, [this] {
            return [this](const std::string& tail) { heard.push_back(tail); };
        });
    }

    once_book book{3, 1'000};
    std::vector<std::string> heard;
};

}  // namespace

TEST_CASE("once_book: the first call runs, those after it get its answer") {
    rig one;
    const auto first = one.ask("a");
    REQUIRE(first.what == meeting::first);
    one.book.end(first.entry, "\"result\":7}");
    const auto second = one.ask("a");
    CHECK(second.what == meeting::answered);
    CHECK(second.answer == "\"result\":7}");
    CHECK(one.heard.empty());
}

TEST_CASE("once_book: who asks while the first runs hears its answer, once") {
    rig one;
    const auto first = one.ask("a");
    CHECK(one.ask("a").what == meeting::joined);
    CHECK(one.ask("a").what == meeting::joined);
    one.book.end(first.entry, "t");
    CHECK(one.heard == std::vector<std::string>{"t", "t"});
}

TEST_CASE("once_book: other params under the same key are a conflict, running or answered") {
    rig one;
    const auto first = one.ask("a");
    CHECK(one.ask("a", "[2]").what == meeting::conflict);
    one.book.end(first.entry, "t");
    CHECK(one.ask("a", "[2]").what == meeting::conflict);
}

TEST_CASE("once_book: method, identity and key each make a place, however they are cut") {
    rig one;
    CHECK(one.ask("c", "[]", "b", "a").what == meeting::first);
    CHECK(one.ask("c", "[]", "", "ab").what == meeting::first);
    CHECK(one.ask("bc", "[]", "", "a").what == meeting::first);
    CHECK(one.book.keys() == 3);
}

TEST_CASE("once_book: a call that did not run leaves its key free, and tells who waits") {
    rig one;
    const auto first = one.ask("a");
    one.ask("a");
    one.book.undo(first.entry, "refused");
    CHECK(one.heard == std::vector<std::string>{"refused"});
    CHECK(one.book.keys() == 0);
    CHECK(one.book.size() == 0);
    CHECK(one.ask("a", "[2]").what == meeting::first);
}

TEST_CASE("once_book: keys and bytes are bounded, and clearing keeps what still runs") {
    rig one;
    const auto running = one.ask("a");
    one.book.end(one.ask("b").entry, "t");
    one.book.end(one.ask("c").entry, "t");
    CHECK(one.ask("d").what == meeting::full);
    CHECK(one.ask("b").what == meeting::answered);
    CHECK(one.book.clear() == 2);
    CHECK(one.book.keys() == 1);
    CHECK(one.ask("a").what == meeting::joined);
    CHECK(one.ask("d", std::string(2'000, ' ')).what == meeting::full);
    CHECK(one.ask("d").what == meeting::first);
    one.book.end(running.entry, "t");
    CHECK(one.ask("a").what == meeting::answered);
}

TEST_CASE("once_book: answers that come together stay within the limit, and none is forgotten") {
    rig one;
    std::vector<once_book::entry_ptr> running;
    for (const char* key : {"a", "b", "c"}) {
        running.push_back(one.ask(key).entry);
        REQUIRE(running.back());
    }
    one.ask("c");
    const std::string large = "\"result\":\"" + std::string(400, 'x') + "\"}";
    for (const auto& entry : running) {
        one.book.end(entry, large);
        CHECK(one.book.size() <= 1'000);
    }
    CHECK(one.heard == std::vector{large});  // Who waited for it has it.
    CHECK(one.ask("a").answer == large);
    const auto second = one.ask("c");
    CHECK(second.what == meeting::answered);
    CHECK(second.answer ==
          R"("error":{"code":-32008,"message":"the call ran, but its answer of 412 bytes is not )"
          R"(kept: the limit of all is 1000"}})");
    CHECK(one.ask("c", "[2]").what == meeting::conflict);
    CHECK(one.book.clear() == 3);
    CHECK(one.book.size() == 0);
}
