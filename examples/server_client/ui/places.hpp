// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_PLACES_HPP
#define TRADER_PLACES_HPP

#include "text.hpp"

#include <QSettings>

#include <filesystem>
#include <memory>

namespace trader::ui {

/// What windows keep in the folder of the settings: where they were, how wide columns are, and
/// which theme they have.
inline std::unique_ptr<QSettings> open_places(const std::filesystem::path& folder) {
    return std::make_unique<QSettings>(to_text((folder / "windows.ini").string()),
                                       QSettings::IniFormat);
}

inline constexpr auto dark_key = "dark_theme";

}  // namespace trader::ui

#endif  // TRADER_PLACES_HPP
