// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a table says of each entry what it is, what is sent and what comes back. Method: one engine
// and one gateway with entries of every form, asked at compile time.

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/table.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace table_test {

using rpc::detail::entries_of;
using rpc::detail::entry_named;
using rpc::detail::has_table;
using rpc::detail::key_fits;
using rpc::detail::key_value;
using rpc::detail::name_is_allowed;
using rpc::detail::type_list;

struct tick {
    std::string symbol;
    int account = 0;
    double price = 0;
    bool is_open = false;
};

struct engine {
    int add(int, int);
    int looks(const std::string&) const noexcept;
    void who(const rpc::caller&, int);
    int late_caller(int, const rpc::caller&);
    int own_caller(rpc::caller);

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add, rpc::params<"a", "b">>,
                   rpc::method<"looks", &engine::looks, rpc::offload>,
                   rpc::method<"who", &engine::who>,
                   rpc::method<"lambda", [](engine&, int number) { return number; }>,
                   rpc::method<"caller_lambda", [](const engine&, const rpc::caller&, int) {}>,
                   rpc::method<"both", &engine::add, rpc::offload, rpc::params<"x", "y">>,
                   rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>, rpc::latest>,
                   rpc::event<"trade", int>>;
};

int free_function(engine&, std::string, int);

struct gateway {
    void on_tick(const tick&);
    void on_trade(int) const;
    using rpc_table =
        rpc::table<rpc::on<"tick", &gateway::on_tick>,
                   rpc::remote<"add", int(int, int), rpc::params<"a", "b">>,
                   rpc::on<"trade", &gateway::on_trade>,
                   rpc::on<"note", [](gateway&, std::string&&) {}>, rpc::remote<"void", void()>>;
};

struct foreign {};
struct guarded {
    int buy(int);
    int look() const;
    using rpc_table = rpc::table<
        rpc::method<"buy", &guarded::buy, rpc::needs<"trade">, rpc::offload, rpc::needs<"risk">>,
        rpc::method<"look", &guarded::look>,
        rpc::event<"tick", tick, rpc::latest, rpc::needs<"data">>, rpc::event<"note", int>>;
};
struct bare {};

template <rpc::detail::fixed_string Name>
using method_of = entry_named<Name, entries_of<engine>::methods>;
template <rpc::detail::fixed_string Name>
using handler_of = entry_named<Name, entries_of<gateway>::handlers>;

}  // namespace table_test

template <>
struct rpc::table_of<table_test::foreign>
    : rpc::table<rpc::method<"from_outside", [](table_test::foreign&) {}>> {};

