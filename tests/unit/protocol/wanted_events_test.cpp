// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a client wants outlives its connections, and each change is asked for as it was made.
// Method: literal changes; what is sent at once and what the next connection asks for.

#include <gatewire/protocol/wanted_events.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::protocol::entry_description;
using rpc::protocol::subscription;
using rpc::protocol::wanted_events;
using keys = std::vector<std::string>;

wanted_events made_wanted() {
    entry_description quote;
    quote.name = "quote";
    entry_description fill;
    fill.name = "fill";
    return wanted_events({quote, fill});
}

/// A subscription as text: `quote`, or `quote a b`.
std::string text_of(const subscription& one) {
    std::string text = one.event;
    if (one.keys) {
        text += ":";
        for (const std::string& key : *one.keys) {
            text += " " + key;
        }
    }
    return text;
}

keys all_of(const wanted_events& wanted) {
    keys all;
    for (const subscription& one : wanted.all()) {
        all.push_back(text_of(one));
    }
    return all;
}

}  // namespace

TEST_CASE("wanted_events: at first every event is wanted whole") {
    CHECK(all_of(made_wanted()) == keys{"quote", "fill"});
    CHECK(all_of(wanted_events({})).empty());
}

TEST_CASE("wanted_events: keys replace the whole event and add up") {
    wanted_events wanted = made_wanted();
    CHECK(text_of(wanted.subscribe(0, {"b", "a"})) == "quote: b a");
    CHECK(all_of(wanted) == keys{"quote: a b", "fill"});
    CHECK(text_of(wanted.subscribe(0, {"c", "a"})) == "quote: c a");
    CHECK(all_of(wanted) == keys{"quote: a b c", "fill"});
}

TEST_CASE(
    "wanted_events: without keys the whole event is wanted again, and its keys are forgotten") {
    wanted_events wanted = made_wanted();
    wanted.subscribe(0, {"a"});
    CHECK(text_of(wanted.subscribe(0, {})) == "quote");
    CHECK(all_of(wanted) == keys{"quote", "fill"});
    wanted.subscribe(0, {"b"});
    CHECK(all_of(wanted) == keys{"quote: b", "fill"});
}

TEST_CASE("wanted_events: unsubscribing takes keys away, or everything") {
    wanted_events wanted = made_wanted();
    wanted.subscribe(0, {"a", "b"});
    CHECK(text_of(wanted.unsubscribe(0, {"a", "x"})) == "quote: a x");
    CHECK(all_of(wanted) == keys{"quote: b", "fill"});
    wanted.unsubscribe(0, {"b"});
    CHECK(all_of(wanted) == keys{"fill"});
    CHECK(text_of(wanted.unsubscribe(1, {})) == "fill");
    CHECK(all_of(wanted).empty());
    wanted.subscribe(1, {});
    CHECK(all_of(wanted) == keys{"fill"});
}

TEST_CASE("wanted_events: a key taken from the whole event leaves it whole, as the server does") {
    wanted_events wanted = made_wanted();
    wanted.unsubscribe(0, {"a"});
    CHECK(all_of(wanted) == keys{"quote", "fill"});
}
