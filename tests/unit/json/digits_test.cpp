// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: digits by the word are the same digits, and a double's text is the shortest there is.
// Method: the standard library as the oracle, on boundaries and on very many random numbers.

#include "support.hpp"

#include <doctest/doctest.h>

#include <gatewire/json/digits.hpp>
#include <gatewire/json/number.hpp>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>

namespace json = rpc::codec;

namespace {

constexpr std::array<double, 23> powers_of_ten = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

std::string digits_of(std::uint64_t value) {
    std::array<char, 40> text{};
    const char* const end = json::put_digits(text.data(), value);
    return {text.data(), static_cast<std::size_t>(end - text.data())};
}

std::uint64_t word_of(std::uint64_t value) {
    std::string text = std::to_string(value);
    text.insert(0, 8 - text.size(), '0');
    return json::load_word(text.data()) ^ json::zero_digits;
}

/// The rule of the format: a decimal of at most 15 digits, of them at most six behind the point, is
/// written out; anything else as the library writes it. Always with a point or an exponent.
std::string expected_text(double value) {
    const std::string sign = std::signbit(value) ? "-" : "";
    value = std::fabs(value);
    char text[400];
    for (int places = 0; places != 7; ++places) {
        const double scale = powers_of_ten[static_cast<std::size_t>(places)];
        if (value * scale < 1e15 && std::round(value * scale) / scale == value) {
            const auto end = std::to_chars(text, text + 400, value, std::chars_format::fixed,
                                           places == 0 ? 1 : places);
            return sign + std::string(text, end.ptr);
        }
    }
    const std::string shortest(text, std::to_chars(text, text + 400, value).ptr);
    return sign + shortest + (shortest.find_first_of(".e") == std::string::npos ? ".0" : "");
}

void check_text(double value) {
    const std::string text = json_test::text_of(value);
    if (text != expected_text(value)) {
        CAPTURE(text);
        REQUIRE(text == expected_text(value));
    }
    double back = 0;
    json::read_error error;
    if (!json::read_text(text, back, error) ||
        std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(value)) {
        CAPTURE(text);
        REQUIRE(false);
    }
}

/// Reads a number alone, where it ends the text, and with something behind it.
void check_read(const std::string& text) {
    double expected = 0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    for (const std::string_view behind : {"", ",1.5,\"and forty more characters behind this\""}) {
        const std::string array = "[" + text + std::string(behind) + "]";
        std::vector<json::raw_value> raw;
        json::strict_reader in(array);
        double value = -1;
        bool first = true;
        REQUIRE(in.enter_array());
        REQUIRE(in.next_element(first) == json::step::item);
        const bool read = json::read(in, value);
        if (!read && in.error().message.find("rounded") != std::string::npos) {
            continue;  // an integer that no double is
        }
        if (!read || std::memcmp(&value, &expected, sizeof value) != 0) {
            CAPTURE(array);
            REQUIRE(value == expected);
        }
    }
}

}  // namespace

