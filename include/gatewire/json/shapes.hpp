// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SHAPES_HPP
#define GATEWIRE_JSON_SHAPES_HPP

#include <gatewire/json/kinds.hpp>
#include <gatewire/json/reader.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <variant>

namespace rpc::inline v1::codec {

/// The JSON kinds that a type's values can have: a set of bits, numbered as `value_kind`.
using shape = unsigned;

constexpr shape shape_of(value_kind kind) noexcept {
    return 1U << static_cast<unsigned>(kind);
}

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

/// "a number or a string".
std::string shape_text(shape shapes);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/shapes_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_SHAPES_HPP
