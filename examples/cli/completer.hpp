// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_COMPLETER_HPP
#define GATEWIRE_CLI_COMPLETER_HPP

#include "settings.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cli {

/// What may stand where a command line ends.
/// @param line  As it was typed up to the cursor, the program's name included.
/// @return Words; quietly none if the server cannot be asked.
std::vector<std::string> completions(CLI::App& app, const settings& how, const std::string& line);

}  // namespace cli

#endif  // GATEWIRE_CLI_COMPLETER_HPP
