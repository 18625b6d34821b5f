// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIBE_IMPL_HPP
#define GATEWIRE_JSON_DESCRIBE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/describe.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/wire/buffer.hpp>

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

GATEWIRE_COLD GATEWIRE_INLINE std::string json_of(std::string_view text) {
    wire::buffer written;
    return write_string(written, text) ? std::string(written.view())
                                       : '"' + std::string(text) + '"';
}

GATEWIRE_COLD GATEWIRE_INLINE void object_text::put(std::string_view name, std::string value) {
    members_[std::string(name)] = std::move(value);
}

GATEWIRE_COLD GATEWIRE_INLINE std::string object_text::text() const {
    std::string text;
    for (const auto& [name, value] : members_) {
        text += text.empty() ? '{' : ',';
        text += json_of(name);
        text += ':';
        text += value;
    }
    return text.empty() ? "{}" : text + "}";
}

GATEWIRE_COLD GATEWIRE_INLINE void array_text::add(std::string_view value) {
    text_ += text_.empty() ? '[' : ',';
    text_ += value;
}

GATEWIRE_COLD inline object_text schema_of_kind(std::string_view type) {
    object_text schema;
    schema.put_text("type", type);
    return schema;
}

GATEWIRE_COLD inline object_text schema_of_integer(const type_facts& facts) {
    object_text schema = schema_of_kind("integer");
    const unsigned bits = (std::min)(facts.bits, 64U);
    if (facts.has_sign) {
        const auto highest = static_cast<std::int64_t>(~std::uint64_t{0} >> (65U - bits));
        schema.put("minimum", std::to_string(-highest - 1));
        schema.put("maximum", std::to_string(highest));
    } else {
        schema.put("minimum", "0");
        schema.put("maximum", std::to_string(~std::uint64_t{0} >> (64U - bits)));
    }
    if (facts.name != nullptr) {
        schema.put_text("description",
                        "The number of a value of the enum " + unqualified_name(facts.name));
    }
    return schema;
}

