// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_WIRE_CASES_PUBLISHED_CASES_HPP
#define TESTS_WIRE_CASES_PUBLISHED_CASES_HPP

#include "case.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wire_cases {

inline std::filesystem::path data_folder() {
    const char* given = std::getenv("GATEWIRE_TEST_DATA");
    return given != nullptr ? given : GATEWIRE_TEST_DATA_DIR;
}

inline bool published_texts_exist() {
    return std::filesystem::is_directory(data_folder() / "json-test-suite" / "test_parsing") &&
           std::filesystem::is_regular_file(data_folder() / "jsonrpc2-examples.json");
}

inline std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What a server says to a text where JSON's standard leaves the choice. Numbers of any size are
/// JSON, though no request; a text is exact UTF-8 without lone surrogates and without a byte order
/// mark; 64 levels are enough.
inline constexpr std::array<std::pair<std::string_view, const char*>, 35> decisions = {{
    {"i_number_double_huge_neg_exp", "[-32600]"},
    {"i_number_huge_exp", "[-32600]"},
    {"i_number_neg_int_huge_exp", "[-32600]"},
    {"i_number_pos_double_huge_exp", "[-32600]"},
    {"i_number_real_neg_overflow", "[-32600]"},
    {"i_number_real_pos_overflow", "[-32600]"},
    {"i_number_real_underflow", "[-32600]"},
    {"i_number_too_big_neg_int", "[-32600]"},
    {"i_number_too_big_pos_int", "[-32600]"},
    {"i_number_very_big_negative_int", "[-32600]"},
    {"i_object_key_lone_2nd_surrogate", "-32700"},
    {"i_string_1st_surrogate_but_2nd_missing", "-32700"},
    {"i_string_1st_valid_surrogate_2nd_invalid", "-32700"},
    {"i_string_UTF-16LE_with_BOM", "-32700"},
    {"i_string_UTF-8_invalid_sequence", "-32700"},
    {"i_string_UTF8_surrogate_U+D800", "-32700"},
    {"i_string_incomplete_surrogate_and_escape_valid", "-32700"},
    {"i_string_incomplete_surrogate_pair", "-32700"},
    {"i_string_incomplete_surrogates_escape_valid", "-32700"},
    {"i_string_invalid_lonely_surrogate", "-32700"},
    {"i_string_invalid_surrogate", "-32700"},
    {"i_string_invalid_utf-8", "-32700"},
    {"i_string_inverted_surrogates_U+1D11E", "-32700"},
    {"i_string_iso_latin_1", "-32700"},
    {"i_string_lone_second_surrogate", "-32700"},
    {"i_string_lone_utf8_continuation_byte", "-32700"},
    {"i_string_not_in_unicode_range", "-32700"},
    {"i_string_overlong_sequence_2_bytes", "-32700"},
    {"i_string_overlong_sequence_6_bytes", "-32700"},
    {"i_string_overlong_sequence_6_bytes_null", "-32700"},
    {"i_string_truncated-utf-8", "-32700"},
    {"i_string_utf16BE_no_BOM", "-32700"},
    {"i_string_utf16LE_no_BOM", "-32700"},
    {"i_structure_500_nested_arrays", "-32700"},
    {"i_structure_UTF-8_BOM_empty_object", "-32700"},
}};

/// The texts of JSONTestSuite, each the body of a frame, and the examples of the JSON-RPC 2.0
/// specification. None where they are not there.
inline std::vector<wire_case> published_cases() {
    std::vector<wire_case> all;
    if (!published_texts_exist()) {
        return all;
    }
    const auto folder = data_folder() / "json-test-suite" / "test_parsing";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().stem().string();
        const auto decided = std::find_if(decisions.begin(), decisions.end(),
                                          [&](const auto& one) { return one.first == name; });
        all.push_back({name, framed(content_of(entry.path())),
                       name.starts_with("n_")       ? "-32700"
                       : decided != decisions.end() ? decided->second
                                                    : nullptr,
                       name.starts_with("n_") ? "x" : nullptr});
    }
    const auto examples =
        nlohmann::json::parse(content_of(data_folder() / "jsonrpc2-examples.json"));
    for (const nlohmann::json& example : examples) {
        all.push_back({"R1 " + example["name"].get<std::string>(),
                       framed(example["request"].get<std::string>()), nullptr, nullptr});
    }
    std::sort(all.begin(), all.end(),
              [](const wire_case& left, const wire_case& right) { return left.name < right.name; });
    return all;
}

}  // namespace wire_cases

#endif  // TESTS_WIRE_CASES_PUBLISHED_CASES_HPP
