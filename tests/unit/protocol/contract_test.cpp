// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: two programs that were built at different times find out exactly what does not fit, and
// where. Method: descriptions of real types on both sides, and the text of each difference.

#include <gatewire/json/describe.hpp>
#include <gatewire/protocol/contract.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::codec::describe;
using rpc::protocol::entry_description;
using rpc::protocol::entry_types;
using rpc::protocol::event_mismatch;
using rpc::protocol::fingerprint_text;
using rpc::protocol::method_mismatch;
using rpc::protocol::text_of;

namespace here {
struct order {
    std::string symbol;
    double price = 0;
};
}  // namespace here

namespace there {
struct order {
    std::string symbol;
    std::string price;
};
}  // namespace there

namespace newer {
struct order {
    std::string symbol;
    double price = 0;
    std::optional<int> volume;
};
}  // namespace newer

template <class Returned, class... Sent>
entry_types method_of() {
    entry_types types;
    types.sent = {describe<Sent>()...};
    if constexpr (!std::is_void_v<Returned>) {
        types.returned = {describe<Returned>()};
    }
    return types;
}

template <class Payload>
entry_types event_of() {
    return {{describe<Payload>()}, {}};
}

entry_types types_of(std::string_view text) {
    entry_types types;
    rpc::codec::read_error failure;
    CAPTURE(text);
    REQUIRE(rpc::protocol::read_types(text, types, failure));
    return types;
}

entry_description described(std::string_view name, entry_types types) {
    entry_description made;
    made.name = name;
    made.fingerprint = fingerprint_text(types);
    made.types = std::move(types);
    return made;
}

}  // namespace

