// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIBE_IMPL_HPP
#define GATEWIRE_JSON_DESCRIBE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/describe.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

/// The type's own name out of a signature `... [with T = a::b::name<c::d>]`, without what it is in.
inline std::string unqualified_name(std::string_view signature) {
    const std::size_t begin = signature.find("T = ");
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::string_view full = signature.substr(begin + 4, signature.rfind(']') - begin - 4);
    std::size_t own = 0;
    int depth = 0;
    for (std::size_t at = 0; at + 1 < full.size(); ++at) {
        depth += full[at] == '<' || full[at] == '(' ? 1 : 0;
        depth -= full[at] == '>' || full[at] == ')' ? 1 : 0;
        if (depth == 0 && full[at] == ':' && full[at + 1] == ':') {
            own = at + 2;
        }
    }
    return std::string(full.substr(own));
}

/// @param enclosing  The objects around the place that is being described, outermost first.
inline void describe_facts(type_description& out, const type_facts& facts,
                           std::vector<const type_facts*>& enclosing) {
    if (facts.kind == described::object) {
        for (std::size_t outwards = 0; outwards != enclosing.size(); ++outwards) {
            if (enclosing[enclosing.size() - 1 - outwards] == &facts) {
                out.kind = described::reference;
                out.length = outwards;
                return;
            }
        }
        enclosing.push_back(&facts);
    }
    out.kind = facts.kind;
    out.bits = facts.bits;
    out.has_sign = facts.has_sign;
    out.indexed = facts.indexed;
    out.defaults = facts.defaults;
    out.length = facts.length;
    if (facts.unit_numerator != 0) {
        out.unit = std::to_string(facts.unit_numerator);
        out.unit.append("/").append(std::to_string(facts.unit_denominator));
    }
    if (facts.clock != nullptr) {
        out.clock = unqualified_name(facts.clock);
    }
    if (facts.name != nullptr) {
        out.name = unqualified_name(facts.name);
    }
    for (std::size_t index = 0; index != facts.element_count; ++index) {
        describe_facts(out.elements.emplace_back(), *facts.elements[index], enclosing);
    }
    if (facts.name_at != nullptr) {
        std::string_view name;
        while ((name = facts.name_at(out.names.size())).data() != nullptr) {
            out.names.emplace_back(name);
        }
    }
    if (facts.kind == described::object) {
        enclosing.pop_back();
    }
}

GATEWIRE_INLINE type_description description_of(const type_facts& facts) {
    type_description description;
    std::vector<const type_facts*> enclosing;
    describe_facts(description, facts, enclosing);
    return description;
}

inline nlohmann::json schema_of_kind(std::string_view type) {
    nlohmann::json schema = nlohmann::json::object();
    schema["type"] = std::string(type);
    return schema;
}

inline nlohmann::json schema_of_integer(const type_facts& facts) {
    nlohmann::json schema = schema_of_kind("integer");
    const unsigned bits = (std::min)(facts.bits, 64U);
    if (facts.has_sign) {
        const auto highest = static_cast<std::int64_t>(~std::uint64_t{0} >> (65U - bits));
        schema["minimum"] = -highest - 1;
        schema["maximum"] = highest;
    } else {
        schema["minimum"] = 0U;
        schema["maximum"] = ~std::uint64_t{0} >> (64U - bits);
    }
    if (facts.name != nullptr) {
        schema["description"] = "The number of a value of the enum " + unqualified_name(facts.name);
    }
    return schema;
}

inline nlohmann::json schema_of_enum(const type_facts& facts) {
    nlohmann::json schema = schema_of_kind("string");
    nlohmann::json& values = schema["enum"] = nlohmann::json::array();
    std::string_view name;
    for (std::size_t index = 0; (name = facts.name_at(index)).data() != nullptr; ++index) {
        nlohmann::json value = std::string(name);
        // Two names of one value are both understood; one name twice is one.
        if (std::find(values.begin(), values.end(), value) == values.end()) {
            values.get_ref<nlohmann::json::array_t&>().push_back(std::move(value));
        }
    }
    return schema;
}

