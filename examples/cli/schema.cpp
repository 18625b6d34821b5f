// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "schema.hpp"

#include <cmath>

namespace cli {

namespace {

std::string kind_of(const json& value) {
    switch (value.type()) {
        case json::value_t::null: return "null";
        case json::value_t::boolean: return value.get<bool>() ? "true" : "false";
        case json::value_t::string: return "the text " + cut_to(compact(value), 60);
        case json::value_t::array: return "an array";
        case json::value_t::object: return "an object";
        default: return compact(value);
    }
}

bool has_type(const json& value, const std::string& type) {
    return (type == "integer" && value.is_number_integer()) ||
           (type == "number" && value.is_number()) || (type == "string" && value.is_string()) ||
           (type == "boolean" && value.is_boolean()) || (type == "null" && value.is_null()) ||
           (type == "array" && value.is_array()) || (type == "object" && value.is_object());
}

std::string with_place(std::string front, mismatch& inner) {
    return std::move(front) + inner.place;
}

class checker {
public:
    explicit checker(const contract& terms) : terms_(terms) {}

    std::optional<mismatch> check(const json& given, const json& value) const {
        const json& schema = terms_.resolved(given);
        if (!schema.is_object()) {
            return std::nullopt;
        }
        if (schema.contains("anyOf")) {
            return check_choices(given, schema["anyOf"], value);
        }
        if (schema.contains("const") && schema["const"] != value) {
            return mismatch{"", compact(schema["const"]), kind_of(value)};
        }
        const std::string type = schema.value("type", "");
        if (!type.empty() && !has_type(value, type)) {
            return mismatch{"", type_text(given), kind_of(value)};
        }
        if (value.is_number()) {
            return check_range(schema, value);
        }
        if (value.is_string()) {
            return check_names(schema, value);
        }
        return value.is_array() ? check_array(schema, value) : check_object(schema, value);
    }

private:
    std::optional<mismatch> check_choices(const json& schema, const json& choices,
                                          const json& value) const {
        std::optional<mismatch> deepest;
        for (const json& choice : choices) {
            std::optional<mismatch> wrong = check(choice, value);
            if (!wrong) {
                return std::nullopt;
            }
            if (!wrong->place.empty()) {
                deepest = std::move(wrong);  // The kind was right, something inside of it was not.
            }
        }
        return deepest ? deepest : mismatch{"", type_text(schema), kind_of(value)};
    }

    static std::optional<mismatch> check_range(const json& schema, const json& value) {
        const bool is_below = schema.contains("minimum") && value < schema["minimum"];
        const bool is_above = schema.contains("maximum") && value > schema["maximum"];
        if (!is_below && !is_above) {
            return std::nullopt;
        }
        return mismatch{"",
                        "an integer from " + compact(schema.value("minimum", json())) + " to " +
                            compact(schema.value("maximum", json())),
                        compact(value)};
    }

    static std::optional<mismatch> check_names(const json& schema, const json& value) {
        const json names = schema.value("enum", json::array());
        std::string all;
        for (const json& name : names) {
            if (name == value) {
                return std::nullopt;
            }
            all += (all.empty() ? "" : ", ") + name.get<std::string>();
        }
        return names.empty() ? std::nullopt
                             : std::optional(mismatch{"", "one of " + all, kind_of(value)});
    }

    std::optional<mismatch> check_array(const json& schema, const json& value) const {
        const std::size_t least = schema.value("minItems", std::size_t{0});
        const std::size_t most = schema.value("maxItems", static_cast<std::size_t>(-1));
        if (value.size() < least || value.size() > most) {
            return mismatch{"", std::to_string(least) + " elements", std::to_string(value.size())};
        }
        const json items = schema.value("items", json::object());
        for (std::size_t at = 0; at < value.size(); ++at) {
            const json& one = !items.is_array()   ? items
                              : at < items.size() ? items[at]
                                                  : json::object();
            if (auto wrong = check(one, value[at])) {
                wrong->place = with_place("[" + std::to_string(at) + "]", *wrong);
                return wrong;
            }
        }
        return std::nullopt;
    }

    std::optional<mismatch> check_object(const json& schema, const json& value) const {
        if (!value.is_object()) {
            return std::nullopt;
        }
        for (const json& name : schema.value("required", json::array())) {
            if (!value.contains(name.get<std::string>())) {
                return mismatch{"", "the member '" + name.get<std::string>() + "'",
                                "none of this name"};
            }
        }
        const json properties = schema.value("properties", json::object());
        for (const auto& [name, member] : value.items()) {
            const json rule = properties.contains(name)
                                  ? properties[name]
                                  : schema.value("additionalProperties", json::object());
            if (auto wrong = check(rule, member)) {
                wrong->place = with_place("." + name, *wrong);
                return wrong;
            }
        }
        return std::nullopt;
    }

    const contract& terms_;
};

}  // namespace

std::optional<mismatch> find_mismatch(const contract& terms, const json& schema,
                                      const json& value) {
    return checker(terms).check(schema, value);
}

text_rule text_rule_of(const contract& terms, const json& given) {
    const json& schema = terms.resolved(given);
    if (!schema.is_object() || schema.empty()) {
        return {true, false};
    }
    if (!schema.contains("anyOf")) {
        const std::string type = schema.value("type", "");
        return {type == "string" || type.empty(), type == "string"};
    }
    text_rule all{false, true};
    for (const json& choice : schema["anyOf"]) {
        const text_rule one = text_rule_of(terms, choice);
        all.is_allowed = all.is_allowed || one.is_allowed;
        all.is_only = all.is_only && (one.is_only || choice.value("type", "") == "null");
    }
    return {all.is_allowed, all.is_only && all.is_allowed};
}

std::string hint_for(const contract& terms, const json& given) {
    const json& schema = terms.resolved(given);
    if (schema.is_object() && schema.contains("anyOf") && !schema["anyOf"].empty()) {
        return hint_for(terms, schema["anyOf"][0]);
    }
    const std::string type = schema.is_object() ? schema.value("type", "") : "";
    if (type == "integer") {
        return "write a whole number, for example 42";
    }
    if (type == "number") {
        return "write a number, for example 1.5";
    }
    if (type == "boolean") {
        return "write true or false";
    }
    if (type == "array") {
        return "write a JSON array in quotes, for example '[1, 2]'";
    }
    if (type == "object") {
        return "write a JSON object in quotes, for example '{\"name\": 1}'" +
               (given.is_object() && given.contains("$ref")
                    ? "; gatewire describe " + type_text(given) + " shows its members"
                    : "");
    }
    return schema.is_object() && schema.contains("enum") ? "write one of these names"
                                                         : "write JSON, in quotes for the shell";
}

}  // namespace cli
