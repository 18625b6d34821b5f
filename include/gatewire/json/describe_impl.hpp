// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIBE_IMPL_HPP
#define GATEWIRE_JSON_DESCRIBE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/describe.hpp>

#include <cstddef>
#include <string>
#include <string_view>
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

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DESCRIBE_IMPL_HPP
