// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: numbers are exact or refused whatever rounding mode, flush-to-zero or traps a thread has,
// and whatever the program's flags promise: CMake compiles this file again with -ffast-math and
// -Ofast.
// Method: values made and compared as bits, with the C library's conversions, which are compiled
// elsewhere, as the judge.

#include "support.hpp"

#include <gatewire/detail/signature.hpp>
#include <gatewire/typed/params.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cfenv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace {

using json_test::text_of;

constexpr int flush_to_zero = -1;
constexpr int traps = -2;

/// The floating-point environment that some other library left behind.
class left_behind {
public:
    explicit left_behind(int mode) {
        std::fesetenv(FE_DFL_ENV);
        if (mode >= 0) {
            std::fesetround(mode);
        }
#if defined(__SSE2__)
        if (mode == flush_to_zero) {
            _mm_setcsr(_mm_getcsr() | 0x8040U);  // results and operands
        }
#endif
#if defined(__GLIBC__)
        if (mode == traps) {
            feenableexcept(FE_ALL_EXCEPT);
        }
#endif
    }
    left_behind(const left_behind&) = delete;
    left_behind& operator=(const left_behind&) = delete;
    ~left_behind() { std::fesetenv(FE_DFL_ENV); }
};

constexpr std::array modes = {FE_TONEAREST,  FE_UPWARD,     FE_DOWNWARD,
                              FE_TOWARDZERO, flush_to_zero, traps};

template <class Float>
using bits_type = std::conditional_t<sizeof(Float) == 8, std::uint64_t, std::uint32_t>;

/// A real number in memory, which only the codec looks at as a number.
template <class Float>
struct stored {
    Float number;

    stored() { std::memset(&number, 0x55, sizeof number); }
    explicit stored(bits_type<Float> bits) { std::memcpy(&number, &bits, sizeof number); }
    bits_type<Float> bits() const {
        bits_type<Float> result = 0;
        std::memcpy(&result, &number, sizeof result);
        return result;
    }
};

template <class Float>
bits_type<Float> judged(const std::string& text) {
    std::fesetenv(FE_DFL_ENV);
    stored<Float> result;
    if constexpr (sizeof(Float) == 8) {
        result.number = std::strtod(text.c_str(), nullptr);
    } else {
        result.number = std::strtof(text.c_str(), nullptr);
    }
    return result.bits();
}

template <class Float>
bits_type<Float> read_in(int mode, const std::string& text) {
    stored<Float> result;
    rpc::codec::read_error error;
    const left_behind environment(mode);
    return rpc::codec::read_text(text, result.number, error) ? result.bits() : 0x5555;
}

template <class Float>
std::string written_in(int mode, bits_type<Float> bits) {
    const stored<Float> value(bits);
    const left_behind environment(mode);
    return text_of(value.number);
}

/// Checks without a macro for each of very many.
template <class Float>
void check_text(const std::string& text) {
    const bits_type<Float> expected = judged<Float>(text);
    for (const int mode : modes) {
        if (read_in<Float>(mode, text) != expected) {
            CAPTURE(mode);
            CAPTURE(text);
            REQUIRE(read_in<Float>(mode, text) == expected);
        }
    }
}

template <class Float>
void check_value(bits_type<Float> bits) {
    const std::string usual = written_in<Float>(FE_TONEAREST, bits);
    CAPTURE(usual);
    if (judged<Float>(usual) != bits) {
        REQUIRE(judged<Float>(usual) == bits);
    }
    for (const int mode : modes) {
        if (written_in<Float>(mode, bits) != usual) {
            CAPTURE(mode);
            REQUIRE(written_in<Float>(mode, bits) == usual);
        }
    }
    check_text<Float>(usual);
}

/// Decimals of one to eight places, as prices have.
std::string some_decimal(std::mt19937_64& random) {
    const std::string digits = std::to_string(random() % 1'000'000'000);
    const std::size_t places = 1 + random() % 8;
    std::string text(places < digits.size() ? 0 : places + 1 - digits.size(), '0');
    text += digits;
    return text.substr(0, text.size() - places) + '.' + text.substr(text.size() - places);
}

template <class Float>
std::string refusal_of(bits_type<Float> bits, int mode) {
    const stored<Float> value(bits);
    const left_behind environment(mode);
    struct priced {
        Float price;
        std::optional<Float> stop;
    };
    nlohmann::json dynamic;
    if constexpr (sizeof(Float) == 8) {
        dynamic = value.number;
    }
    return text_of(value.number) + text_of(std::optional<Float>(value.number)) +
           text_of(priced{value.number, std::nullopt}) +
           text_of(std::vector<std::optional<Float>>{value.number}) +
           text_of(std::chrono::duration<Float>(value.number)) +
           (sizeof(Float) == 8 ? text_of(dynamic) : "");
}

template <class Float>
std::string refused(const std::string& sentence) {
    return "!v: " + sentence + "null!v.price: " + sentence + "[null]!v: " + sentence +
           (sizeof(Float) == 8 ? "!v: " + sentence : "");
}

template <class Parameter>
struct entry {
    static constexpr std::string_view name = "m";
    using arguments = rpc::detail::type_list<Parameter>;
};

/// The argument as it is sent.
template <class Parameter, class Argument>
std::string sent_in(int mode, bits_type<Argument> bits) {
    const stored<Argument> argument(bits);
    rpc::wire::buffer out;
    const left_behind environment(mode);
    rpc::typed::write_request<entry<Parameter>>(out, argument.number);
    const std::string_view text = out.view();
    return std::string(text.substr(text.find('[') + 1, text.rfind(']') - text.find('[') - 1));
}

}  // namespace

