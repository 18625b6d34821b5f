// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DIAGNOSE_HPP
#define GATEWIRE_JSON_DIAGNOSE_HPP

#include <gatewire/json/kinds.hpp>
#include <gatewire/json/reflect.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>
#include <variant>

namespace rpc::inline v1::codec {

/// Of a type that may be any JSON.
inline constexpr shape any_shape = 0x7EU;

template <class T>
consteval shape shape_of_type();

template <class Variant>
inline constexpr bool is_bare_variant = false;

/// Whether the JSON kind alone tells the alternatives apart.
template <class... Alternative>
inline constexpr bool is_bare_variant<std::variant<Alternative...>> = [] {
    shape seen = 0;
    bool apart = true;
    ((apart = apart && (seen & shape_of_type<Alternative>()) == 0,
      seen |= shape_of_type<Alternative>()),
     ...);
    return apart;
}();

template <class... Alternative>
consteval shape shape_of_alternatives(const std::variant<Alternative...>*) {
    return (shape_of_type<Alternative>() | ...);
}

template <class T>
consteval shape shape_of_type() {
    switch (kind_of<T>) {
        case type_kind::null: return shape_of(value_kind::null);
        case type_kind::boolean: return shape_of(value_kind::boolean);
        case type_kind::integer:
        case type_kind::number:
        case type_kind::duration:
        case type_kind::time_point: return shape_of(value_kind::number);
        case type_kind::string:
        case type_kind::enum_name: return shape_of(value_kind::string);
        case type_kind::tuple:
        case type_kind::sequence:
        case type_kind::set: return shape_of(value_kind::array);
        case type_kind::map:
        case type_kind::aggregate: return shape_of(value_kind::object);
        default: break;
    }
    if constexpr (kind_of<T> == type_kind::enum_number) {
        return shape_of_type<std::underlying_type_t<T>>();  // may be bool
    } else if constexpr (kind_of<T> == type_kind::optional) {
        return shape_of(value_kind::null) | shape_of_type<typename T::value_type>();
    } else if constexpr (kind_of<T> == type_kind::variant) {
        return is_bare_variant<T> ? shape_of_alternatives(static_cast<const T*>(nullptr))
                                  : shape_of(value_kind::object);
    } else {
        return any_shape;
    }
}

/// Whether a value can be written as null.
enum class nullness : unsigned char {
    never,
    by_value,  // any JSON, as its value has it
    by_type    // null is one of its forms
};

template <class T>
consteval nullness nullness_of();

template <class... Alternative>
consteval nullness nullness_of_alternatives(const std::variant<Alternative...>*) {
    return (std::max)({nullness_of<Alternative>()...});
}

template <class T>
consteval nullness nullness_of() {
    switch (kind_of<T>) {
        case type_kind::null:
        case type_kind::optional: return nullness::by_type;
        case type_kind::custom:
        case type_kind::dynamic:
        case type_kind::raw: return nullness::by_value;
        default: break;
    }
    if constexpr (is_bare_variant<T>) {
        return nullness_of_alternatives(static_cast<const T*>(nullptr));
    } else {
        return nullness::never;
    }
}

enum class direction : unsigned char { read, write };

template <direction Way, class T>
consteval bool has_form();

template <direction Way, template <class...> class List, class... Element>
consteval bool all_have_form(const List<Element...>*) {
    return (has_form<Way, Element>() && ...);
}

template <direction Way, class T, std::size_t Size>
consteval bool all_have_form(const std::array<T, Size>*) {
    return has_form<Way, T>();
}

/// Whether a value of the type can be read, or written. Does not look into aggregates: they may be
/// recursive.
template <direction Way, class T>
consteval bool has_form() {
    constexpr type_kind kind = kind_of<T>;
    constexpr bool is_read = Way == direction::read;
    if constexpr (is_read && kind == type_kind::string) {
        return std::is_same_v<T, std::string>;
    } else if constexpr (is_read && is_span<T>) {
        return false;
    } else if constexpr (kind == type_kind::optional || kind == type_kind::sequence ||
                         kind == type_kind::set) {
        return has_form<Way, typename T::value_type>();
    } else if constexpr (kind == type_kind::map) {
        return has_form<Way, typename T::mapped_type>();
    } else if constexpr (kind == type_kind::variant || kind == type_kind::tuple) {
        return all_have_form<Way>(static_cast<const T*>(nullptr));
    } else if constexpr (kind == type_kind::duration || kind == type_kind::time_point) {
        return has_form<Way, typename T::rep>();
    } else if constexpr (kind == type_kind::aggregate) {
        return aggregate_flaw_of<T> == aggregate_flaw::none;
    } else if constexpr (kind == type_kind::custom) {
        return is_read ? custom::read<T> : custom::written<T>;
    } else {
        return kind != type_kind::unsupported;
    }
}

/// A type that can be received.
template <class T>
concept readable = has_form<direction::read, T>();

/// A type that can be sent.
template <class T>
concept writable = has_form<direction::write, T>();

template <class T>
concept map_like_with_other_keys =
    range_type<T> && requires { typename T::mapped_type; } && !map_type<T>;

template <class T>
concept owning_pointer =
    is_specialisation<T, std::unique_ptr> || is_specialisation<T, std::shared_ptr>;

/// Says in one sentence why a type can be neither received nor sent.
template <class T>
consteval void diagnose_type() {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::aggregate) {
        constexpr aggregate_flaw flaw = aggregate_flaw_of<T>;
        static_assert(flaw != aggregate_flaw::base_class,
                      "gatewire: an aggregate with a base class has no JSON form: make the base a "
                      "member, or give the type nlohmann to_json/from_json");
        static_assert(flaw != aggregate_flaw::array_member,
                      "gatewire: an aggregate with a C array has no JSON form: use std::array");
        static_assert(flaw != aggregate_flaw::too_many_members,
                      "gatewire: an aggregate of more than 64 members has no JSON form: group its "
                      "members, or give it nlohmann to_json/from_json");
        static_assert(flaw != aggregate_flaw::reference_member,
                      "gatewire: an aggregate with a reference has no JSON form: make the member a "
                      "value, or give the type nlohmann to_json/from_json");
        static_assert(flaw != aggregate_flaw::union_member,
                      "gatewire: an aggregate with a union has no JSON form: use std::variant, or "
                      "give the type nlohmann to_json/from_json");
        static_assert(flaw != aggregate_flaw::bit_field && flaw != aggregate_flaw::packed_member,
                      "gatewire: an aggregate with bit-fields or packed members has no JSON form: "
                      "no reference can be made to them; use whole members, or give the type "
                      "nlohmann to_json/from_json");
        static_assert(flaw != aggregate_flaw::volatile_member,
                      "gatewire: an aggregate with a volatile member has no JSON form: send a copy "
                      "of it");
    } else if constexpr (kind == type_kind::optional) {
        static_assert(nullness_of<typename T::value_type>() != nullness::by_type,
                      "gatewire: std::optional of a type that can be null itself would lose which "
                      "of the two is empty: use one of them, or a struct that says it");
    } else if constexpr (std::is_same_v<T, long double>) {
        static_assert(kind != type_kind::unsupported,
                      "gatewire: long double has no portable JSON form: use double");
    } else if constexpr (std::is_union_v<T>) {
        static_assert(kind != type_kind::unsupported,
                      "gatewire: a union has no JSON form: use std::variant");
    } else if constexpr (std::is_array_v<T>) {
        static_assert(kind != type_kind::unsupported,
                      "gatewire: a C array has no JSON form: use std::array");
    } else if constexpr (map_like_with_other_keys<T>) {
        static_assert(kind != type_kind::unsupported,
                      "gatewire: a map has a JSON form only with std::string keys");
    } else if constexpr (owning_pointer<T> || std::is_pointer_v<T>) {
        static_assert(kind != type_kind::unsupported,
                      "gatewire: a pointer has no JSON form: use the value or std::optional");
    } else {
        static_assert(kind != type_kind::unsupported,
                      "gatewire: this type has no JSON form: make it an aggregate, or give it "
                      "nlohmann to_json/from_json");
    }
}

