// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_CONTRACT_HPP
#define GATEWIRE_CLI_CONTRACT_HPP

#include "terminal.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class remote;

/// What a server serves, as its OpenRPC document says.
class contract {
public:
    /// @throws failure  It is no such document.
    explicit contract(const std::string& document);

    const json& document() const noexcept { return document_; }
    const std::string& text() const noexcept { return text_; }
    const json& methods() const;
    const json& events() const;
    const json& types() const;

    // Null where there is none of this name.
    const json* method(std::string_view name) const;
    const json* event(std::string_view name) const;
    const json* type(std::string_view name) const;

    /// @throws failure  There is none; the text names what is near.
    const json& needed_method(const std::string& name) const;
    const json& needed_event(const std::string& name) const;

    /// What a schema's `$ref` refers to, or the schema itself.
    const json& resolved(const json& schema) const;

    /// The schemas of an object's members by their names; empty where there are none.
    json members(const json& schema) const;

    /// `add(a: integer, b: integer) -> integer`
    std::string signature(const json& method) const;
    /// `tick: tick (keyed, latest)`
    std::string event_line(const json& event) const;

private:
    std::string text_;
    json document_;
};

/// Asks for it.
/// @throws rpc::error, failure
contract discover(remote& server);

/// `integer`, `[order]`, `text or null`.
std::string type_text(const json& schema);

/// How long one count takes where a schema says that a value counts from 1970.
std::optional<std::chrono::nanoseconds> time_unit_of(const json& schema);

/// What the keys of a keyed event are, as a sentence.
std::string key_look(const json& event);

/// Whether a word can be a key of the event; where the description does not say, it can.
bool is_possible_key(const json& event, const std::string& word);

/// The name that was meant by a word that is none of them, if one is near: in other letters' case,
/// with a slip, or its beginning.
std::optional<std::string> nearest_name(const std::string& word,
                                        const std::vector<std::string>& names);

/// The same as the end of a sentence.
std::string suggestion(const std::string& word, const std::vector<std::string>& names);

std::vector<std::string> names_in(const json& entries);

}  // namespace cli

#endif  // GATEWIRE_CLI_CONTRACT_HPP
