// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_ARGUMENTS_HPP
#define GATEWIRE_CLI_ARGUMENTS_HPP

#include "contract.hpp"

#include <string>
#include <vector>

namespace cli {

/// The params of a call as words of a command line say them, checked against the description.
///
/// Each word is JSON, or text where the method wants a text. `name=value` gives a parameter by its
/// name. A single `-` reads all of the params from the input as a JSON array or object.
/// @return The params as JSON text.
/// @throws failure  It says which argument, what is expected, and what to do.
std::string read_params(const contract& terms, const json& method,
                        const std::vector<std::string>& words);

}  // namespace cli

#endif  // GATEWIRE_CLI_ARGUMENTS_HPP