/// Says in one sentence why a type cannot be received. Elements and members say it themselves.
template <class T>
consteval bool diagnose_read() {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (std::is_const_v<T>) {
        static_assert(!std::is_const_v<T>, "gatewire: a const member cannot be received");
        return false;
    } else if constexpr (kind == type_kind::string) {
        static_assert(std::is_same_v<T, std::string>,
                      "gatewire: a view of a string cannot be received: use std::string");
        return std::is_same_v<T, std::string>;
    } else if constexpr (is_span<T>) {
        static_assert(!is_span<T>,
                      "gatewire: a view of a list cannot be received: use std::vector");
        return false;
    } else if constexpr (kind == type_kind::custom) {
        static_assert(custom::read<T>,
                      "gatewire: this type has nlohmann to_json but no from_json, so it cannot be "
                      "received");
        constexpr bool is_made =
            !custom::read<T> || std::default_initializable<T> || custom::returned<T>;
        static_assert(is_made,
                      "gatewire: a class without a default constructor can be received only by a "
                      "from_json of nlohmann::adl_serializer that returns it");
        return custom::read<T> && is_made;
    } else {
        diagnose_type<T>();
        if constexpr (kind == type_kind::aggregate) {
            return readable<T>;
        } else {
            constexpr bool is_made = kind == type_kind::unsupported || kind == type_kind::tuple ||
                                     std::default_initializable<T>;
            static_assert(is_made,
                          "gatewire: a container or variant can be received only if it can be made "
                          "without arguments: let a variant begin with std::monostate");
            return is_made && kind != type_kind::unsupported;
        }
    }
}

/// Says in one sentence why a type cannot be sent.
template <class T>
consteval bool diagnose_write() {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::custom) {
        static_assert(custom::written<T>,
                      "gatewire: this type has nlohmann from_json but no to_json, so it cannot be "
                      "sent");
        return custom::written<T>;
    } else {
        diagnose_type<T>();
        if constexpr (kind == type_kind::aggregate) {
            return writable<T>;
        }
        return kind != type_kind::unsupported;
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DIAGNOSE_HPP
