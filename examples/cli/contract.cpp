// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "contract.hpp"

#include "failure.hpp"
#include "remote.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>

namespace cli {

namespace {

const json nothing = json::array();

const json& list_in(const json& document, const char* name) {
    const auto found = document.find(name);
    return found != document.end() && found->is_array() ? *found : nothing;
}

const json* named(const json& entries, std::string_view name) {
    for (const json& entry : entries) {
        if (entry.value("name", "") == name) {
            return &entry;
        }
    }
    return nullptr;
}

/// How many letters were left out, added, taken for others, or swapped with the next one.
std::size_t distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    std::vector<std::size_t> above(row.size());
    std::vector<std::size_t> second(row.size());
    for (std::size_t line = 1; line <= one.size(); ++line) {
        second.swap(above);
        above.swap(row);
        row[0] = line;
        for (std::size_t at = 1; at <= other.size(); ++at) {
            const std::size_t changed = above[at - 1] + (one[line - 1] == other[at - 1] ? 0 : 1);
            row[at] = (std::min)({above[at] + 1, row[at - 1] + 1, changed});
            if (line > 1 && at > 1 && one[line - 1] == other[at - 2] &&
                one[line - 2] == other[at - 1]) {
                row[at] = (std::min)(row[at], second[at - 2] + 1);
            }
        }
    }
    return row.back();
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

std::string joined_types(const json& schemas) {
    std::string text;
    for (const json& one : schemas) {
        const std::string next = type_text(one);
        text += (text.empty() ? "" : " or ") + next;
    }
    return text;
}

}  // namespace

contract::contract(const std::string& document) : text_(document) {
    try {
        document_ = json::parse(document);
    } catch (const json::exception& wrong) {
        throw failure(exit_code::call_failed,
                      std::string("the server's description is no JSON: ") + wrong.what());
    }
    if (!document_.is_object() || list_in(document_, "methods").is_null()) {
        throw failure(exit_code::call_failed, "the server's description is no OpenRPC document");
    }
}

const json& contract::methods() const {
    return list_in(document_, "methods");
}

const json& contract::events() const {
    return list_in(document_, "x-events");
}

const json& contract::types() const {
    const json::json_pointer place("/components/schemas");
    return document_.contains(place) ? document_.at(place) : nothing;
}

const json* contract::method(std::string_view name) const {
    return named(methods(), name);
}

const json* contract::event(std::string_view name) const {
    return named(events(), name);
}

const json* contract::type(std::string_view name) const {
    const auto found = types().find(std::string(name));
    return types().is_object() && found != types().end() ? &*found : nullptr;
}

const json& contract::needed_method(const std::string& name) const {
    if (const json* const found = method(name)) {
        return *found;
    }
    if (event(name) != nullptr) {
        throw usage("'" + name + "' is an event, not a method: gatewire watch " + name);
    }
    throw usage("the server has no method '" + name + "'" + suggestion(name, names_in(methods())) +
                "; gatewire list shows what there is");
}

const json& contract::needed_event(const std::string& name) const {
    if (const json* const found = event(name)) {
        return *found;
    }
    if (method(name) != nullptr) {
        throw usage("'" + name + "' is a method, not an event: gatewire call " + name);
    }
    throw usage("the server has no event '" + name + "'" + suggestion(name, names_in(events())) +
                "; gatewire list shows what there is");
}

const json& contract::resolved(const json& schema) const {
    const json* found = &schema;
    for (int steps = 0; steps < 16 && found->is_object() && found->contains("$ref"); ++steps) {
        const std::string place = found->value("$ref", "");
        const json* const next = type(place.substr(place.rfind('/') + 1));
        if (next == nullptr) {
            return nothing;
        }
        found = next;
    }
    return *found;
}

json contract::members(const json& schema) const {
    const json& found = resolved(schema);
    return found.is_object() ? found.value("properties", json::object()) : json::object();
}

std::string contract::signature(const json& method) const {
    std::string text = painted(method.value("name", ""), colour::name) + "(";
    bool is_first = true;
    for (const json& parameter : method.value("params", json::array())) {
        text += is_first ? "" : ", ";
        is_first = false;
        text += parameter.value("name", "") + ": " +
                painted(type_text(parameter.value("schema", json::object())), colour::type);
    }
    const json result = method.value("result", json::object());
    return text + ") -> " +
           painted(type_text(result.value("schema", json::object())), colour::type);
}

std::string contract::event_line(const json& event) const {
    std::string marks;
    for (const char* const mark : {"keyed", "latest"}) {
        if (event.value(mark, false)) {
            marks += (marks.empty() ? "" : ", ") + std::string(mark);
        }
    }
    return painted(event.value("name", ""), colour::name) + ": " +
           painted(type_text(event.value("payload", json::object())), colour::type) +
           (marks.empty() ? "" : " (" + marks + ")");
}

contract discover(remote& server) {
    return contract(server.call("rpc.discover"));
}

std::string type_text(const json& schema) {
    if (!schema.is_object() || schema.empty()) {
        return "any";
    }
    if (schema.contains("$ref")) {
        const std::string place = schema.value("$ref", "");
        return place.substr(place.rfind('/') + 1);
    }
    for (const char* const word : {"oneOf", "anyOf"}) {
        if (schema.contains(word)) {
            return joined_types(schema[word]);
        }
    }
    const json type = schema.value("type", json("any"));
    if (type == "array") {
        const json items = schema.value("items", json::object());
        return "[" + (items.is_array() ? joined_types(items) : type_text(items)) + "]";
    }
    if (type == "object" && schema.contains("additionalProperties")) {
        return "{name: " + type_text(schema["additionalProperties"]) + "}";
    }
    return type.is_string() ? type.get<std::string>() : compact(type);
}

std::optional<std::chrono::nanoseconds> time_unit_of(const json& schema) {
    using namespace std::chrono_literals;
    static const std::map<std::string, std::chrono::nanoseconds> units = {
        {"nanoseconds", 1ns}, {"microseconds", 1us}, {"milliseconds", 1ms}, {"seconds", 1s},
        {"minutes", 1min},    {"hours", 1h},         {"days", 24h}};
    if (!schema.is_object()) {
        return std::nullopt;
    }
    for (const json& choice : schema.value("anyOf", json::array())) {
        if (const auto unit = time_unit_of(choice)) {
            return unit;
        }
    }
    const std::string text = schema.value("description", "");
    const auto unit = units.find(text.substr(0, text.find(' ')));
    const bool is_time = text.ends_with(" since the epoch of system_clock, 1970-01-01T00:00:00Z");
    return is_time && unit != units.end() ? std::optional(unit->second) : std::nullopt;
}

std::string key_look(const json& event) {
    const json key = event.value("key", json::object());
    const std::string begin = "a key of '" + event.value("name", "") + "' is ";
    const std::string kind = key.value("type", "") == "integer" ? "an integer" : "a text";
    if (const std::string member = key.value("member", ""); !member.empty()) {
        return begin + "its member '" + member + "', " + kind;
    }
    return key.empty() ? "the server does not say what " + begin.substr(0, begin.size() - 1)
                       : begin + kind + " that the server makes of it";
}

bool is_possible_key(const json& event, const std::string& word) {
    if (event.value("key", json::object()).value("type", "") != "integer") {
        return true;
    }
    const json value = json::parse(word, nullptr, false);
    return value.is_number_integer() && value.dump() == word;
}

std::optional<std::string> nearest_name(const std::string& word,
                                        const std::vector<std::string>& names) {
    const std::string wanted = lower(word);
    std::optional<std::string> nearest;
    // Something must be as it is meant, and most of it where it is long.
    std::size_t least = (std::min)((std::max)(word.size() / 3, std::size_t{1}) + 1, word.size());
    for (const std::string& name : names) {
        const bool is_begun = word.size() > 1 && lower(name).starts_with(wanted);
        const std::size_t far = is_begun ? (std::min)(name.size() - word.size(), std::size_t{1})
                                         : distance(wanted, lower(name));
        if (far < least) {
            nearest = name;
            least = far;
        }
    }
    return nearest;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& names) {
    const std::optional<std::string> nearest = nearest_name(word, names);
    return nearest ? ", did you mean '" + *nearest + "'?" : "";
}

std::vector<std::string> names_in(const json& entries) {
    std::vector<std::string> names;
    for (const json& entry : entries) {
        names.push_back(entry.value("name", ""));
    }
    return names;
}

}  // namespace cli
