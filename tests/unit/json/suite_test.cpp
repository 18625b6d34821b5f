// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the reader accepts and refuses what JSONTestSuite says, and the free cases as decided here.
// Method: its files, through `validate` and through a read of nlohmann's value.

#include "support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

namespace json = rpc::codec;

std::filesystem::path suite_folder() {
    std::filesystem::path data = "../shared/data";
#ifdef GATEWIRE_TEST_DATA_DIR
    data = GATEWIRE_TEST_DATA_DIR;
#endif
    if (const char* given = std::getenv("GATEWIRE_TEST_DATA")) {
        data = given;
    }
    return data / "json-test-suite" / "test_parsing";
}

bool suite_is_absent() {
    const bool absent = !std::filesystem::is_directory(suite_folder());
    if (absent) {
        MESSAGE("JSONTestSuite is not there, nothing tested: " << suite_folder().string());
    }
    return absent;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

json::read_failure validate_failure(const std::string& text) {
    const json_test::exact_text exact(text);
    json::read_error error;
    return json::validate(exact.view(), error) ? json::read_failure::none : error.kind;
}

struct decision {
    std::string_view file;  // without i_ and .json
    json::read_failure validated;
    json::read_failure read;
};

constexpr auto ok = json::read_failure::none;
constexpr auto bad_value = json::read_failure::value;
constexpr auto bad_text = json::read_failure::syntax;

// A number of any size is good JSON, but no value holds it: nothing is rounded to infinity, to zero
// or to a double. Strings are exact UTF-8 without lone surrogates; there is no byte order mark.
constexpr std::array<decision, 35> decisions = {{
    {"number_double_huge_neg_exp", ok, bad_value},
    {"number_huge_exp", ok, bad_value},
    {"number_neg_int_huge_exp", ok, bad_value},
    {"number_pos_double_huge_exp", ok, bad_value},
    {"number_real_neg_overflow", ok, bad_value},
    {"number_real_pos_overflow", ok, bad_value},
    {"number_real_underflow", ok, bad_value},
    {"number_too_big_neg_int", ok, bad_value},
    {"number_too_big_pos_int", ok, bad_value},
    {"number_very_big_negative_int", ok, bad_value},
    {"object_key_lone_2nd_surrogate", bad_text, bad_text},
    {"string_1st_surrogate_but_2nd_missing", bad_text, bad_text},
    {"string_1st_valid_surrogate_2nd_invalid", bad_text, bad_text},
    {"string_UTF-16LE_with_BOM", bad_text, bad_text},
    {"string_UTF-8_invalid_sequence", bad_text, bad_text},
    {"string_UTF8_surrogate_U+D800", bad_text, bad_text},
    {"string_incomplete_surrogate_and_escape_valid", bad_text, bad_text},
    {"string_incomplete_surrogate_pair", bad_text, bad_text},
    {"string_incomplete_surrogates_escape_valid", bad_text, bad_text},
    {"string_invalid_lonely_surrogate", bad_text, bad_text},
    {"string_invalid_surrogate", bad_text, bad_text},
    {"string_invalid_utf-8", bad_text, bad_text},
    {"string_inverted_surrogates_U+1D11E", bad_text, bad_text},
    {"string_iso_latin_1", bad_text, bad_text},
    {"string_lone_second_surrogate", bad_text, bad_text},
    {"string_lone_utf8_continuation_byte", bad_text, bad_text},
    {"string_not_in_unicode_range", bad_text, bad_text},
    {"string_overlong_sequence_2_bytes", bad_text, bad_text},
    {"string_overlong_sequence_6_bytes", bad_text, bad_text},
    {"string_overlong_sequence_6_bytes_null", bad_text, bad_text},
    {"string_truncated-utf-8", bad_text, bad_text},
    {"string_utf16BE_no_BOM", bad_text, bad_text},
    {"string_utf16LE_no_BOM", bad_text, bad_text},
    {"structure_500_nested_arrays", bad_text, bad_text},
    {"structure_UTF-8_BOM_empty_object", bad_text, bad_text},
}};

}  // namespace

TEST_CASE("suite: every y_ text is accepted, except for duplicate members") {
    if (suite_is_absent()) {
        return;
    }
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(suite_folder())) {
        const std::string name = entry.path().stem().string();
        if (!name.starts_with("y_")) {
            continue;
        }
        ++count;
        CAPTURE(name);
        const std::string text = content_of(entry.path());
        // JSON allows them; an order that holds a price twice must not be guessed at.
        const bool doubled =
            name == "y_object_duplicated_key" || name == "y_object_duplicated_key_and_value";
        CHECK(validate_failure(text) == (doubled ? bad_value : ok));
        CHECK(json_test::failure_kind<nlohmann::json>(text) == (doubled ? bad_value : ok));
        if (!doubled) {
            CHECK(json_test::value_of<nlohmann::json>(text) == nlohmann::json::parse(text));
        }
    }
    CHECK(count == 95);
}

TEST_CASE("suite: every n_ text is refused as no JSON") {
    if (suite_is_absent()) {
        return;
    }
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(suite_folder())) {
        const std::string name = entry.path().stem().string();
        if (name.starts_with("n_")) {
            ++count;
            CAPTURE(name);
            const std::string text = content_of(entry.path());
            CHECK(validate_failure(text) == bad_text);
            CHECK(json_test::failure_kind<nlohmann::json>(text) == bad_text);
            CHECK(json_test::failure_kind<int>(text) == bad_text);
        }
    }
    CHECK(count == 188);
}

TEST_CASE("suite: every i_ text is treated as decided") {
    if (suite_is_absent()) {
        return;
    }
    for (const decision& decided : decisions) {
        CAPTURE(decided.file);
        const auto path = suite_folder() / ("i_" + std::string(decided.file) + ".json");
        REQUIRE(std::filesystem::is_regular_file(path));
        const std::string text = content_of(path);
        CHECK(validate_failure(text) == decided.validated);
        CHECK(json_test::failure_kind<nlohmann::json>(text) == decided.read);
    }
}
