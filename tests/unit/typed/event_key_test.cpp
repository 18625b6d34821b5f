// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an event's key is the text that clients subscribe by. Method: keys of every kind that a
// table allows, by member, member function and function.

#include <gatewire/table.hpp>
#include <gatewire/typed/event_key.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace {

struct tick {
    std::string symbol;
    std::int64_t account = 0;
    std::string_view view() const { return symbol; }
    const std::string& reference() const { return symbol; }
    std::string made() const { return symbol + "!"; }
    unsigned char level = 200;
};

std::string both(const tick& of) {
    return of.symbol + "/" + std::to_string(of.account);
}

template <auto Key>
std::string key_of(const tick& payload) {
    using event = rpc::event<"tick", tick, rpc::keyed_by<Key>>;
    const rpc::typed::event_key<rpc::detail::entry<event>> key(payload);
    return std::string(key.text());
}

}  // namespace

TEST_CASE("event_key: text is the key as it is") {
    const tick payload{"rb2405", 7};
    CHECK(key_of<&tick::symbol>(payload) == "rb2405");
    CHECK(key_of<&tick::view>(payload) == "rb2405");
    CHECK(key_of<&tick::reference>(payload) == "rb2405");
    CHECK(key_of<&tick::made>(payload) == "rb2405!");
    CHECK(key_of<&both>(payload) == "rb2405/7");
    CHECK(key_of<[](const tick& of) { return of.symbol.c_str(); }>(payload) == "rb2405");
    CHECK(key_of<&tick::symbol>({std::string("a\0b", 3)}) == std::string("a\0b", 3));
}

TEST_CASE("event_key: a member's text is not copied") {
    const tick payload{"rb2405"};
    using event = rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>>;
    const rpc::typed::event_key<rpc::detail::entry<event>> key(payload);
    CHECK(key.text().data() == payload.symbol.data());
}

TEST_CASE("event_key: integers travel as decimal text") {
    const tick payload{"", (std::numeric_limits<std::int64_t>::min)()};
    CHECK(key_of<&tick::account>(payload) == "-9223372036854775808");
    CHECK(key_of<&tick::level>(payload) == "200");
    CHECK(key_of<[](const tick&) { return std::uint64_t{18446744073709551615U}; }>(payload) ==
          "18446744073709551615");
    CHECK(rpc::typed::key_text(5) == "5");
    CHECK(rpc::typed::key_text("five") == "five");
}

TEST_CASE("event_key: an event without a key has an empty one") {
    const rpc::typed::event_key<rpc::detail::entry<rpc::event<"tick", tick>>> key(tick{"x"});
    CHECK(key.text().empty());
}