TEST_CASE("digits: a word has the eight digits of its number") {
    for (const std::uint64_t value :
         {0U, 1U, 9U, 10U, 99U, 100U, 9'999U, 10'000U, 12'345'678U, 99'990'000U, 99'999'999U}) {
        CAPTURE(value);
        CHECK(json::split_digits(value) == word_of(value));
        CHECK(json::join_digits(json::split_digits(value)) == value);
        CHECK(json::join_real(json::split_digits(value)) == static_cast<double>(value));
    }
    std::mt19937_64 random(21);
    for (int count = 0; count != 200'000; ++count) {
        const std::uint64_t front = random() % json::ten_to_8;
        const std::uint64_t back = random() % 10'000 * (count % 2 == 0 ? 10'000 : 1);
        const json::digit_words both = json::split_both(front, back);
        const json::digit_words expected = json::split_both_portably(front, back);
        if (both.front != expected.front || both.back != expected.back ||
            json::join_digits(both.front) != front || json::join_digits(both.back) != back ||
            json::join_real(both.front) != json::join_real_portably(both.front) ||
            json::join_real_portably(both.front) != static_cast<double>(front)) {
            CAPTURE(front);
            CAPTURE(back);
            REQUIRE(false);
        }
    }
    for (std::uint64_t value = 0; value != 10'000; ++value) {
        REQUIRE(json::split_both(value * 10'000, value).front == word_of(value * 10'000));
        REQUIRE(json::split_both(value * 10'000, value).back == word_of(value));
    }
}

TEST_CASE("digits: whole numbers of every length are written and read") {
    std::uint64_t power = 1;
    for (int digits = 1; digits != 20; ++digits, power *= 10) {
        for (const std::uint64_t value : {power - 1, power, power + 1, power * 9}) {
            REQUIRE(digits_of(value) == std::to_string(value));
            REQUIRE(json_test::travels(value, std::to_string(value)));
        }
        const auto negative = -static_cast<std::int64_t>(power / 2);
        REQUIRE(json_test::travels(negative, std::to_string(negative)));
    }
    CHECK(json_test::travels((std::numeric_limits<std::int64_t>::min)(), "-9223372036854775808"));
    CHECK(json_test::travels((std::numeric_limits<std::uint64_t>::max)(), "18446744073709551615"));
    std::mt19937_64 random(22);
    for (int count = 0; count != 200'000; ++count) {
        const std::uint64_t value = random() >> random() % 64;
        if (digits_of(value) != std::to_string(value)) {
            REQUIRE(digits_of(value) == std::to_string(value));
        }
    }
}

TEST_CASE("digits: a wide product is the same with and without the machine's help") {
    std::mt19937_64 random(23);
    for (int count = 0; count != 100'000; ++count) {
        const std::uint64_t left = random() >> random() % 64;
        const std::uint64_t right = random() >> random() % 64;
        const json::wide_product product = json::multiply(left, right);
        const json::wide_product expected = json::multiply_portably(left, right);
        REQUIRE((product.high == expected.high && product.low == expected.low));
    }
    const json::wide_product most = json::multiply_portably(~std::uint64_t{0}, ~std::uint64_t{0});
    CHECK(most.high == ~std::uint64_t{1});
    CHECK(most.low == 1);
}

TEST_CASE("digits: doubles have their shortest texts") {
    std::mt19937_64 random(24);
    for (int count = 0; count != 100'000; ++count) {
        // Of the sizes that market data have, and of every size.
        check_text(std::bit_cast<double>((random() % 64 + 1009) << 52U | random() >> 12U));
        if (const auto any = std::bit_cast<double>(random()); std::isfinite(any)) {
            check_text(any);
        }
        check_text(static_cast<double>(random() >> random() % 63) / powers_of_ten[random() % 19]);
        check_text(static_cast<double>(random() % 1'000'000) / powers_of_ten[random() % 12]);
        check_text(static_cast<double>(random() % 100'000) / 5 - 0.2);
    }
    for (std::uint64_t exponent = 0; exponent != 2047; ++exponent) {
        check_text(std::bit_cast<double>(exponent << 52U));
        check_text(std::bit_cast<double>(exponent << 52U | 1U));
        check_text(std::bit_cast<double>((exponent << 52U) + ((std::uint64_t{1} << 52U) - 1)));
    }
    for (const double value :
         {0.0, 0.001, 0.00099999999, 0.00012345, 1.5e-7, 1e-7, 1e-8, 9'999'999.99999999, 1e7,
          1e7 + 0.25, 1e15, 1e15 - 0.5, 0.1 + 0.2, 1.0 / 3, 54'864'247'440.25, 5e-324}) {
        check_text(value);
        check_text(-value);
    }
}

TEST_CASE("digits: a text is read as the nearest double") {
    std::mt19937_64 random(25);
    for (int count = 0; count != 20'000; ++count) {
        std::string text = std::to_string(random() >> random() % 64);
        if (const std::size_t places = random() % (text.size() + 1); places != 0) {
            text.insert(text.size() - places, ".");
            text.insert(0, text.front() == '.' ? "0" : "");
        }
        check_read(text);
        check_read("-" + text);
        check_read(text + "e" + std::to_string(static_cast<int>(random() % 40) - 20));
        // Halfway between two doubles, which is rounded to the even one.
        const std::uint64_t odd =
            (std::uint64_t{1} << 53U) + random() % (std::uint64_t{1} << 52U) * 2 + 1;
        check_read(std::to_string(odd / 2) + ".5");
        check_read(std::to_string(odd / 4) + (odd % 4 == 1 ? ".25" : ".75"));
        check_read(std::to_string(odd / 8) + "." + std::to_string(1000 + odd % 8 * 125).substr(1));
        check_read(std::to_string(odd / 16) + "." +
                   std::to_string(10000 + odd % 16 * 625).substr(1));
    }
}

template <class Float>
void check_nearest(std::uint64_t digits, std::size_t places) {
    const std::string text = std::to_string(digits) + "e-" + std::to_string(places);
    Float expected = 0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    if (json::nearest_bits<Float>(digits, places) != json::bits_of(expected)) {
        CAPTURE(text);
        REQUIRE(json::nearest_bits<Float>(digits, places) == json::bits_of(expected));
    }
}

TEST_CASE("digits: the nearest number is found, also beside and at the middle of two") {
    std::mt19937_64 random(26);
    for (int count = 0; count != 50'000; ++count) {
        const std::size_t places = 1 + random() % json::nearest_places_max;
        check_nearest<double>((random() >> random() % 64) | 1U, places);
        check_nearest<float>((random() >> random() % 64) | 1U, places);
        // Multiples of the power of five: numbers that are exact, and middles of two.
        const std::uint64_t power = json::powers_of_five[places - 1];
        const std::uint64_t factor = 1 + random() % (~std::uint64_t{0} / power);
        for (const std::uint64_t digits : {power * factor - 1, power * factor}) {
            check_nearest<double>(digits, places);
            check_nearest<float>(digits, places);
        }
    }
    for (int count = 0; count != 20'000; ++count) {
        // 54 bits divided by small powers of two, and 25.
        const std::size_t places = 1 + random() % 4;
        const std::uint64_t power = json::powers_of_five[places - 1];
        const std::uint64_t odd = (std::uint64_t{1} << 53U) + random() % (std::uint64_t{1} << 53U);
        check_nearest<double>((odd | 1U) * power, places);
        check_nearest<float>((odd >> 29U | 1U) * power, places);
        check_nearest<float>((odd >> 29U | 1U) * power + 1, places);
    }
}
