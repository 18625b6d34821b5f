// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_DESCRIBE_HPP
#define GATEWIRE_WIRE_JSON_DESCRIBE_HPP

#include <gatewire/wire/json/description.hpp>
#include <gatewire/wire/json/diagnose.hpp>
#include <gatewire/wire/json/kinds.hpp>
#include <gatewire/wire/json/reflect.hpp>
#include <gatewire/wire/json/shapes.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rpc::inline v1::wire::json {

template <class T>
consteval const char* type_signature() {
#if defined(_MSC_VER) && !defined(__clang__)
    return __FUNCSIG__;  // untested
#else
    return __PRETTY_FUNCTION__;
#endif
}

/// The type's own name out of a signature `... [with T = a::b::name<c::d>]`, without what it is in.
inline std::string unqualified_name(std::string_view signature) {
    const std::size_t begin = signature.find("T = ");
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::string_view full =
        signature.substr(begin + 4, signature.rfind(']') - begin - 4);
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

template <class T>
std::string name_of_type() {
    return unqualified_name(type_signature<T>());
}

/// Its address tells types apart.
template <class T>
inline constexpr char type_tag = 0;

/// The aggregates around the place that is being described, outermost first.
using enclosing_types = std::vector<const char*>;

template <class T>
void describe_as(type_description& out, enclosing_types& enclosing);

template <class... Part>
void describe_parts(type_description& out, enclosing_types& enclosing) {
    (describe_as<Part>(out.elements.emplace_back(), enclosing), ...);
}

template <template <class...> class List, class... Part>
void describe_list(type_description& out, enclosing_types& enclosing, const List<Part...>*) {
    describe_parts<Part...>(out, enclosing);
}

template <class T>
void describe_tuple(type_description& out, enclosing_types& enclosing) {
    if constexpr (is_std_array<T>) {
        out.kind = described::fixed_array;
        out.length = std::tuple_size_v<T>;
        describe_parts<typename T::value_type>(out, enclosing);
    } else {
        out.kind = described::tuple;
        describe_list(out, enclosing, static_cast<const T*>(nullptr));
    }
}

template <class T>
void describe_aggregate(type_description& out, enclosing_types& enclosing) {
    const auto outer = std::find(enclosing.rbegin(), enclosing.rend(), &type_tag<T>);
    if (outer != enclosing.rend()) {
        out.kind = described::reference;
        out.length = static_cast<std::size_t>(outer - enclosing.rbegin());
        return;
    }
    out.kind = described::object;
    out.name = name_of_type<T>();
    out.defaults = default_members<T>;
    enclosing.push_back(&type_tag<T>);
    using members = decltype(visit_members(std::declval<T&>(), [](auto&... member) {
        return static_cast<std::tuple<std::remove_cvref_t<decltype(member)>...>*>(nullptr);
    }));
    describe_list(out, enclosing, static_cast<members>(nullptr));
    for (std::size_t index = 0; index != member_count<T>; ++index) {
        out.names.emplace_back(member_names<T>::name(index));
    }
    enclosing.pop_back();
}

template <class T>
void describe_enum_names(type_description& out) {
    out.kind = described::enumeration;
    out.name = name_of_type<T>();
    for (const auto& [value, name] : enum_names<T>) {
        out.names.emplace_back(name);
    }
}

template <class T>
void describe_time(type_description& out, enclosing_types& enclosing) {
    if constexpr (kind_of<T> == type_kind::time_point) {
        describe_time<typename T::duration>(out, enclosing);
        out.kind = described::time_point;
        out.clock = name_of_type<typename T::clock>();
    } else {
        out.kind = described::duration;
        out.unit = std::to_string(T::period::num) + '/' + std::to_string(T::period::den);
        describe_parts<typename T::rep>(out, enclosing);
    }
}

template <class T>
void describe_number(type_description& out) {
    if constexpr (kind_of<T> == type_kind::number) {
        out.kind = described::number;
        out.bits = sizeof(T) * 8;
    } else if constexpr (std::is_enum_v<T>) {
        describe_number<std::underlying_type_t<T>>(out);
        out.name = name_of_type<T>();
    } else if constexpr (std::is_same_v<T, bool>) {
        out.kind = described::boolean;  // an enum may be over bool
    } else {
        out.kind = described::integer;
        out.bits = sizeof(T) * 8;
        out.has_sign = std::is_signed_v<T>;
    }
}

template <class T>
void describe_container(type_description& out, enclosing_types& enclosing) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::map) {
        out.kind = described::map;
        describe_parts<typename T::mapped_type>(out, enclosing);
    } else if constexpr (kind == type_kind::variant) {
        out.kind = described::variant;
        out.indexed = !is_bare_variant<T>;
        describe_list(out, enclosing, static_cast<const T*>(nullptr));
    } else {
        out.kind = kind == type_kind::optional ? described::optional
                   : kind == type_kind::set    ? described::set
                                               : described::array;
        describe_parts<typename T::value_type>(out, enclosing);
    }
}

template <class T>
void describe_as(type_description& out, enclosing_types& enclosing) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::unsupported || kind == type_kind::aggregate) {
        diagnose_type<T>();
    }
    if constexpr (kind == type_kind::aggregate) {
        if constexpr (aggregate_flaw_of<T> == aggregate_flaw::none) {
            describe_aggregate<T>(out, enclosing);
        }
    } else if constexpr (kind == type_kind::integer || kind == type_kind::number ||
                         kind == type_kind::boolean || kind == type_kind::enum_number) {
        describe_number<T>(out);
    } else if constexpr (kind == type_kind::enum_name) {
        describe_enum_names<T>(out);
    } else if constexpr (kind == type_kind::duration || kind == type_kind::time_point) {
        describe_time<T>(out, enclosing);
    } else if constexpr (kind == type_kind::tuple) {
        describe_tuple<T>(out, enclosing);
    } else if constexpr (kind == type_kind::optional || kind == type_kind::variant ||
                         kind == type_kind::sequence || kind == type_kind::set ||
                         kind == type_kind::map) {
        describe_container<T>(out, enclosing);
    } else {
        out.kind = kind == type_kind::null     ? described::null
                   : kind == type_kind::string ? described::string
                   : kind == type_kind::custom ? described::custom
                                               : described::any;
    }
}

/// Describes a type. Made anew at each call: keep it where it is needed often.
template <class T>
type_description describe() {
    type_description description;
    enclosing_types enclosing;
    describe_as<T>(description, enclosing);
    return description;
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_DESCRIBE_HPP
