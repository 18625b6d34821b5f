// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a call is written as its parameters' types say, and what would change on the way is
// refused. Method: the concept in pairs, literal requests, integers at the ends of each type.

#include <gatewire/detail/signature.hpp>
#include <gatewire/typed/params.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using rpc::typed::argument_fits;

/// An entry as far as a request needs one.
template <class Signature>
struct entry {
    static constexpr std::string_view name = "a\"b";
    using arguments = typename rpc::detail::signature<Signature>::arguments;
};

template <class Signature>
struct plain_entry : entry<Signature> {
    static constexpr std::string_view name = "a b";
};
template <class Signature>
struct foreign_entry : entry<Signature> {
    static constexpr std::string_view name = "\xc3\xa9";
};

template <class Signature, class... Arguments>
std::string params_of(const Arguments&... arguments) {
    constexpr std::string_view start = R"({"jsonrpc":"2.0","method":"a\"b","params":)";
    rpc::wire::buffer out;
    rpc::typed::write_request<entry<Signature>>(out, arguments...);
    REQUIRE(out.view().starts_with(start));
    return std::string(out.view().substr(start.size()));
}

/// What `write_request` throws, or "ok".
template <class Signature, class... Arguments>
std::string refusal(rpc::errc expected, const Arguments&... arguments) {
    try {
        rpc::wire::buffer out;
        rpc::typed::write_request<entry<Signature>>(out, arguments...);
        return "ok";
    } catch (const rpc::error& why) {
        CHECK(why.code() == expected);
        CHECK(why.outcome() == rpc::outcome::not_sent);
        return why.message();
    }
}

enum plain_enum { zero, one };
enum class strict_enum { zero, one };
struct price {
    double value = 0;
};

static_assert(argument_fits<int, int>());
static_assert(argument_fits<const int&, int>());
static_assert(argument_fits<std::int64_t, std::int8_t>());  // judged by the value
static_assert(argument_fits<unsigned, int>());
static_assert(argument_fits<char, int>());
static_assert(argument_fits<int, double>());
static_assert(argument_fits<float, double>());
static_assert(argument_fits<bool, bool>());
static_assert(argument_fits<const char*, std::string>());
static_assert(argument_fits<const char (&)[4], const std::string&>());
static_assert(argument_fits<std::string, std::string>());
static_assert(argument_fits<int, std::optional<int>>());
static_assert(argument_fits<std::nullopt_t, std::optional<int>>());
static_assert(argument_fits<std::optional<int>, std::optional<int>>());
static_assert(argument_fits<price, const price&>());
static_assert(argument_fits<plain_enum, plain_enum>());
static_assert(argument_fits<std::chrono::seconds, std::chrono::milliseconds>());

static_assert(!argument_fits<double, int>());
static_assert(!argument_fits<float, std::uint8_t>());
static_assert(!argument_fits<bool, int>());
static_assert(!argument_fits<int, bool>());
static_assert(!argument_fits<double, bool>());
static_assert(!argument_fits<bool, double>());
static_assert(!argument_fits<const char*, bool>());
static_assert(!argument_fits<const char*, int>());
static_assert(!argument_fits<int, std::string>());
static_assert(!argument_fits<std::string, int>());
static_assert(!argument_fits<strict_enum, int>());
static_assert(!argument_fits<int, strict_enum>());
static_assert(!argument_fits<double, price>());
static_assert(!argument_fits<std::vector<double>, std::vector<int>>());
static_assert(!argument_fits<std::chrono::milliseconds, std::chrono::seconds>());
static_assert(!argument_fits<int, std::chrono::seconds>());

}  // namespace

TEST_CASE("request: an optional parameter takes what its value takes, and nothing else") {
    CHECK_FALSE(argument_fits<double, std::optional<int>>());
    CHECK_FALSE(argument_fits<bool, std::optional<int>>());
    CHECK_FALSE(argument_fits<bool, std::optional<double>>());
    CHECK_FALSE(argument_fits<int, std::optional<bool>>());
    CHECK_FALSE(argument_fits<std::optional<double>, std::optional<int>>());
    CHECK(refusal<void(std::optional<std::int8_t>)>(rpc::errc::invalid_params, 300) ==
          "params[0]: 300 is out of range of the parameter");
}

