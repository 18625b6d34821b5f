// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a number is read exactly or refused, and never converted between kinds.
// Method: boundary values and malformed texts with their exact refusals.

#include "support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

using json_test::failure_kind;
using json_test::refusal;
using json_test::text_of;
using json_test::value_of;
using rpc::codec::read_failure;

TEST_CASE("reader: an integer takes nothing but an integer literal") {
    CHECK(refusal<int>("1.9") == "v: expected an integer, found a number with a fraction");
    CHECK(refusal<int>("1.0") == "v: expected an integer, found a number with a fraction");
    CHECK(refusal<int>("1e2") == "v: expected an integer, found a number with an exponent");
    CHECK(refusal<int>("true") == "v: expected an integer, found a boolean");
    CHECK(refusal<int>("\"1\"") == "v: expected an integer, found a string");
    CHECK(refusal<int>("null") == "v: expected an integer, found null");
    CHECK(refusal<int>("[1]") == "v: expected an integer, found an array");
    CHECK(refusal<bool>("1") == "v: expected a boolean, found a number");
    CHECK(refusal<double>("\"1\"") == "v: expected a number, found a string");
    CHECK(refusal<double>("true") == "v: expected a number, found a boolean");
    CHECK(value_of<int>("-0") == 0);
}

TEST_CASE("reader: a number reads the same alone and inside an array") {
    CHECK(value_of<std::vector<int>>("[0,-0,7,-7,2147483647,-2147483648]") ==
          std::vector<int>{0, 0, 7, -7, 2147483647, -2147483647 - 1});
    CHECK(value_of<std::vector<double>>("[0,1.5,-1.5,123456789012345,12345678901234.5,1e3]") ==
          std::vector<double>{0, 1.5, -1.5, 123456789012345, 12345678901234.5, 1000});
    for (const char* text : {"[01,1]", "[-,1]", "[1.,1]", "[-01,1]", "[00,1]", "[.5,1]", "[1e,1]",
                             "[--1,1]", "[1-1,1]"}) {
        CAPTURE(text);
        CHECK(failure_kind<std::vector<int>>(text) == read_failure::syntax);
        CHECK(failure_kind<std::vector<double>>(text) == read_failure::syntax);
    }
    CHECK(refusal<std::vector<std::uint8_t>>("[256,1]") ==
          "v[0]: 256 is out of range for an 8-bit unsigned integer");
    CHECK(refusal<std::vector<std::int8_t>>("[-129,1]") ==
          "v[0]: -129 is out of range for an 8-bit integer");
    CHECK(refusal<std::vector<unsigned>>("[-1,1]") ==
          "v[0]: -1 is out of range for a 32-bit unsigned integer");
}

TEST_CASE("reader: an integer is in range or refused") {
    CHECK(refusal<std::uint8_t>("300") == "v: 300 is out of range for an 8-bit unsigned integer");
    CHECK(refusal<std::int8_t>("128") == "v: 128 is out of range for an 8-bit integer");
    CHECK(refusal<std::int8_t>("-129") == "v: -129 is out of range for an 8-bit integer");
    CHECK(refusal<unsigned>("-1") == "v: -1 is out of range for a 32-bit unsigned integer");
    CHECK(refusal<std::int64_t>("9223372036854775808") ==
          "v: 9223372036854775808 is out of range for a 64-bit integer");
    CHECK(refusal<std::int64_t>("-9223372036854775809") ==
          "v: -9223372036854775809 is out of range for a 64-bit integer");
    CHECK(refusal<std::uint64_t>("18446744073709551616") ==
          "v: 18446744073709551616 is out of range for a 64-bit unsigned integer");
    CHECK(refusal<std::uint64_t>("99999999999999999999") ==
          "v: 99999999999999999999 is out of range for a 64-bit unsigned integer");
    CHECK(refusal<int>(std::string(1000, '9')) ==
          "v: a number of 1000 characters is out of range for a 32-bit integer");
}

TEST_CASE("reader: a malformed number is a syntax error for every type") {
    for (const char* text : {"01", "-", "-a", "1.", ".5", "1.e1", "1e", "1e+", "+1", "00", "-01",
                             "0x1", "1.5.5", "Infinity", "NaN", "-Infinity", "1 2"}) {
        CAPTURE(text);
        CHECK(failure_kind<int>(text) == read_failure::syntax);
        CHECK(failure_kind<double>(text) == read_failure::syntax);
        CHECK(failure_kind<nlohmann::json>(text) == read_failure::syntax);
        CHECK(json_test::validation(text) != "ok");
    }
    CHECK(refusal<double>("1.") == "v: a malformed number");
    CHECK(refusal<double>("-") == "v: a malformed number");
}

TEST_CASE("reader: a double is the nearest value of a text with fraction or exponent") {
    CHECK(value_of<double>("0.1") == 0.1);
    CHECK(value_of<double>("1e2") == 100.0);
    CHECK(value_of<double>("1E+2") == 100.0);
    CHECK(value_of<double>("123456789012345678901234567890.5e-10") == 12345678901234567890.0);
    CHECK(value_of<double>("2.2250738585072011e-308") == 2.2250738585072011e-308);
    CHECK(value_of<double>("1.7976931348623157e308") == (std::numeric_limits<double>::max)());
    CHECK(value_of<double>("9007199254740993.0") == 9007199254740992.0);
    CHECK(value_of<float>("0.1") == 0.1F);
    // Rounding to double first would round this to the wrong float.
    CHECK(value_of<float>("1.00000017881393432617187499") == 1.00000011920928955078125F);
    CHECK(std::signbit(value_of<double>("-0.0")));
    CHECK(std::signbit(value_of<double>("-0")));
    CHECK(std::signbit(value_of<std::vector<double>>("[-0.0,1]").front()));
    CHECK_FALSE(std::signbit(value_of<std::vector<double>>("[0.0,1]").front()));
    CHECK(value_of<double>("0e1000000000") == 0.0);
    CHECK(text_of(-0.0) == "-0.0");
}

