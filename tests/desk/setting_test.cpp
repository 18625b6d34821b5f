// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "trader/setting.hpp"

#include "own_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

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

TEST_CASE("what cannot be read names the file and the place, and is never written over") {
    const test::own_folder temporary;
    const setting_folder folder{temporary.path()};
    const auto path = folder.file_of("broken");
    for (const auto& [text, place] : std::vector<std::pair<std::string, std::string>>{
             {"{\n  \"token\": \"a\",\n  \"x\": ?\n}", "line 3, column 8"},
             {"{\"token\": \"a", "line 1, column 13"},
             {"", "line 1, column 1"},
             {"[1]", "settings are a JSON object, not a list"}}) {
        CAPTURE(text);
        std::ofstream(path) << text;
        for (const bool is_saving : {false, true}) {
            const auto why = test::text_of([&] {
                is_saving ? folder.save("broken", {{"x", 1}}) : void(folder.load("broken"));
            });
            CHECK(why.starts_with(path.string()));
            CHECK(why.find(place) != std::string::npos);
        }
        CHECK(test::read_file(path) == text);
        CHECK(test::files_of(temporary.path()) == 1);
    }
}

TEST_CASE("saving keeps what it does not name, and writes nothing that stands there already") {
    const test::own_folder temporary;
    const setting_folder folder{temporary.path()};
    const auto path = folder.file_of("kept");
    std::ofstream(path) << R"({"token":"t","of a later version":[1,{"x":2}]})";
    const auto before = test::read_file(path);
    folder.save("kept", nlohmann::json::object());
    folder.save("kept", {});
    folder.save("kept", {{"token", "t"}});
    CHECK(test::read_file(path) == before);
    folder.save("kept", {{"token", "u"}, {"logs", true}});
    CHECK(folder.load("kept") ==
          nlohmann::json::parse(R"({"token":"u","logs":true,"of a later version":[1,{"x":2}]})"));
    folder.save("kept", {{"logs", nullptr}, {"never there", nullptr}});
    CHECK(folder.load("kept") ==
          nlohmann::json::parse(R"({"token":"u","of a later version":[1,{"x":2}]})"));
    CHECK_THROWS_AS(folder.save("kept", nlohmann::json::array({1})), std::invalid_argument);
    CHECK(test::files_of(temporary.path()) == 1);
}

TEST_CASE("a file that cannot be written is left as it is, with nothing beside it") {
    const test::own_folder temporary;
    const setting_folder folder{temporary.path()};
    folder.save("old", {{"token", "t"}});
    // A link to what cannot be made; and a folder where the file should be.
    std::filesystem::create_symlink(temporary.path() / "none" / "x", folder.file_of("link"));
    std::filesystem::create_directory(folder.file_of("folder"));
    CHECK_THROWS_AS(folder.save("link", {{"x", 1}}), std::runtime_error);
    CHECK_THROWS_AS(folder.save("folder", {{"x", 1}}), std::runtime_error);
    CHECK(test::files_of(temporary.path()) == 3);
    CHECK(folder.load("old").at("token") == "t");
}

TEST_CASE("settings that are a link to a file elsewhere stay one") {
    const test::own_folder temporary;
    const auto real = temporary.path() / "real";
    std::ofstream(real) << R"({"token":"t"})";
    const setting_folder folder{temporary.path()};
    std::filesystem::create_symlink(real, folder.file_of("link"));
    folder.save("link", {{"x", 1}});
    CHECK(std::filesystem::is_symlink(folder.file_of("link")));
    CHECK(nlohmann::json::parse(test::read_file(real)) == nlohmann::json{{"token", "t"}, {"x", 1}});
}

TEST_CASE(
    "members of a file that are not known are named, and those of a wrong kind are not used") {
    const nlohmann::json defaults{{"address", "a"}, {"token", ""}, {"speed", 20}, {"list", {"x"}}};
    const auto read = trader::read_saved(
        defaults,
        {{"address", 7}, {"token", 1234}, {"speed", nullptr}, {"list", "x"}, {"own", {{"a", 1}}}},
        "f.json");
    CHECK(read.values == defaults);
    CHECK(read.unknown == std::vector<std::string>{"f.json: there is no setting 'own'"});
    CHECK(read.wrong ==
          std::vector<std::string>{R"(f.json: setting 'address' takes a text, as "a", not 7)",
                                   R"(f.json: setting 'list' takes a list, as ["x"], not "x")",
                                   "f.json: setting 'speed' takes a number, as 20, not null",
                                   R"(f.json: setting 'token' takes a text, as "", not a number)"});
}

TEST_CASE("settings that are missing have their defaults, others are checked") {
    const nlohmann::json defaults{{"address", "tcp://a:1"}, {"speed", 20}, {"loop", true}};
    CHECK(with_defaults(defaults, nlohmann::json::object()) == defaults);
    CHECK(with_defaults(defaults, {{"speed", 0.5}}).at("speed") == 0.5);
    CHECK_THROWS_WITH_AS(with_defaults(defaults, {{"sped", 1}}), "there is no setting 'sped'",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(with_defaults(defaults, {{"loop", "yes"}}),
                         "setting 'loop' takes a boolean, as true, not \"yes\"",
                         std::invalid_argument);
    CHECK(with_defaults(defaults, nlohmann::json()) == defaults);
    CHECK_THROWS_WITH_AS(with_defaults(defaults, {"loop", false, 1}),
                         "settings are a JSON object, not a list", std::invalid_argument);
}

}  // namespace
