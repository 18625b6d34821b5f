// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIBE_HPP
#define GATEWIRE_JSON_DESCRIBE_HPP

#include <gatewire/default_members.hpp>
#include <gatewire/json/description.hpp>
#include <gatewire/json/diagnose.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/reflect.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

template <class T>
consteval const char* type_signature() {
#if defined(_MSC_VER) && !defined(__clang__)
    return __FUNCSIG__;  // untested
#else
    return __PRETTY_FUNCTION__;
#endif
}

/// What a description says, as constants.
struct type_facts {
    described kind = described::any;
    unsigned bits = 0;
    bool has_sign = false;
    bool indexed = false;
    bool defaults = false;
    bool is_unique = false;  // a set that has no element twice; others are sets to their reader
    std::size_t length = 0;
    std::intmax_t unit_numerator = 0;  // zero if there is no unit
    std::intmax_t unit_denominator = 0;
    const char* clock = nullptr;  // the signature of its type
    const char* name = nullptr;   // the signature of the type, if the program gave it its name
    /// Of a member or an enum's value; a view of nothing behind the last one.
    std::string_view (*name_at)(std::size_t index) = nullptr;
    const type_facts* const* elements = nullptr;
    std::size_t element_count = 0;
};

template <class T>
consteval type_facts find_facts();

/// One object for each type, so that its address tells types apart.
template <class T>
inline constexpr type_facts facts_of = find_facts<T>();

/// An own list for each owner: a type that contains itself can be a part of several of them, and
/// the list of one is not complete while those of its parts are made.
template <class Owner, class... Part>
inline constexpr std::array<const type_facts*, sizeof...(Part) + 1> part_facts{&facts_of<Part>...,
                                                                               nullptr};

template <class Owner, class... Part>
consteval void add_parts(type_facts& facts) {
    facts.elements = part_facts<Owner, Part...>.data();
    facts.element_count = sizeof...(Part);
}

template <class Owner, template <class...> class List, class... Part>
consteval void add_parts_of(type_facts& facts, const List<Part...>*) {
    add_parts<Owner, Part...>(facts);
}

template <class T>
std::string_view member_name_at(std::size_t index) {
    return index < member_count<T> ? member_names<T>::name(index) : std::string_view();
}

template <class T>
std::string_view enum_name_at(std::size_t index) {
    for (const auto& [value, name] : enum_names<T>) {
        if (index-- == 0) {
            return name;
        }
    }
    return {};
}

template <class T>
consteval void find_tuple(type_facts& facts) {
    if constexpr (is_std_array<T>) {
        facts.kind = described::fixed_array;
        facts.length = std::tuple_size_v<T>;
        add_parts<T, typename T::value_type>(facts);
    } else {
        facts.kind = described::tuple;
        add_parts_of<T>(facts, static_cast<const T*>(nullptr));
    }
}

template <class T>
consteval void find_aggregate(type_facts& facts) {
    facts.kind = described::object;
    facts.name = type_signature<T>();
    facts.defaults = default_members<T>;
    facts.name_at = &member_name_at<T>;
    using members = decltype(visit_members(std::declval<T&>(), [](auto&... member) {
        return static_cast<std::tuple<std::remove_cvref_t<decltype(member)>...>*>(nullptr);
    }));
    add_parts_of<T>(facts, static_cast<members>(nullptr));
}

template <class T>
consteval void find_time(type_facts& facts) {
    if constexpr (kind_of<T> == type_kind::time_point) {
        find_time<typename T::duration>(facts);
        facts.kind = described::time_point;
        facts.clock = type_signature<typename T::clock>();
    } else {
        facts.kind = described::duration;
        facts.unit_numerator = T::period::num;
        facts.unit_denominator = T::period::den;
        add_parts<T, typename T::rep>(facts);
    }
}

template <class T>
consteval void find_number(type_facts& facts) {
    if constexpr (kind_of<T> == type_kind::number) {
        facts.kind = described::number;
        facts.bits = sizeof(T) * 8;
    } else if constexpr (std::is_enum_v<T>) {
        find_number<std::underlying_type_t<T>>(facts);
        facts.name = type_signature<T>();
    } else if constexpr (std::is_same_v<T, bool>) {
        facts.kind = described::boolean;  // an enum may be over bool
    } else {
        facts.kind = described::integer;
        facts.bits = sizeof(T) * 8;
        facts.has_sign = std::is_signed_v<T>;
    }
}

