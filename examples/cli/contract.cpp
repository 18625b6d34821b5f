// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "contract.hpp"

#include "failure.hpp"
#include "remote.hpp"

#include <algorithm>
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

std::size_t distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t line = 1; line <= one.size(); ++line) {
        std::size_t before = row[0];
        row[0] = line;
        for (std::size_t at = 1; at <= other.size(); ++at) {
            const std::size_t changed = before + (one[line - 1] == other[at - 1] ? 0 : 1);
            before = row[at];
            row[at] = (std::min)({row[at] + 1, row[at - 1] + 1, changed});
        }
    }
    return row.back();
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

std::string suggestion(const std::string& word, const std::vector<std::string>& names) {
    const auto nearest = std::min_element(names.begin(), names.end(),
                                          [&](const std::string& one, const std::string& other) {
                                              return distance(word, one) < distance(word, other);
                                          });
    const bool is_near =
        nearest != names.end() && distance(word, *nearest) <= (std::max)(word.size() / 3, 1UL);
    return is_near ? ", did you mean '" + *nearest + "'?" : "";
}

std::vector<std::string> names_in(const json& entries) {
    std::vector<std::string> names;
    for (const json& entry : entries) {
        names.push_back(entry.value("name", ""));
    }
    return names;
}

}  // namespace cli