GATEWIRE_COLD inline object_text schema_of_enum(const type_facts& facts) {
    object_text schema = schema_of_kind("string");
    array_text values;
    std::vector<std::string_view> seen;
    std::string_view name;
    for (std::size_t index = 0; (name = facts.name_at(index)).data() != nullptr; ++index) {
        // Two names of one value are both understood; one name twice is one.
        if (std::find(seen.begin(), seen.end(), name) == seen.end()) {
            seen.push_back(name);
            values.add(json_of(name));
        }
    }
    schema.put("enum", values.text());
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

GATEWIRE_COLD GATEWIRE_INLINE array_text schema_book::schemas_of_elements(const type_facts& facts) {
    array_text schemas;
    for (std::size_t index = 0; index != facts.element_count; ++index) {
        schemas.add(schema_of(*facts.elements[index]));
    }
    return schemas;
}

/// `{"index": n, "value": v}` for one alternative of a variant.
GATEWIRE_COLD inline std::string schema_of_indexed(std::size_t index, std::string value) {
    object_text number = schema_of_kind("integer");
    number.put("const", std::to_string(index));
    object_text properties;
    properties.put("index", number.text());
    properties.put("value", std::move(value));
    object_text schema = schema_of_kind("object");
    schema.put("properties", properties.text());
    schema.put("required", R"(["index","value"])");
    return schema.text();
}

GATEWIRE_COLD GATEWIRE_INLINE object_text schema_book::schema_of_variant(const type_facts& facts) {
    array_text choices;
    for (std::size_t index = 0; index != facts.element_count; ++index) {
        std::string choice = schema_of(*facts.elements[index]);
        choices.add(facts.indexed ? schema_of_indexed(index, std::move(choice)) : choice);
    }
    object_text schema;
    schema.put("anyOf", choices.text());
    return schema;
}

GATEWIRE_COLD GATEWIRE_INLINE object_text schema_book::schema_of_tuple(const type_facts& facts) {
    object_text schema = schema_of_kind("array");
    std::size_t length = facts.element_count;
    if (facts.kind == described::fixed_array) {
        length = facts.length;
        schema.put("items", schema_of(*facts.elements[0]));
    } else if (length != 0) {
        schema.put("items", schemas_of_elements(facts).text());
    }
    schema.put("minItems", std::to_string(length));
    schema.put("maxItems", std::to_string(length));
    return schema;
}

GATEWIRE_COLD GATEWIRE_INLINE object_text schema_book::schema_of_time(const type_facts& facts) {
    object_text schema = schema_of_unnamed(*facts.elements[0]);
    std::string text = unit_text(facts);
    if (facts.kind == described::time_point) {
        const std::string clock = unqualified_name(facts.clock);
        text += " since the epoch of " + clock;
        text += clock == "system_clock" ? ", 1970-01-01T00:00:00Z" : "";
    }
    schema.put_text("description", text);
    return schema;
}

GATEWIRE_COLD GATEWIRE_INLINE object_text schema_book::schema_of_array(const type_facts& facts) {
    object_text schema = schema_of_kind("array");
    schema.put("items", schema_of(*facts.elements[0]));
    if (facts.is_unique) {
        schema.put("uniqueItems", "true");
    }
    return schema;
}

GATEWIRE_COLD GATEWIRE_INLINE object_text schema_book::schema_of_object(const type_facts& facts) {
    object_text schema = schema_of_kind("object");
    object_text properties;
    array_text required;
    for (std::size_t index = 0; index != facts.element_count; ++index) {
        const type_facts& member = *facts.elements[index];
        const std::string_view name = facts.name_at(index);
        properties.put(name, schema_of(member));
        if (!facts.defaults && member.kind != described::optional) {
            required.add(json_of(name));
        }
    }
    schema.put("properties", properties.text());
    if (!required.empty()) {
        schema.put("required", required.text());
    }
    return schema;
}

GATEWIRE_COLD GATEWIRE_INLINE object_text schema_book::schema_of_unnamed(const type_facts& facts) {
    switch (facts.kind) {
        case described::null: return schema_of_kind("null");
        case described::boolean: return schema_of_kind("boolean");
        case described::integer: return schema_of_integer(facts);
        case described::number: return schema_of_kind("number");
        case described::string: return schema_of_kind("string");
        case described::enumeration: return schema_of_enum(facts);
        case described::optional: {
            array_text choices = schemas_of_elements(facts);
            choices.add(schema_of_kind("null").text());
            object_text schema;
            schema.put("anyOf", choices.text());
            return schema;
        }
        case described::variant: return schema_of_variant(facts);
        case described::tuple:
        case described::fixed_array: return schema_of_tuple(facts);
        case described::array:
        case described::set: return schema_of_array(facts);
        case described::map: {
            object_text schema = schema_of_kind("object");
            schema.put("additionalProperties", schema_of(*facts.elements[0]));
            return schema;
        }
        case described::duration:
        case described::time_point: return schema_of_time(facts);
        case described::object: return schema_of_object(facts);
        case described::custom: {
            object_text schema;
            schema.put_text("description",
                            "A form of the server's own, which it does not describe");
            return schema;
        }
        default: return {};
    }
}

/// The type's name as the key of a component may be spelled, and unlike those that are taken:
/// `page_order` of `page<desk::order>`.
GATEWIRE_COLD GATEWIRE_INLINE std::string schema_book::new_name(const type_facts& facts) const {
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

GATEWIRE_COLD GATEWIRE_INLINE std::string schema_book::reference_to(const type_facts& facts) {
    const auto found = std::find_if(names_.begin(), names_.end(),
                                    [&](const auto& one) { return one.first == &facts; });
    std::string name;
    if (found != names_.end()) {
        name = found->second;
    } else {
        name = new_name(facts);
        names_.emplace_back(&facts, name);
        named_.put(name, "null");  // The name is taken, and what contains itself refers to it.
        object_text schema = schema_of_unnamed(facts);
        schema.put_text("title", name);  // What generators call the type.
        named_.put(name, schema.text());
    }
    object_text reference;
    reference.put_text("$ref", folder_ + name);
    return reference.text();
}

GATEWIRE_COLD GATEWIRE_INLINE std::string schema_book::schema_of(const type_facts& facts) {
    const bool has_name = facts.kind == described::object || facts.kind == described::enumeration;
    return has_name && facts.name != nullptr ? reference_to(facts)
                                             : schema_of_unnamed(facts).text();
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DESCRIBE_IMPL_HPP
