// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SETTING_HPP
#define TRADER_SETTING_HPP

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace trader {

/// Settings as JSON files in one folder, which is made when something is first saved. What a file
/// says is never lost: a member that nobody asked to change stays as it is.
///
/// @par Thread safety
/// Several objects and processes may use one folder: a file is always whole, old or new. Of two
/// that save under one name at the same time, one may win.
class setting_folder {
public:
    /// @param folder  Empty: `.trader` in the home directory, or here where there is none.
    explicit setting_folder(std::filesystem::path folder = {});

    /// What was saved under a name; an empty object if nothing was.
    /// @throws std::runtime_error  If the file cannot be read or is no JSON object; the text names
    ///                             the file and the place in it, and it is left as it is.
    nlohmann::json load(const std::string& name) const;

    /// Lays an object over what was saved: members that it does not have are kept, and those that
    /// it has as null go away.
    /// @throws std::runtime_error  If it cannot be written, or if what is there cannot be read.
    void save(const std::string& name, const nlohmann::json& setting) const;

    const std::filesystem::path& path() const { return folder_; }
    /// Where what is saved under a name is kept.
    std::filesystem::path file_of(const std::string& name) const;

private:
    std::filesystem::path folder_;
};

/// Settings as an object: `connect({}, "SIM")` gives null, and means none.
/// @throws std::invalid_argument  If they are anything else.
nlohmann::json as_settings(const nlohmann::json& given);

/// The defaults with what differs from them, as a program gives it.
/// @throws std::invalid_argument  If a setting is unknown, or of another kind than its default; the
///                                text says what it takes and what was there.
nlohmann::json with_defaults(const nlohmann::json& defaults, const nlohmann::json& given);

/// The defaults with what a file says: it may have members that this program does not know, and
/// those of a wrong kind have their defaults.
struct saved_settings {
    nlohmann::json values;
    std::vector<std::string> unknown{};  ///< A sentence for each, which names the file.
    std::vector<std::string> wrong{};    ///< The same for members of a wrong kind.
};

/// Reads what was saved.
/// @param file  For the sentences.
saved_settings read_saved(const nlohmann::json& defaults, const nlohmann::json& saved,
                          const std::filesystem::path& file);

/// "setting 'loop' takes a boolean, as true, not \"yes\"". Of a secret only the kind is told.
std::string wrong_setting(const std::string& name, const std::string& takes,
                          const nlohmann::json& value);

/// Whether a setting is not to be shown.
bool is_secret(const std::string& name);

/// Whether a setting is the name of a file.
bool is_file(const std::string& name);

/// What was changed: the members of `now` that are not the same in `before`.
nlohmann::json changes(const nlohmann::json& before, const nlohmann::json& now);

}  // namespace trader

#endif  // TRADER_SETTING_HPP