TEST_CASE("environment: decimals and their neighbours are the same numbers in every environment") {
    std::mt19937_64 random(51);
    for (int count = 0; count != 4'000; ++count) {
        const std::string text = some_decimal(random);
        check_text<double>(text);
        check_text<float>(text);
        check_text<double>("-" + text);
        const std::uint64_t bits = judged<double>(text);
        if (bits != 0) {
            check_value<double>(bits - 1);
            check_value<double>(bits);
            check_value<double>(bits + 1);
        }
        const std::uint32_t short_bits = judged<float>(text);
        if (short_bits != 0) {
            check_value<float>(short_bits - 1);
            check_value<float>(short_bits);
            check_value<float>(short_bits + 1);
        }
    }
}

TEST_CASE("environment: numbers of every size are the same in every environment") {
    std::mt19937_64 random(52);
    for (int count = 0; count != 3'000; ++count) {
        const std::uint64_t bits = random();
        if ((bits >> 52U & 0x7FFU) != 0x7FF) {
            check_value<double>(bits);
        }
        const auto short_bits = static_cast<std::uint32_t>(random());
        if ((short_bits >> 23U & 0xFFU) != 0xFF) {
            check_value<float>(short_bits);
        }
        const std::string text = std::to_string(random() >> random() % 64);
        check_text<double>(text + ".5");
        check_text<double>(text + "e-" + std::to_string(random() % 300));
        check_text<double>("0." + text + std::to_string(random()));
        check_text<float>(text + "e-" + std::to_string(random() % 30));
    }
}

TEST_CASE("environment: the smallest numbers are not flushed to zero") {
    for (const std::uint64_t bits : {0x1ULL, 0xFFFFFFFFFFFFFULL, 0x10000000000000ULL,
                                     0x8000000000000000ULL, 0x8000000000000001ULL}) {
        check_value<double>(bits);
    }
    for (const std::uint32_t bits : {0x1U, 0x7FFFFFU, 0x800000U, 0x80000000U, 0x80000001U}) {
        check_value<float>(bits);
    }
    const left_behind environment(flush_to_zero);
    CHECK(json_test::refusal<double>("1e-400").starts_with("v: 1e-400 is out of range"));
    CHECK(json_test::refusal<double>("1e400").starts_with("v: 1e400 is out of range"));
    CHECK(json_test::refusal<double>("0e400") == "ok");
}

TEST_CASE("environment: a NaN and infinity are refused, and are none where there may be none") {
    for (const int mode : modes) {
        CAPTURE(mode);
        for (const std::uint64_t sign : {0ULL, 1ULL}) {
            CHECK(refusal_of<double>(0x7FF8000000000000ULL | sign << 63U, mode) ==
                  refused<double>("NaN has no JSON form"));
            CHECK(refusal_of<double>(0x7FF0000000000001ULL | sign << 63U, mode) ==
                  refused<double>("NaN has no JSON form"));
            CHECK(refusal_of<double>(0x7FF0000000000000ULL | sign << 63U, mode) ==
                  refused<double>("infinity has no JSON form"));
            CHECK(refusal_of<float>(0x7FC00000U | static_cast<std::uint32_t>(sign << 31U), mode) ==
                  refused<float>("NaN has no JSON form"));
            CHECK(refusal_of<float>(0x7F800000U | static_cast<std::uint32_t>(sign << 31U), mode) ==
                  refused<float>("infinity has no JSON form"));
        }
    }
}

TEST_CASE("environment: integers of numbers with a fraction are exact or refused") {
    for (const int mode : modes) {
        CAPTURE(mode);
        CHECK(read_in<double>(mode, "1234") == judged<double>("1234"));
        CHECK(read_in<double>(mode, "-0") == judged<double>("-0"));
        CHECK(read_in<double>(mode, "0.0") == judged<double>("0"));
        CHECK(read_in<double>(mode, "-0.000") == judged<double>("-0"));
        CHECK(read_in<double>(mode, "123456789012") == judged<double>("123456789012"));
        CHECK(read_in<double>(mode, "9007199254740992") == judged<double>("9007199254740992"));
        CHECK(read_in<double>(mode, "-9223372036854776000") ==
              judged<double>("-9223372036854776000"));
        CHECK(read_in<double>(mode, "1e15") == judged<double>("1e15"));
        CHECK(read_in<double>(mode, "1e22") == judged<double>("1e22"));
        CHECK(read_in<float>(mode, "16777216") == judged<float>("16777216"));
        const left_behind environment(mode);
        CHECK(json_test::refusal<double>("9007199254740993") ==
              "v: 9007199254740993 would be rounded by a 64-bit floating-point number");
        CHECK(json_test::refusal<float>("16777217") ==
              "v: 16777217 would be rounded by a 32-bit floating-point number");
    }
}

TEST_CASE("environment: an argument becomes the nearest value of its parameter's type") {
    for (const int mode : modes) {
        CAPTURE(mode);
        CHECK(sent_in<float, double>(mode, judged<double>("0.1")) == "0.1");
        CHECK(sent_in<float, double>(mode, judged<double>("-16777217.25")) == "-16777218.0");
        CHECK(sent_in<double, float>(mode, 1U) ==
              written_in<double>(FE_TONEAREST, 0x36A0000000000000ULL));
        CHECK(sent_in<double, float>(mode, 0x3DCCCCCDU) == "0.10000000149011612");
    }
}
