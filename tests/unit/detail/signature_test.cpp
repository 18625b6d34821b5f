// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the signature of any callable without overloads is known, and that of nothing else. Method:
// assertions at compile time, in pairs.

#include <gatewire/detail/signature.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace signature_test {

using rpc::detail::list_head;
using rpc::detail::list_tail;
using rpc::detail::signature;
using rpc::detail::type_list;

struct engine {
    int plain(int, const std::string&);
    int constant(int) const;
    int quiet(int) noexcept;
    int both(int) const noexcept;
    int on_lvalue(int) &;
    int on_const_lvalue(int) const&;
    int quiet_on_lvalue(int) & noexcept;
    int quiet_on_const_lvalue(int) const& noexcept;
    int on_rvalue(int) &&;
    int data;
};

int function(engine&, int);
int quiet_function(engine&, int) noexcept;
constexpr auto lambda = [](engine&, int) { return 0; };
constexpr auto quiet_lambda = [](engine&, int) noexcept { return 0; };
constexpr auto generic_lambda = [](auto&, int) { return 0; };
struct overloaded {
    int operator()(int) const;
    int operator()(double) const;
};

template <class Callable, class Object, class Result, class... Arguments>
constexpr bool is =
    std::is_same_v<typename signature<Callable>::object, Object> &&
    std::is_same_v<typename signature<Callable>::result, Result> &&
    std::is_same_v<typename signature<Callable>::arguments, type_list<Arguments...>> &&
    signature<Callable>::known;

static_assert(is<decltype(&engine::plain), engine, int, int, const std::string&>);
static_assert(is<decltype(&engine::constant), engine, int, int>);
static_assert(is<decltype(&engine::quiet), engine, int, int>);
static_assert(is<decltype(&engine::both), engine, int, int>);
static_assert(is<decltype(&engine::on_lvalue), engine, int, int>);
static_assert(is<decltype(&engine::on_const_lvalue), engine, int, int>);
static_assert(is<decltype(&engine::quiet_on_lvalue), engine, int, int>);
static_assert(is<decltype(&engine::quiet_on_const_lvalue), engine, int, int>);
static_assert(is<decltype(&function), void, int, engine&, int>);
static_assert(is<decltype(&quiet_function), void, int, engine&, int>);
static_assert(is<std::remove_const_t<decltype(lambda)>, void, int, engine&, int>);
static_assert(is<std::remove_const_t<decltype(quiet_lambda)>, void, int, engine&, int>);
static_assert(is<int(int, int), void, int, int, int>);
static_assert(is<void(), void, void>);

static_assert(!signature<int>::known);
static_assert(!signature<int*>::known);
static_assert(!signature<decltype(&engine::data)>::known);
static_assert(!signature<decltype(&engine::on_rvalue)>::known);
static_assert(!signature<overloaded>::known);
static_assert(!signature<std::remove_const_t<decltype(generic_lambda)>>::known);

static_assert(std::is_same_v<list_head<type_list<int, char>>::type, int>);
static_assert(std::is_same_v<list_tail<type_list<int, char>>::type, type_list<char>>);
static_assert(std::is_same_v<list_head<type_list<>>::type, void>);
static_assert(std::is_same_v<list_tail<type_list<>>::type, type_list<>>);
static_assert(
    std::is_same_v<rpc::detail::list_filter<std::is_integral, type_list<>, int, float, char>::type,
                   type_list<int, char>>);
static_assert(!rpc::detail::never<int>);

}  // namespace signature_test

TEST_CASE("signature: what is known about a callable is known at compile time") {
    CHECK(rpc::detail::type_list<>::size == 0);
    CHECK(rpc::detail::type_list<int, int>::size == 2);
}
