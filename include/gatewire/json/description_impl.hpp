// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIPTION_IMPL_HPP
#define GATEWIRE_JSON_DESCRIPTION_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/description.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::codec {

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

/// The places of the names in the order of their texts.
inline std::vector<std::size_t> order_of(const std::vector<std::string>& names, std::size_t count) {
    std::vector<std::size_t> order;
    for (std::size_t index = 0; index != count; ++index) {
        // Few and mostly in order; a sort of the standard library is a large thing to compile.
        std::size_t at = order.size();
        while (at != 0 && index < names.size() && names[index] < names[order[at - 1]]) {
            --at;
        }
        order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), index);
    }
    return order;
}

GATEWIRE_INLINE void append_canonical(std::string& text, const type_description& type) {
    text += described_texts[static_cast<std::size_t>(type.kind)];
    text.append(" ").append(std::to_string(type.bits));
    text.append(type.has_sign ? "s" : "").append(type.indexed ? "i" : "");
    text.append(type.defaults ? "d" : "").append(" ").append(std::to_string(type.length));
    text.append(" ").append(type.unit).append(" ").append(type.clock).append("(");
    const std::size_t count = (std::max)(type.names.size(), type.elements.size());
    for (const std::size_t index : order_of(type.names, count)) {
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

GATEWIRE_INLINE std::uint64_t fingerprint(const type_description& type) {
    std::string text;
    append_canonical(text, type);
    return fingerprint_of(text);
}

GATEWIRE_INLINE nlohmann::json json_of(const std::vector<type_description>& types) {
    nlohmann::json json = nlohmann::json::array();
    for (const type_description& type : types) {
        to_json(json.get_ref<nlohmann::json::array_t&>().emplace_back(), type);
    }
    return json;
}

GATEWIRE_INLINE std::vector<type_description> descriptions_of(const nlohmann::json& json) {
    std::vector<type_description> types;
    for (const nlohmann::json& type : json.get_ref<const nlohmann::json::array_t&>()) {
        from_json(type, types.emplace_back());
    }
    return types;
}

GATEWIRE_INLINE void to_json(nlohmann::json& json, const type_description& type) {
    json = nlohmann::json::object();
    auto& members = json.get_ref<nlohmann::json::object_t&>();
    const auto put_text = [&members](const char* key, std::string_view text) {
        if (!text.empty()) {
            members[key] = std::string(text);
        }
    };
    const auto put_count = [&members](const char* key, std::size_t count) {
        if (count != 0) {
            members[key] = count;
        }
    };
    const auto put_flag = [&members](const char* key, bool flag) {
        if (flag) {
            members[key] = true;
        }
    };
    put_text("kind", described_texts[static_cast<std::size_t>(type.kind)]);
    put_count("bits", type.bits);
    put_flag("signed", type.has_sign);
    put_flag("indexed", type.indexed);
    put_flag("defaults", type.defaults);
    put_count("length", type.length);
    put_text("unit", type.unit);
    put_text("clock", type.clock);
    put_text("name", type.name);
    if (type.kind == described::object) {
        nlohmann::json& inner = members["members"] = nlohmann::json::object();
        for (std::size_t index = 0; index != type.elements.size(); ++index) {
            to_json(inner[type.names[index]], type.elements[index]);
        }
        return;
    }
    if (!type.names.empty()) {
        nlohmann::json& names = members["names"] = nlohmann::json::array();
        for (const std::string& name : type.names) {
            names.get_ref<nlohmann::json::array_t&>().emplace_back(name);
        }
    }
    if (!type.elements.empty()) {
        members["elements"] = json_of(type.elements);
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

GATEWIRE_INLINE void from_json(const nlohmann::json& json, type_description& type) {
    const auto& kind = json.at("kind").get_ref<const std::string&>();
    const auto found = std::find(described_texts.begin(), described_texts.end(), kind);
    if (found == described_texts.end()) {
        throw std::invalid_argument("an unknown kind of type");
    }
    type = {};
    type.kind = static_cast<described>(found - described_texts.begin());
    type.bits = static_cast<unsigned>(json.value("bits", std::size_t{0}));
    type.has_sign = json.value("signed", false);
    type.indexed = json.value("indexed", false);
    type.defaults = json.value("defaults", false);
    type.length = json.value("length", std::size_t{0});
    type.unit = json.value("unit", std::string());
    type.clock = json.value("clock", std::string());
    type.name = json.value("name", std::string());
    if (type.kind == described::object) {
        for (const auto& [name, member] :
             json.at("members").get_ref<const nlohmann::json::object_t&>()) {
            type.names.push_back(name);
            from_json(member, type.elements.emplace_back());
        }
        return;
    }
    if (type.kind == described::enumeration) {
        for (const nlohmann::json& name :
             json.at("names").get_ref<const nlohmann::json::array_t&>()) {
            type.names.push_back(name.get_ref<const std::string&>());
        }
    }
    if (const auto elements = json.find("elements"); elements != json.end()) {
        type.elements = descriptions_of(*elements);
    }
    const int count = element_count(type.kind);
    if (count >= 0 && type.elements.size() != static_cast<std::size_t>(count)) {
        throw std::invalid_argument("a description of a type with the wrong number of elements");
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DESCRIPTION_IMPL_HPP
