// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever order responses are ready in, all of it leaves in the order of the places that
// were kept and of what came between. Method: a story of what is sent, step by step.

#include <gatewire/session/output_order.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace {

using rpc::protocol::shared_frame;
using rpc::session::output_order;

struct sender {
    void operator()(rpc::wire::buffer& responses) { story += responses.view(); }
    void operator()(const output_order::event& one) { story += one.frame.view(); }
    std::string story{};
};

struct line {
    void fill(std::optional<std::uint32_t> slot, std::string_view text) {
        rpc::wire::buffer bytes;
        bytes.append(text);
        order.hold(slot, bytes);
        order.release(sent);
    }
    void publish(std::string_view text) { order.hold({1, 0, "key", shared_frame(text)}); }

    output_order order;
    sender sent;
};

TEST_CASE("output_order: what comes behind a place waits until that is filled") {
    line to;
    CHECK(to.order.is_empty());
    to.order.keep_place(3);
    CHECK(!to.order.is_empty());
    to.publish("event ");
    to.fill(4, "response ");
    CHECK(to.sent.story.empty());
    CHECK(to.order.size() == 15);
    to.fill(3, "large ");
    CHECK(to.sent.story == "large event response ");
    CHECK(to.order.is_empty());
    CHECK(to.order.size() == 0);
}

TEST_CASE("output_order: of several places the first is the first, whichever is filled before") {
    line to;
    to.order.keep_place(1);
    to.publish("a ");
    to.order.keep_place(2);
    to.publish("b ");
    to.fill(2, "second ");
    CHECK(to.sent.story.empty());
    to.order.keep_place(2);  // The slot is another call's now.
    to.fill(1, "first ");
    CHECK(to.sent.story == "first a second b ");
    CHECK(!to.order.is_empty());
    to.fill(2, "third");
    CHECK(to.sent.story == "first a second b third");
    CHECK(to.order.is_empty());
}

TEST_CASE("output_order: an empty response is a response") {
    line to;
    to.order.keep_place(1);
    to.publish("event");
    to.fill(1, "");
    CHECK(to.sent.story == "event");
}

TEST_CASE("output_order: all that waits can be taken, the places are gone then") {
    line to;
    to.order.keep_place(1);
    to.publish("a ");
    to.order.keep_place(2);
    to.fill(std::nullopt, "b");
    to.order.release_all(to.sent);
    CHECK(to.sent.story == "a b");
    CHECK(to.order.is_empty());
    CHECK(to.order.size() == 0);
}

}  // namespace
