// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the examples of the JSON-RPC 2.0 specification, section 7, are answered as it says. Method:
// the published file; answers compared by meaning, without `data`, batches in any order.

#include "server_rig.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

std::filesystem::path examples_file() {
    std::filesystem::path data = "../shared/data";
#ifdef GATEWIRE_TEST_DATA_DIR
    data = GATEWIRE_TEST_DATA_DIR;
#endif
    if (const char* given = std::getenv("GATEWIRE_TEST_DATA")) {
        data = given;
    }
    return data / "jsonrpc2-examples.json";
}

/// One answer as what it means: error objects may carry data, batches come in any order.
nlohmann::json meaning_of(nlohmann::json answer) {
    if (answer.is_array()) {
        std::vector<nlohmann::json> parts;
        for (nlohmann::json& part : answer) {
            parts.push_back(meaning_of(std::move(part)));
        }
        std::sort(parts.begin(), parts.end());
        return parts;
    }
    if (answer.contains("error")) {
        answer["error"].erase("data");
    }
    return answer;
}

}  // namespace

TEST_CASE("server_connection: the 15 examples of the specification") {
    std::ifstream file(examples_file());
    if (!file) {
        MESSAGE("the examples are not there, nothing tested: " << examples_file().string());
        return;
    }
    const nlohmann::json examples = nlohmann::json::parse(file);
    CHECK(examples.size() == 15);
    for (const nlohmann::json& example : examples) {
        CAPTURE(example["name"].get<std::string>());
        test::server_rig rig;
        const auto answers = rig.tell(example["request"].get_ref<const std::string&>());
        if (example["response"].is_null()) {
            CHECK(answers.empty());
            continue;
        }
        REQUIRE(answers.size() == 1);
        const auto& expected = example["response"].get_ref<const std::string&>();
        CHECK(meaning_of(nlohmann::json::parse(answers[0])) ==
              meaning_of(nlohmann::json::parse(expected)));
        CHECK(rig.connection.in_flight() == 0);
    }
}
