// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SETTING_HPP
#define TRADER_SETTING_HPP

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace trader {

/// Settings as JSON files in one folder, which is made when something is first saved.
///
/// @par Thread safety
/// Several objects and processes may use one folder: a file is always whole, old or new.
class setting_folder {
public:
    /// @param folder  Empty: `.trader` in the home directory, or here where there is none.
    explicit setting_folder(std::filesystem::path folder = {});

    /// What was saved under a name; an empty object if nothing was.
    /// @throws std::runtime_error  If the file cannot be read or is no JSON object; the text names
    ///                             the file, and it is left as it is.
    nlohmann::json load(const std::string& name) const;

    /// Saves over what was there.
    /// @throws std::runtime_error  If it cannot be written.
    void save(const std::string& name, const nlohmann::json& setting) const;

    const std::filesystem::path& path() const { return folder_; }

private:
    std::filesystem::path file_of(const std::string& name) const;

    std::filesystem::path folder_;
};

/// The defaults with what differs from them.
/// @throws std::invalid_argument  If a setting is unknown, or of another type than its default.
nlohmann::json with_defaults(const nlohmann::json& defaults, const nlohmann::json& given);

}  // namespace trader

#endif  // TRADER_SETTING_HPP