/// `std::multiset` and its like insert whatever they are given.
template <class T>
concept tells_what_is_there = requires(T& set, typename T::value_type value) {
    { set.insert(std::move(value)).second } -> std::convertible_to<bool>;
};

template <class T>
consteval void find_container(type_facts& facts) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::map) {
        facts.kind = described::map;
        add_parts<T, typename T::mapped_type>(facts);
    } else if constexpr (kind == type_kind::variant) {
        facts.kind = described::variant;
        facts.indexed = !is_bare_variant<T>;
        add_parts_of<T>(facts, static_cast<const T*>(nullptr));
    } else {
        facts.kind = kind == type_kind::optional ? described::optional
                     : kind == type_kind::set    ? described::set
                                                 : described::array;
        facts.is_unique = kind == type_kind::set && tells_what_is_there<T>;
        add_parts<T, typename T::value_type>(facts);
    }
}

template <class T>
consteval type_facts find_facts() {
    constexpr type_kind kind = kind_of<T>;
    type_facts facts;
    if constexpr (kind == type_kind::unsupported || kind == type_kind::aggregate) {
        diagnose_type<T>();
    }
    if constexpr (kind == type_kind::aggregate) {
        if constexpr (aggregate_flaw_of<T> == aggregate_flaw::none) {
            find_aggregate<T>(facts);
        }
    } else if constexpr (kind == type_kind::integer || kind == type_kind::number ||
                         kind == type_kind::boolean || kind == type_kind::enum_number) {
        find_number<T>(facts);
    } else if constexpr (kind == type_kind::enum_name) {
        facts.kind = described::enumeration;
        facts.name = type_signature<T>();
        facts.name_at = &enum_name_at<T>;
    } else if constexpr (kind == type_kind::duration || kind == type_kind::time_point) {
        find_time<T>(facts);
    } else if constexpr (kind == type_kind::tuple) {
        find_tuple<T>(facts);
    } else if constexpr (kind == type_kind::optional || kind == type_kind::variant ||
                         kind == type_kind::sequence || kind == type_kind::set ||
                         kind == type_kind::map) {
        find_container<T>(facts);
    } else {
        facts.kind = kind == type_kind::null     ? described::null
                     : kind == type_kind::string ? described::string
                     : kind == type_kind::custom ? described::custom
                                                 : described::any;
    }
    return facts;
}

type_description description_of(const type_facts& facts);

template <class T>
type_description describe() {
    return description_of(facts_of<T>);
}

/// A text as JSON. What is not UTF-8 stays as it is, and spoils the whole that it becomes a part
/// of.
std::string json_of(std::string_view text);

/// A JSON object in the making: its members, in the order of their names.
class object_text {
public:
    /// @param value  JSON.
    void put(std::string_view name, std::string value);
    void put_text(std::string_view name, std::string_view text) { put(name, json_of(text)); }
    bool contains(const std::string& name) const { return members_.contains(name); }
    std::string text() const;

private:
    std::map<std::string, std::string> members_;
};

/// A JSON array in the making.
class array_text {
public:
    void add(std::string_view value);
    bool empty() const noexcept { return text_.empty(); }
    std::string text() const { return text_.empty() ? "[]" : text_ + "]"; }

private:
    std::string text_;
};

/// Makes JSON Schemas, draft 7, of types: what the writer writes fits them, and what does not fit
/// them the reader refuses. The reader is stricter where a schema cannot say it: it tells `1` from
/// `1.0`, and takes no member twice.
///
/// Aggregates and enums with names are described once each and referred to, so that types may
/// contain themselves.
class schema_book {
public:
    /// @param folder  What stands before a name in a reference: `#/components/schemas/`.
    explicit schema_book(std::string_view folder) : folder_(folder) {}

    /// The schema of a type, with what it refers to noted in `named`.
    std::string schema_of(const type_facts& facts);

    /// The schemas of all types with a name, by their names.
    std::string named() const { return named_.text(); }

private:
    std::string reference_to(const type_facts& facts);
    std::string new_name(const type_facts& facts) const;
    object_text schema_of_object(const type_facts& facts);
    object_text schema_of_tuple(const type_facts& facts);
    object_text schema_of_variant(const type_facts& facts);
    object_text schema_of_time(const type_facts& facts);
    object_text schema_of_array(const type_facts& facts);
    object_text schema_of_unnamed(const type_facts& facts);
    array_text schemas_of_elements(const type_facts& facts);

    std::string folder_;
    std::vector<std::pair<const type_facts*, std::string>> names_;
    object_text named_;
};

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/describe_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_DESCRIBE_HPP
