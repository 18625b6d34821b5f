// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "setting.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <utility>

namespace trader {

namespace {

bool is_same_kind(const nlohmann::json& left, const nlohmann::json& right) {
    return left.type() == right.type() || (left.is_number() && right.is_number());
}

}  // namespace

setting_folder::setting_folder(std::filesystem::path folder) : folder_(std::move(folder)) {
    if (folder_.empty()) {
        const char* home = std::getenv("HOME");
        folder_ = std::filesystem::path(home != nullptr ? home : ".") / ".trader";
    }
}

std::filesystem::path setting_folder::file_of(const std::string& name) const {
    return folder_ / (name + ".json");
}

nlohmann::json setting_folder::load(const std::string& name) const {
    const auto path = file_of(name);
    if (!std::filesystem::exists(path)) {
        return nlohmann::json::object();
    }
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto read = nlohmann::json::parse(text, nullptr, false);
    if (!file || !read.is_object()) {
        throw std::runtime_error(path.string() +
                                 " is not a file with a JSON object; mend or remove it");
    }
    return read;
}

void setting_folder::save(const std::string& name, const nlohmann::json& setting) const {
    std::filesystem::create_directories(folder_);
    const auto path = file_of(name);
    // Renamed when it is whole, so that nobody ever reads half a file.
    auto draft = path;
    draft += "." + std::to_string(std::random_device{}());
    std::ofstream file(draft);
    file << setting.dump(4) << '\n';
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + draft.string());
    }
    // Tokens may stand in it.
    std::filesystem::permissions(
        draft, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::filesystem::rename(draft, path);
}

nlohmann::json with_defaults(const nlohmann::json& defaults, const nlohmann::json& given) {
    auto result = defaults;
    if (!given.is_object() && !given.is_null()) {
        throw std::invalid_argument("settings are a JSON object");
    }
    for (const auto& [name, value] : given.items()) {
        const auto known = defaults.find(name);
        if (known == defaults.end()) {
            throw std::invalid_argument("there is no setting '" + name + "'");
        }
        if (!is_same_kind(*known, value)) {
            throw std::invalid_argument("setting '" + name + "' takes a " + known->type_name() +
                                        ", as " + known->dump());
        }
        result[name] = value;
    }
    return result;
}

}  // namespace trader