TEST_CASE("reader: a double refuses overflow and underflow") {
    CHECK(refusal<double>("1e400") ==
          "v: 1e400 is out of range for a 64-bit floating-point number");
    CHECK(refusal<double>("-1e400") ==
          "v: -1e400 is out of range for a 64-bit floating-point number");
    CHECK(refusal<double>("1e-400") ==
          "v: 1e-400 is out of range for a 64-bit floating-point number");
    CHECK(refusal<double>("1e1000000000") ==
          "v: 1e1000000000 is out of range for a 64-bit floating-point number");
    CHECK(refusal<double>("0.1e99999999999999999999") ==
          "v: 0.1e99999999999999999999 is out of range for a 64-bit floating-point number");
    CHECK(refusal<float>("1e39") == "v: 1e39 is out of range for a 32-bit floating-point number");
    CHECK(refusal<float>("1e-60") == "v: 1e-60 is out of range for a 32-bit floating-point number");
    CHECK(refusal<double>("1" + std::string(400, '0')) ==
          "v: a number of 401 characters is out of range for a 64-bit floating-point number");
}

TEST_CASE("reader: an integer literal for a double is exact, or as JavaScript prints it") {
    CHECK(value_of<double>("9007199254740992") == 9007199254740992.0);
    CHECK(value_of<double>("9007199254740994") == 9007199254740994.0);
    CHECK(value_of<double>("-9223372036854775808") == -9223372036854775808.0);
    CHECK(value_of<double>("9223372036854775808") == 9223372036854775808.0);
    CHECK(value_of<double>("9223372036854776000") == 9223372036854775808.0);
    CHECK(value_of<double>("-9223372036854776000") == -9223372036854775808.0);
    CHECK(value_of<double>("1" + std::string(22, '0')) == 1e22);
    CHECK(value_of<double>("1" + std::string(23, '0')) == 1e23);
    CHECK(value_of<double>("1" + std::string(308, '0')) == 1e308);
    CHECK(refusal<double>("9007199254740993") ==
          "v: 9007199254740993 would be rounded by a 64-bit floating-point number");
    CHECK(refusal<double>("9223372036854775807") ==
          "v: 9223372036854775807 would be rounded by a 64-bit floating-point number");
    CHECK(refusal<double>("9223372036854776001") ==
          "v: 9223372036854776001 would be rounded by a 64-bit floating-point number");
    CHECK(value_of<float>("16777216") == 16777216.0F);
    CHECK(refusal<float>("16777217") ==
          "v: 16777217 would be rounded by a 32-bit floating-point number");
}

TEST_CASE("reader: a number of a megabyte is read or refused in linear time") {
    // In quadratic time this would take longer than the runner gives a test.
    const std::string digits(1'000'000, '7');
    CHECK(refusal<int>(digits) != "ok");
    CHECK(refusal<double>(digits) != "ok");
    CHECK(value_of<double>("0." + digits) == 7.0 / 9.0);
    CHECK(value_of<double>("1e-" + std::string(1'000'000, '0') + "1") == 0.1);
    CHECK(refusal<double>("1e" + digits) != "ok");
    CHECK(json_test::validation(digits) == "ok");
}

TEST_CASE("writer: doubles come back to the bit") {
    std::mt19937_64 random(20240101);
    const auto check = [](double value) {
        const std::string text = text_of(value);
        CAPTURE(text);
        REQUIRE(std::bit_cast<std::uint64_t>(value_of<double>(text)) ==
                std::bit_cast<std::uint64_t>(value));
        REQUIRE(std::bit_cast<std::uint64_t>(nlohmann::json::parse(text).get<double>()) ==
                std::bit_cast<std::uint64_t>(value));
    };
    for (int count = 0; count != 20'000; ++count) {
        const auto value = std::bit_cast<double>(random());
        if (std::isfinite(value)) {
            check(value);
        }
        check(static_cast<double>(random() % 100'000'000) / 1000);
        check(static_cast<double>(random() % 1'000'000'000'000'000'000) / 1e6);
        check(static_cast<double>(random()));
    }
    for (const double value :
         {(std::numeric_limits<double>::max)(), 1e15, 1e15 - 0.5, 1e15 + 0.5, 999999999999999.9,
          (std::numeric_limits<double>::min)(), std::numeric_limits<double>::denorm_min(), 0.3,
          1.0 / 3, 1e21, 4503599627370497.5, 0.000001, 0.0000001}) {
        check(value);
        check(-value);
    }
}

TEST_CASE("writer: a short decimal is as short as the shortest text") {
    std::mt19937_64 random(7);
    const double scales[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    for (int count = 0; count != 20'000; ++count) {
        const double value = static_cast<double>(random() % 100'000'000'000) / scales[count % 7];
        char text[64];
        const auto end = std::to_chars(text, text + 64, value, std::chars_format::fixed).ptr;
        std::string expected(text, end);
        expected += expected.find('.') == std::string::npos ? ".0" : "";
        REQUIRE(text_of(value) == expected);
    }
}

TEST_CASE("writer: floats come back to the bit") {
    std::mt19937 random(3);
    for (int count = 0; count != 20'000; ++count) {
        const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (std::isfinite(value)) {
            const std::string text = text_of(value);
            CAPTURE(text);
            REQUIRE(std::bit_cast<std::uint32_t>(value_of<float>(text)) ==
                    std::bit_cast<std::uint32_t>(value));
        }
    }
}
