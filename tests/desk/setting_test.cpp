// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "trader/setting.hpp"

#include "own_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace {

using trader::setting_folder;
using trader::with_defaults;

TEST_CASE("what was saved is loaded, in a folder that is made when it is needed") {
    const test::own_folder temporary;
    const setting_folder folder{temporary.path() / "deep" / "er"};
    CHECK(folder.load("rpc_service") == nlohmann::json::object());
    CHECK_FALSE(std::filesystem::exists(folder.path()));
    folder.save("rpc_service", {{"listen", {"tcp://a:1"}}});
    folder.save("rpc_service", {{"listen", {"tcp://a:2"}}});
    CHECK(folder.load("rpc_service").at("listen").at(0) == "tcp://a:2");
    const auto rights = std::filesystem::status(folder.path() / "rpc_service.json").permissions();
    CHECK((rights & std::filesystem::perms::group_read) == std::filesystem::perms::none);
    CHECK((rights & std::filesystem::perms::others_read) == std::filesystem::perms::none);
}

TEST_CASE("a broken file is an error that names it, and is left as it is") {
    const test::own_folder temporary;
    const auto path = temporary.path() / "broken.json";
    std::ofstream(path) << "{\"listen\": [";
    const setting_folder folder{temporary.path()};
    try {
        folder.load("broken");
        FAIL("loaded");
    } catch (const std::runtime_error& failure) {
        CHECK(std::string(failure.what()).find(path.string()) != std::string::npos);
    }
    CHECK(std::filesystem::file_size(path) == 12);
}

TEST_CASE("settings that are missing have their defaults, others are checked") {
    const nlohmann::json defaults{{"address", "tcp://a:1"}, {"speed", 20}, {"loop", true}};
    CHECK(with_defaults(defaults, nlohmann::json::object()) == defaults);
    CHECK(with_defaults(defaults, {{"speed", 0.5}}).at("speed") == 0.5);
    CHECK_THROWS_WITH_AS(with_defaults(defaults, {{"sped", 1}}), "there is no setting 'sped'",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(with_defaults(defaults, {{"loop", "yes"}}),
                         "setting 'loop' takes a boolean, as true", std::invalid_argument);
}

}  // namespace