namespace table_test {

static_assert(has_table<engine>);
static_assert(has_table<foreign>);
static_assert(!has_table<bare>);
static_assert(!has_table<int>);

static_assert(entries_of<engine>::methods::size == 6);
static_assert(entries_of<engine>::events::size == 2);
static_assert(entries_of<engine>::callables::size == 6);
static_assert(entries_of<engine>::all::size == 8);
static_assert(entries_of<gateway>::remotes::size == 2);
static_assert(entries_of<gateway>::handlers::size == 3);
static_assert(entries_of<gateway>::callables::size == 2);
static_assert(entries_of<gateway>::events::size == 0);
static_assert(entries_of<foreign>::methods::size == 1);

static_assert(std::is_same_v<method_of<"add">::arguments, type_list<int, int>>);
static_assert(std::is_same_v<method_of<"add">::result, int>);
static_assert(method_of<"add">::is_member);
static_assert(!method_of<"add">::takes_caller);
static_assert(!method_of<"add">::is_offloaded);
static_assert(method_of<"add">::names::names == std::array<std::string_view, 2>{"a", "b"});
static_assert(method_of<"both">::is_offloaded);
static_assert(method_of<"both">::names::names[1] == "y");
static_assert(method_of<"looks">::is_offloaded);
static_assert(!method_of<"looks">::names::given);
static_assert(std::is_same_v<method_of<"looks">::arguments, type_list<const std::string&>>);
static_assert(method_of<"who">::takes_caller);
static_assert(std::is_same_v<method_of<"who">::arguments, type_list<int>>);
static_assert(!method_of<"lambda">::is_member);
static_assert(std::is_same_v<method_of<"lambda">::object, engine>);
static_assert(std::is_same_v<method_of<"lambda">::arguments, type_list<int>>);
static_assert(method_of<"caller_lambda">::takes_caller);
static_assert(std::is_same_v<method_of<"caller_lambda">::arguments, type_list<int>>);

// Only a first parameter `const rpc::caller&` is the caller; anything else is sent.
using late = rpc::detail::entry<rpc::method<"late", &engine::late_caller>>;
using own = rpc::detail::entry<rpc::method<"own", &engine::own_caller>>;
static_assert(!late::takes_caller && late::arguments::size == 2);
static_assert(!own::takes_caller && own::arguments::size == 1);

using by_function = rpc::detail::entry<rpc::method<"free", &free_function>>;
static_assert(std::is_same_v<by_function::object, engine>);
static_assert(std::is_same_v<by_function::arguments, type_list<std::string, int>>);

using tick_entry = entry_named<"tick", entries_of<engine>::events>;
static_assert(tick_entry::is_keyed && tick_entry::is_latest);
static_assert(std::is_same_v<tick_entry::payload, tick>);
using trade_entry = entry_named<"trade", entries_of<engine>::events>;
static_assert(!trade_entry::is_keyed && !trade_entry::is_latest);

static_assert(std::is_same_v<handler_of<"tick">::payload, tick>);
static_assert(handler_of<"tick">::is_member);
static_assert(std::is_same_v<handler_of<"trade">::payload, int>);
static_assert(std::is_same_v<handler_of<"note">::payload, std::string>);
static_assert(!handler_of<"note">::is_member);

static_assert(key_fits<tick, rpc::keyed_by<&tick::symbol>>());
static_assert(key_fits<tick, rpc::keyed_by<&tick::account>>());
static_assert(key_fits<tick, rpc::latest>());
static_assert(!key_fits<tick, rpc::keyed_by<&tick::price>>());
static_assert(!key_fits<tick, rpc::keyed_by<&tick::is_open>>());
static_assert(!key_fits<int, rpc::keyed_by<&tick::symbol>>());
static_assert(!key_fits<tick, rpc::keyed_by<5>>());
static_assert(key_value<std::string> && key_value<const char*> && key_value<std::string_view>);
static_assert(key_value<std::uint64_t> && key_value<char> && key_value<char[6]>);
static_assert(!key_value<bool> && !key_value<double> && !key_value<tick>);

using roles = std::array<std::string_view, 2>;
static_assert(entry_named<"buy", entries_of<guarded>::methods>::roles == roles{"trade", "risk"});
static_assert(entry_named<"buy", entries_of<guarded>::methods>::is_offloaded);
static_assert(entry_named<"look", entries_of<guarded>::methods>::roles.empty());
static_assert(entry_named<"tick", entries_of<guarded>::events>::roles.front() == "data");
static_assert(entry_named<"note", entries_of<guarded>::events>::roles.empty());

static_assert(name_is_allowed("add") && name_is_allowed("rpc") && name_is_allowed("rpcx"));
static_assert(!name_is_allowed("") && !name_is_allowed("rpc.") && !name_is_allowed("rpc.ping"));

static_assert(rpc::detail::is_listed<"add", entries_of<engine>::methods>);
static_assert(!rpc::detail::is_listed<"tick", entries_of<engine>::methods>);
static_assert(!rpc::detail::is_listed<"ad", entries_of<engine>::methods>);
static_assert(rpc::detail::names_differ<entries_of<engine>::all>());
static_assert(!rpc::detail::names_differ<
              type_list<rpc::event<"a", int>, rpc::event<"b", int>, rpc::event<"a", char>>>());

static_assert(rpc::detail::name_of<&engine::looks, entries_of<engine>::methods>().view() ==
              "looks");
static_assert(rpc::detail::place_of_function<&engine::who>(entries_of<engine>::methods{}) == 2);
static_assert(rpc::detail::place_of_function<&engine::own_caller>(entries_of<engine>::methods{}) ==
              static_cast<std::size_t>(-1));

TEST_CASE("table: names are found at their places") {
    const auto& methods = rpc::detail::index_of<entries_of<engine>::methods>;
    CHECK(methods.find("add") == 0);
    CHECK(methods.find("both") == 5);
    CHECK(methods.find("tick") == methods.none);
    const auto& handlers = rpc::detail::index_of<entries_of<gateway>::handlers>;
    CHECK(handlers.find("tick") == 0);
    CHECK(handlers.find("note") == 2);
    CHECK(handlers.find("add") == handlers.none);
}

TEST_CASE("table: an empty one has nothing in it") {
    struct empty {
        using rpc_table = rpc::table<>;
    };
    CHECK(entries_of<empty>::all::size == 0);
    CHECK(rpc::detail::index_of<entries_of<empty>::methods>.find("add") ==
          static_cast<std::size_t>(-1));
}

}  // namespace table_test