TEST_CASE("request: without arguments there are no params") {
    rpc::wire::buffer out;
    rpc::typed::write_request<entry<void()>>(out);
    CHECK(out.view() == R"({"jsonrpc":"2.0","method":"a\"b")");
}

TEST_CASE("request: a name of plain bytes and one with others begin a request alike") {
    rpc::wire::buffer out;
    rpc::typed::write_request<plain_entry<void()>>(out);
    CHECK(out.view() == R"({"jsonrpc":"2.0","method":"a b")");
    out.clear();
    rpc::typed::write_request<plain_entry<void(int)>>(out, 7);
    CHECK(out.view() == R"({"jsonrpc":"2.0","method":"a b","params":[7])");
    out.clear();
    rpc::typed::write_request<foreign_entry<void(int)>>(out, 7);
    CHECK(out.view() == "{\"jsonrpc\":\"2.0\",\"method\":\"\xc3\xa9\",\"params\":[7]");
}

TEST_CASE("request: arguments are written as their parameters' types") {
    CHECK(params_of<void(int, int)>(1, -2) == "[1,-2]");
    CHECK(params_of<void(double)>(1) == params_of<void(double)>(1.0));
    CHECK(params_of<void(const std::string&)>("a\n\"") == R"(["a\n\""])");
    CHECK(params_of<void(std::string)>(std::string_view("x")) == R"(["x"])");
    CHECK(params_of<void(std::optional<int>, std::optional<int>)>(5, std::nullopt) == "[5,null]");
    CHECK(params_of<void(const price&, std::vector<int>)>(price{1.5}, std::vector<int>{1, 2}) ==
          R"([{"value":1.5},[1,2]])");
    CHECK(params_of<void(std::chrono::milliseconds)>(std::chrono::seconds(2)) == "[2000]");
    CHECK(params_of<void(bool)>(true) == "[true]");
    CHECK(params_of<void(int)>(short{3}) == "[3]");
}

TEST_CASE("request: integers at the ends of a type go, those beyond are refused with their place") {
    CHECK(params_of<void(std::int8_t, std::int8_t)>(127, -128) == "[127,-128]");
    CHECK(params_of<void(std::uint64_t)>((std::numeric_limits<std::uint64_t>::max)()) ==
          "[18446744073709551615]");
    CHECK(params_of<void(std::int64_t)>(std::uint64_t{9223372036854775807U}) ==
          "[9223372036854775807]");
    const auto out_of_range = rpc::errc::invalid_params;
    CHECK(refusal<void(int, std::int8_t)>(out_of_range, 1, 128) ==
          "params[1]: 128 is out of range of the parameter");
    CHECK(refusal<void(std::int8_t)>(out_of_range, -129) != "ok");
    CHECK(refusal<void(unsigned)>(out_of_range, -1) ==
          "params[0]: -1 is out of range of the parameter");
    CHECK(refusal<void(std::uint64_t)>(out_of_range, std::int64_t{-1}) != "ok");
    CHECK(refusal<void(std::int64_t)>(out_of_range, std::uint64_t{9223372036854775808U}) != "ok");
    CHECK(refusal<void(int)>(out_of_range, std::int64_t{1} << 32) != "ok");
}

TEST_CASE("request: a value without a JSON form is refused with its place") {
    const auto invalid = rpc::errc::invalid_value;
    CHECK(refusal<void(int, double)>(invalid, 1, std::nan("")).starts_with("params[1]: "));
    CHECK(refusal<void(std::string)>(invalid, "\xff").starts_with("params[0]: "));
    CHECK(refusal<void(price)>(invalid, price{HUGE_VAL}).starts_with("params[0].value: "));
    CHECK(refusal<void(std::vector<double>)>(invalid, std::vector<double>{1, HUGE_VAL})
              .starts_with("params[0][1]: "));
}
