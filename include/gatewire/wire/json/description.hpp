// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_DESCRIPTION_HPP
#define GATEWIRE_WIRE_JSON_DESCRIPTION_HPP

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::wire::json {

/// What a described type is. The texts that stand for these on the wire are `described_texts`.
enum class described : unsigned char {
    null,
    boolean,
    integer,      // bits, has_sign
    number,       // bits
    string,
    enumeration,  // names
    optional,     // one element
    variant,      // elements; indexed
    tuple,        // elements
    fixed_array,  // one element; length
    array,        // one element
    set,          // one element
    map,          // one element
    duration,     // one element; unit
    time_point,   // one element; unit, clock
    object,       // names and elements; defaults
    custom,       // a form of the user's, which is not described
    any,          // any value
    reference     // an object that encloses this place; length says how many objects further out
};

inline constexpr std::array<std::string_view, 19> described_texts = {
    "null",  "boolean", "integer", "number",   "string",     "enum",   "optional",
    "variant", "tuple", "fixed_array", "array", "set",       "map",    "duration",
    "time_point", "object", "custom", "any",   "reference"};

/// A type as its JSON shows it, for comparing the two ends of a connection.
struct type_description {
    described kind = described::any;
    unsigned bits = 0;          // of an integer or number
    bool has_sign = false;      // an integer that may be negative
    bool indexed = false;       // a variant that travels as {"index": n, "value": v}
    bool defaults = false;      // an object whose members may all be missing
    std::size_t length = 0;     // of a fixed array; how far out a reference points
    std::string unit{};         // "1/1000": seconds per count
    std::string clock{};        // of a time point
    std::string name{};         // of an object or enum in the program; not part of the fingerprint
    std::vector<std::string> names{};        // of an enum's values or an object's members
    std::vector<type_description> elements{};  // as `kind` says

    bool operator==(const type_description&) const = default;
};

inline void append_quoted(std::string& text, std::string_view name) {
    text += '"';
    for (const char character : name) {
        if (character == '"' || character == '\\') {
            text += '\\';
        }
        text += character;
    }
    text += '"';
}

/// Appends a text that is the same for two types exactly if their JSON is. The order of members and
/// names does not matter, because it does not matter to a reader.
inline void append_canonical(std::string& text, const type_description& type) {
    text += described_texts[static_cast<std::size_t>(type.kind)];
    text += ' ' + std::to_string(type.bits) + (type.has_sign ? "s" : "") +
            (type.indexed ? "i" : "") + (type.defaults ? "d" : "") + ' ' +
            std::to_string(type.length) + ' ' + type.unit + ' ' + type.clock + '(';
    std::vector<std::size_t> order((std::max)(type.names.size(), type.elements.size()));
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!type.names.empty()) {
        std::sort(order.begin(), order.end(), [&type](std::size_t left, std::size_t right) {
            return type.names[left] < type.names[right];
        });
    }
    for (const std::size_t index : order) {
        if (index < type.names.size()) {
            append_quoted(text, type.names[index]);
        }
        if (index < type.elements.size()) {
            append_canonical(text, type.elements[index]);
        }
        text += ',';
    }
    text += ')';
}

/// 64-bit FNV-1a.
constexpr std::uint64_t fingerprint_of(std::string_view text,
                                       std::uint64_t hash = 0xCBF29CE484222325U) noexcept {
    for (const char character : text) {
        hash ^= static_cast<unsigned char>(character);
        hash *= 0x100000001B3U;
    }
    return hash;
}

/// Equal for types with the same JSON, on every compiler; names of types do not count.
inline std::uint64_t fingerprint(const type_description& type) {
    std::string text;
    append_canonical(text, type);
    return fingerprint_of(text);
}

/// `{"kind": "object", "name": "order", "members": {"price": {"kind": "number", "bits": 64}}}`.
inline void to_json(nlohmann::json& json, const type_description& type) {
    json = {{"kind", described_texts[static_cast<std::size_t>(type.kind)]}};
    const auto put = [&json](const char* key, const auto& value, const auto& absent) {
        if (value != absent) {
            json[key] = value;
        }
    };
    put("bits", type.bits, 0U);
    put("signed", type.has_sign, false);
    put("indexed", type.indexed, false);
    put("defaults", type.defaults, false);
    put("length", type.length, std::size_t{0});
    put("unit", type.unit, "");
    put("clock", type.clock, "");
    put("name", type.name, "");
    if (type.kind == described::object) {
        nlohmann::json members = nlohmann::json::object();
        for (std::size_t index = 0; index != type.elements.size(); ++index) {
            members[type.names[index]] = type.elements[index];
        }
        json["members"] = std::move(members);
        return;
    }
    put("names", type.names, std::vector<std::string>{});
    if (!type.elements.empty()) {
        json["elements"] = type.elements;
    }
}

/// How many elements a kind has, or -1 for any number.
constexpr int element_count(described kind) noexcept {
    switch (kind) {
        case described::object:
        case described::variant:
        case described::tuple: return -1;
        case described::optional:
        case described::fixed_array:
        case described::array:
        case described::set:
        case described::map:
        case described::duration:
        case described::time_point: return 1;
        default: return 0;
    }
}

/// Throws when the value is not a description; it comes from a peer.
inline void from_json(const nlohmann::json& json, type_description& type) {
    const auto& kind = json.at("kind").get_ref<const std::string&>();
    const auto found = std::find(described_texts.begin(), described_texts.end(), kind);
    if (found == described_texts.end()) {
        throw std::invalid_argument("an unknown kind of type");
    }
    type = {};
    type.kind = static_cast<described>(found - described_texts.begin());
    type.bits = json.value("bits", 0U);
    type.has_sign = json.value("signed", false);
    type.indexed = json.value("indexed", false);
    type.defaults = json.value("defaults", false);
    type.length = json.value("length", std::size_t{0});
    type.unit = json.value("unit", std::string());
    type.clock = json.value("clock", std::string());
    type.name = json.value("name", std::string());
    if (type.kind == described::object) {
        for (const auto& [name, member] : json.at("members").items()) {
            type.names.push_back(name);
            member.get_to(type.elements.emplace_back());
        }
        return;
    }
    if (type.kind == described::enumeration) {
        json.at("names").get_to(type.names);
    }
    if (const auto elements = json.find("elements"); elements != json.end()) {
        elements->get_to(type.elements);
    }
    const int count = element_count(type.kind);
    if (count >= 0 && type.elements.size() != static_cast<std::size_t>(count)) {
        throw std::invalid_argument("a description of a type with the wrong number of elements");
    }
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_DESCRIPTION_HPP
