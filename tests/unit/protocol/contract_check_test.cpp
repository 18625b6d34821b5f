// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client calls and subscribes to what fits, and nothing else. Method: differences as a
// server sends them, for a contract of two methods and two events.

#include "client_rig.hpp"

#include <gatewire/protocol/contract.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using rpc::codec::describe;
using rpc::protocol::contract_check;
using rpc::protocol::entry_types;
using rpc::protocol::table_differences;
using texts = std::vector<std::string>;
using rpc::protocol::text_of;

}  // namespace

TEST_CASE("contract_check: everything is allowed before the first comparison, and without any") {
    contract_check check;
    CHECK(check.method(0).empty());
    CHECK(check.events().empty());
    CHECK(check.compare(test::desk_contract(), std::nullopt).empty());
    CHECK(check.method(0).empty());
    CHECK(check.method(99).empty());
    CHECK(check.events() == texts{"", ""});
}

TEST_CASE("contract_check: a difference that does not matter is not told") {
    contract_check check;
    const entry_types wider{{describe<long>(), describe<long>()}, {describe<short>()}};
    CHECK(check.compare(test::desk_contract(), table_differences{{{"add", {text_of(wider)}}}, {}})
              .empty());
    CHECK(check.method(0).empty());
}

TEST_CASE("contract_check: a method that does not fit must not be called, and says why") {
    contract_check check;
    const entry_types other{{describe<int>(), describe<std::string>()}, {describe<int>()}};
    const texts notices =
        check.compare(test::desk_contract(), table_differences{{{"add", {text_of(other)}}}, {}});
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].starts_with("add: params[1]: "));
    CHECK(check.method(0) == notices[0]);
}

TEST_CASE("contract_check: a method that is not served is left to the call, an event is not") {
    contract_check check;
    const texts notices =
        check.compare(test::desk_contract(), table_differences{{{"add", {}}}, {{"quote", {}}}});
    CHECK(notices == texts{"the server has no event 'quote'"});
    CHECK(check.method(0).empty());
    CHECK(check.events() == texts{notices[0], ""});
}

TEST_CASE("contract_check: an event that does not fit is not subscribed to") {
    contract_check check;
    const texts notices =
        check.compare(test::desk_contract(),
                      table_differences{{}, {{"fill", {text_of({{describe<bool>()}, {}})}}}});
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].starts_with("fill: data: "));
    CHECK(check.events() == texts{"", notices[0]});
}

TEST_CASE("contract_check: entries that the client does not use do not matter") {
    contract_check check;
    CHECK(
        check.compare(test::desk_contract(), table_differences{{{"other", {"5"}}}, {{"more", {}}}})
            .empty());
}

TEST_CASE("contract_check: a later comparison replaces an earlier one") {
    contract_check check;
    check.compare(test::desk_contract(), table_differences{{{"add", {"5"}}}, {{"fill", {}}}});
    CHECK_FALSE(check.method(0).empty());
    CHECK_FALSE(check.events().at(1).empty());
    CHECK(check.compare(test::desk_contract(), std::nullopt).empty());
    CHECK(check.method(0).empty());
    CHECK(check.events() == texts{"", ""});
}
