// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_SCHEMA_HPP
#define GATEWIRE_CLI_SCHEMA_HPP

#include "contract.hpp"

#include <optional>
#include <string>

namespace cli {

/// What is wrong with a value, and where in it.
struct mismatch {
    std::string place;  ///< `.price`, `[2].symbol`; empty for the whole.
    std::string wanted;
    std::string found;
};

/// Compares a value with a schema as the library's documents have them. Members that the schema
/// does not know are let through, as the server does.
std::optional<mismatch> find_mismatch(const contract& terms, const json& schema, const json& value);

/// Whether the schema lets texts through, and whether nothing else but null.
struct text_rule {
    bool is_allowed = false;
    bool is_only = false;
};
text_rule text_rule_of(const contract& terms, const json& schema);

/// What to write for a schema: `an integer, for example 42`.
std::string hint_for(const contract& terms, const json& schema);

}  // namespace cli

#endif  // GATEWIRE_CLI_SCHEMA_HPP