TEST_CASE("contract: equal types have equal fingerprints of 16 hexadecimal digits, others do not") {
    const std::string add = fingerprint_text(method_of<int, int, int>());
    CHECK(add.size() == 16);
    CHECK(add.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(add == fingerprint_text(method_of<std::int32_t, std::int32_t, std::int32_t>()));
    CHECK(fingerprint_text(method_of<int, here::order>()) !=
          fingerprint_text(method_of<int, there::order>()));
    for (const entry_types& other :
         {method_of<int, int>(), method_of<int, int, int, int>(), method_of<int, int, long>(),
          method_of<void, int, int>(), method_of<int, int, unsigned>(), method_of<int>(),
          method_of<double, int, int>()}) {
        CHECK(fingerprint_text(other) != add);
    }
    // What is sent is not what comes back.
    CHECK(fingerprint_text(method_of<int>()) != fingerprint_text(method_of<void, int>()));
}

TEST_CASE("contract: a fingerprint does not depend on the names of types, nor on member order") {
    struct left {
        int a = 0;
        double b = 0;
    };
    struct right {
        double b = 0;
        int a = 0;
    };
    CHECK(fingerprint_text(event_of<left>()) == fingerprint_text(event_of<right>()));
}

TEST_CASE("contract: fingerprints of this release stay as they are") {
    // FNV-1a of "integer 32s 0  ()integer 32s 0  ()>integer 32s 0  ()" and of "string 0 0  ()>": a
    // peer that was built with another compiler or release computes the same.
    CHECK(fingerprint_text(method_of<int, int, int>()) == "2cf1e052904171ba");
    CHECK(fingerprint_text(event_of<std::string>()) == "aaff4fdd3f77a85f");
}

TEST_CASE("contract: methods that fit") {
    CHECK_FALSE(method_mismatch(method_of<int, int>(), method_of<int, int>()));
    CHECK_FALSE(method_mismatch(method_of<int, int>(), method_of<int, std::int64_t>()));
    CHECK_FALSE(method_mismatch(method_of<std::int64_t, int>(), method_of<int, int>()));
    CHECK_FALSE(method_mismatch(method_of<void, int>(), method_of<int, int>()));
    CHECK_FALSE(method_mismatch(method_of<int, int>(), method_of<int, int, std::optional<int>>()));
    CHECK_FALSE(method_mismatch(method_of<void, here::order>(), method_of<void, newer::order>()));
    CHECK_FALSE(method_mismatch(method_of<void, newer::order>(), method_of<void, here::order>()));
    CHECK_FALSE(method_mismatch(method_of<newer::order>(), method_of<here::order>()));
}

TEST_CASE("contract: methods that do not fit, with the place") {
    CHECK(method_mismatch(method_of<void, here::order>(), method_of<void, there::order>()) ==
          "order.price: number here, string there");
    CHECK(method_mismatch(method_of<here::order>(), method_of<there::order>()) ==
          "order.price: string there, number here");
    CHECK(method_mismatch(method_of<void, int, int>(), method_of<void, int>()) ==
          "params[1]: sent here, not known there");
    CHECK(method_mismatch(method_of<void, int>(), method_of<void, int, int>()) ==
          "params[1]: not sent here, required there");
    CHECK(method_mismatch(method_of<int>(), method_of<void>()) ==
          "result: expected here, none there");
    CHECK(method_mismatch(method_of<void, int, std::string>(), method_of<void, int, int>())
              ->starts_with("params[1]: string here, "));
    CHECK(method_mismatch(method_of<std::string>(), method_of<bool>())
              ->starts_with("result: boolean there, string here"));
    CHECK(method_mismatch(method_of<void, std::vector<std::string>>(),
                          method_of<void, std::vector<int>>())
              ->starts_with("params[0][]: string here, "));
    CHECK(method_mismatch(method_of<void, std::int64_t>(), method_of<void, int>())
              ->starts_with("params[0]: "));
}

TEST_CASE("contract: events are written there and read here") {
    CHECK_FALSE(event_mismatch(event_of<here::order>(), event_of<newer::order>()));
    CHECK_FALSE(event_mismatch(event_of<newer::order>(), event_of<here::order>()));
    CHECK_FALSE(event_mismatch(event_of<double>(), event_of<int>()));
    CHECK(event_mismatch(event_of<here::order>(), event_of<there::order>()) ==
          "order.price: string there, number here");
    CHECK(event_mismatch(event_of<int>(), event_of<std::string>())
              ->starts_with("data: string there"));
    CHECK(event_mismatch(event_of<int>(), entry_types{}) == "data: not comparable");
    CHECK(event_mismatch(event_of<int>(), method_of<void, int, int>()) == "data: not comparable");
}

TEST_CASE("contract: only entries that differ are described, unknown ones as null") {
    const std::vector<entry_description> ours{described("add", method_of<int, int, int>()),
                                              described("echo", method_of<int, int>())};
    CHECK(rpc::protocol::differing_entries({}, ours).empty());
    CHECK(rpc::protocol::differing_entries({{"add", ours[0].fingerprint}}, ours).empty());
    const auto differs = rpc::protocol::differing_entries(
        {{"add", ours[0].fingerprint}, {"echo", "?"}, {"nobody", ours[0].fingerprint}}, ours);
    REQUIRE(differs.size() == 2);
    CHECK(differs.at("nobody").text == "null");
    CHECK(types_of(differs.at("echo").text) == ours[1].types);
}

TEST_CASE("contract: there is no difference to tell where nothing differs") {
    rpc::protocol::service ours{};
    ours.methods = {described("add", method_of<int, int, int>())};
    ours.events = {described("fill", event_of<int>())};
    CHECK_FALSE(rpc::protocol::table_difference({}, ours));
    CHECK_FALSE(rpc::protocol::table_difference(
        {{{"add", ours.methods[0].fingerprint}}, {{"fill", ours.events[0].fingerprint}}}, ours));
    CHECK(rpc::protocol::table_difference({{}, {{"add", "?"}}}, ours)->events.size() == 1);
    CHECK(rpc::protocol::table_difference({{{"add", "?"}}, {}}, ours)->methods.size() == 1);
}

TEST_CASE("contract: a description travels as JSON and comes back as it was") {
    const entry_types types =
        method_of<std::vector<newer::order>, here::order, std::optional<int>>();
    const entry_types received = types_of(text_of(types));
    // Members come in another order, which is no difference.
    CHECK(fingerprint_text(received) == fingerprint_text(types));
    CHECK_FALSE(method_mismatch(types, received));
    CHECK_FALSE(method_mismatch(received, types));
}

TEST_CASE("contract: a description is written in the order of its members' names") {
    CHECK(text_of(method_of<int, newer::order>()) ==
          R"({"returned":[{"bits":32,"kind":"integer","signed":true}],"sent":[{"kind":"object",)"
          R"("members":{"price":{"bits":64,"kind":"number"},"symbol":{"kind":"string"},)"
          R"("volume":{"elements":[{"bits":32,"kind":"integer","signed":true}],)"
          R"("kind":"optional"}},"name":"order"}]})");
    CHECK(text_of(entry_types{}) == R"({"returned":[],"sent":[]})");
}

TEST_CASE("contract: a description of any shape is compared or refused, with the entry's name") {
    const entry_description mine = described("add", method_of<int, int>());
    for (const char* text :
         {"null", "5", "[]", "{}", R"({"sent":[],"returned":5})", R"({"sent":{},"returned":[]})",
          R"({"sent":[5],"returned":[]})", R"({"sent":[{"kind":"no"}],"returned":[]})",
          R"({"sent":[{"kind":"array"}],"returned":[]})",
          R"({"sent":[{"kind":"integer","bits":"x"}],"returned":[]})",
          R"({"sent":[{"kind":"object"}],"returned":[]})"}) {
        CAPTURE(text);
        const auto why = rpc::protocol::mismatch_with(mine, text, method_mismatch);
        REQUIRE(why.has_value());
        CHECK(why->starts_with("add: "));
    }
    CHECK_FALSE(rpc::protocol::mismatch_with(mine, text_of(mine.types), method_mismatch));
}
