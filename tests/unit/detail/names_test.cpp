// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: every name of a table is found at its place, at compile time and later, and no other is.
// Method: tables of 0, 1, 16 and 256 names; names near to them, and names of equal hash.

#include <gatewire/detail/names.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::detail::name_index;

template <std::size_t Count>
void check_names() {
    std::vector<std::string> texts;
    std::array<std::string_view, Count> names;
    for (std::size_t at = 0; at < Count; ++at) {
        texts.push_back("method_" + std::to_string(at * 37));
    }
    for (std::size_t at = 0; at < Count; ++at) {
        names[at] = texts[at];
    }
    const name_index<Count> index(names);
    CHECK(index.names() == names);
    for (std::size_t at = 0; at < Count; ++at) {
        CHECK(index.find(std::string(texts[at])) == at);
        for (const std::string& absent :
             {texts[at] + "_", texts[at].substr(1), "M" + texts[at].substr(1),
              texts[at] + std::string(1, '\0'), "method_" + std::to_string(at * 37 + 1)}) {
            CHECK(index.find(absent) == index.none);
        }
    }
    CHECK(index.find("") == index.none);
    CHECK(index.find(std::string(100'000, 'x')) == index.none);
}

constexpr std::array<std::string_view, 3> three{"add", "", "send_order"};
constexpr name_index<3> at_compile_time(three);
static_assert(at_compile_time.find("add") == 0);
static_assert(at_compile_time.find("") == 1);
static_assert(at_compile_time.find("send_order") == 2);
static_assert(at_compile_time.find("send_orde") == name_index<3>::none);
static_assert(name_index<0>({}).find("add") == name_index<0>::none);

}  // namespace

TEST_CASE("name_index: 1, 16 and 256 names are all found, and nothing else") {
    check_names<1>();
    check_names<16>();
    check_names<256>();
}

TEST_CASE("name_index: the hash is 32-bit FNV-1a") {
    CHECK(rpc::detail::name_hash("") == 0x811c9dc5U);
    CHECK(rpc::detail::name_hash("a") == 0xe40c292cU);
    CHECK(rpc::detail::name_hash("foobar") == 0xbf9cf968U);
    CHECK(rpc::detail::name_hash("\xff") == (0x811c9dc5U ^ 0xffU) * 16777619U);
}

TEST_CASE("name_index: names of the same hash are told apart") {
    // Two words whose 32-bit FNV-1a is the same.
    REQUIRE(rpc::detail::name_hash("costarring") == rpc::detail::name_hash("liquid"));
    const name_index<1> one({"liquid"});
    CHECK(one.find("liquid") == 0);
    CHECK(one.find("costarring") == one.none);
    const name_index<2> both({"costarring", "liquid"});
    CHECK(both.find("costarring") == 0);
    CHECK(both.find("liquid") == 1);
}