constexpr bool is_word_character(char character) noexcept {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z') || character == '_';
}

/// "milliseconds", or "counts of 1/60 s" where the unit has no name.
inline std::string unit_text(const type_facts& facts) {
    struct unit {
        std::intmax_t numerator;
        std::intmax_t denominator;
        const char* name;
    };
    constexpr unit units[] = {{1, 1'000'000'000, "nanoseconds"},
                              {1, 1'000'000, "microseconds"},
                              {1, 1'000, "milliseconds"},
                              {1, 1, "seconds"},
                              {60, 1, "minutes"},
                              {3'600, 1, "hours"},
                              {86'400, 1, "days"}};
    for (const unit& one : units) {
        if (one.numerator == facts.unit_numerator && one.denominator == facts.unit_denominator) {
            return one.name;
        }
    }
    return "counts of " + std::to_string(facts.unit_numerator) + "/" +
           std::to_string(facts.unit_denominator) + " s";
}

GATEWIRE_INLINE nlohmann::json schema_book::any_of_elements(const type_facts& facts) {
    nlohmann::json schema = nlohmann::json::object();
    nlohmann::json& choices = schema["anyOf"] = nlohmann::json::array();
    for (std::size_t index = 0; index != facts.element_count; ++index) {
        choices.get_ref<nlohmann::json::array_t&>().push_back(schema_of(*facts.elements[index]));
    }
    return schema;
}

GATEWIRE_INLINE nlohmann::json schema_book::schema_of_variant(const type_facts& facts) {
    nlohmann::json schema = any_of_elements(facts);
    if (!facts.indexed) {
        return schema;
    }
    std::size_t index = 0;
    for (nlohmann::json& choice : schema["anyOf"].get_ref<nlohmann::json::array_t&>()) {
        nlohmann::json indexed = schema_of_kind("object");
        nlohmann::json& properties = indexed["properties"];
        properties["index"] = schema_of_kind("integer");
        properties["index"]["const"] = index++;
        properties["value"] = std::move(choice);
        nlohmann::json& required = indexed["required"] = nlohmann::json::array();
        required.get_ref<nlohmann::json::array_t&>().emplace_back("index");
        required.get_ref<nlohmann::json::array_t&>().emplace_back("value");
        choice = std::move(indexed);
    }
    return schema;
}

GATEWIRE_INLINE nlohmann::json schema_book::schema_of_tuple(const type_facts& facts) {
    nlohmann::json schema = schema_of_kind("array");
    std::size_t length = facts.element_count;
    if (facts.kind == described::fixed_array) {
        length = facts.length;
        schema["items"] = schema_of(*facts.elements[0]);
    } else if (length != 0) {
        schema["items"] = std::move(any_of_elements(facts)["anyOf"]);
    }
    schema["minItems"] = length;
    schema["maxItems"] = length;
    return schema;
}

GATEWIRE_INLINE nlohmann::json schema_book::schema_of_time(const type_facts& facts) {
    nlohmann::json schema = schema_of(*facts.elements[0]);
    std::string text = unit_text(facts);
    if (facts.kind == described::time_point) {
        const std::string clock = unqualified_name(facts.clock);
        text += " since the epoch of " + clock;
        text += clock == "system_clock" ? ", 1970-01-01T00:00:00Z" : "";
    }
    schema["description"] = text;
    return schema;
}

GATEWIRE_INLINE nlohmann::json schema_book::schema_of_array(const type_facts& facts) {
    nlohmann::json schema = schema_of_kind("array");
    schema["items"] = schema_of(*facts.elements[0]);
    if (facts.is_unique) {
        schema["uniqueItems"] = true;
    }
    return schema;
}

GATEWIRE_INLINE nlohmann::json schema_book::schema_of_object(const type_facts& facts) {
    nlohmann::json schema = schema_of_kind("object");
    nlohmann::json properties = nlohmann::json::object();
    nlohmann::json required = nlohmann::json::array();
    for (std::size_t index = 0; index != facts.element_count; ++index) {
        const type_facts& member = *facts.elements[index];
        const std::string name(facts.name_at(index));
        properties[name] = schema_of(member);
        if (!facts.defaults && member.kind != described::optional) {
            required.get_ref<nlohmann::json::array_t&>().emplace_back(name);
        }
    }
    schema["properties"] = std::move(properties);
    if (!required.empty()) {
        schema["required"] = std::move(required);
    }
    return schema;
}

GATEWIRE_INLINE nlohmann::json schema_book::schema_of_unnamed(const type_facts& facts) {
    switch (facts.kind) {
        case described::null: return schema_of_kind("null");
        case described::boolean: return schema_of_kind("boolean");
        case described::integer: return schema_of_integer(facts);
        case described::number: return schema_of_kind("number");
        case described::string: return schema_of_kind("string");
        case described::enumeration: return schema_of_enum(facts);
        case described::optional: {
            nlohmann::json schema = any_of_elements(facts);
            schema["anyOf"].get_ref<nlohmann::json::array_t&>().push_back(schema_of_kind("null"));
            return schema;
        }
        case described::variant: return schema_of_variant(facts);
        case described::tuple:
        case described::fixed_array: return schema_of_tuple(facts);
        case described::array:
        case described::set: return schema_of_array(facts);
        case described::map: {
            nlohmann::json schema = schema_of_kind("object");
            schema["additionalProperties"] = schema_of(*facts.elements[0]);
            return schema;
        }
        case described::duration:
        case described::time_point: return schema_of_time(facts);
        case described::object: return schema_of_object(facts);
        case described::custom: {
            nlohmann::json schema = nlohmann::json::object();
            schema["description"] = "A form of the server's own, which it does not describe";
            return schema;
        }
        default: return nlohmann::json::object();
    }
}

/// The type's name as the key of a component may be spelled, and unlike those that are taken:
/// `page_order` of `page<desk::order>`.
GATEWIRE_INLINE std::string schema_book::new_name(const type_facts& facts) const {
    std::string name;
    std::size_t word = 0;  // where the last one begins
    for (const char character : unqualified_name(facts.name)) {
        if (character == ':') {
            name.erase(word);  // It was a namespace.
        } else if (is_word_character(character)) {
            name += character;
        } else {
            name += name.empty() || name.back() == '_' ? "" : "_";
            word = name.size();
        }
    }
    name.erase(name.find_last_not_of('_') + 1);
    name = name.empty() ? "type" : name;
    std::string unlike = name;
    for (std::size_t number = 2; named_.contains(unlike); ++number) {
        unlike = name + '_' + std::to_string(number);
    }
    return unlike;
}

GATEWIRE_INLINE nlohmann::json schema_book::reference_to(const type_facts& facts) {
    const auto found = std::find_if(names_.begin(), names_.end(),
                                    [&](const auto& one) { return one.first == &facts; });
    std::string name;
    if (found != names_.end()) {
        name = found->second;
    } else {
        name = new_name(facts);
        names_.emplace_back(&facts, name);
        named_[name] = nullptr;  // The name is taken, and what contains itself refers to it.
        nlohmann::json schema = schema_of_unnamed(facts);
        schema["title"] = name;  // What generators call the type.
        named_[name] = std::move(schema);
    }
    nlohmann::json reference = nlohmann::json::object();
    reference["$ref"] = folder_ + name;
    return reference;
}

GATEWIRE_INLINE nlohmann::json schema_book::schema_of(const type_facts& facts) {
    const bool has_name = facts.kind == described::object || facts.kind == described::enumeration;
    return has_name && facts.name != nullptr ? reference_to(facts) : schema_of_unnamed(facts);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DESCRIBE_IMPL_HPP
