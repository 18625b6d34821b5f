// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "settings.hpp"

#include "failure.hpp"

#include <cstdlib>
#include <utility>

namespace cli {

std::chrono::milliseconds read_duration(const std::string& text) {
    constexpr std::pair<const char*, double> units[] = {
        {"ms", 1}, {"s", 1e3}, {"", 1e3}, {"m", 6e4}, {"h", 3.6e6}};
    constexpr double longest = 1e12;  // thirty years
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    for (const auto& [name, factor] : units) {
        if (end != text.c_str() && name == std::string(end) && number >= 0 &&
            number * factor <= longest) {
            return std::chrono::milliseconds(static_cast<std::int64_t>(number * factor));
        }
    }
    throw usage("'" + text + "' is no duration: write for example 10s, 200ms or 2m");
}

}  // namespace cli
