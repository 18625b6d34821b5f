// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_CUSTOM_HPP
#define GATEWIRE_JSON_CUSTOM_HPP

#include <nlohmann/json_fwd.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

// Finds out whether the user gave a type its own JSON form for nlohmann/json, by `to_json` and
// `from_json` beside the type or by a specialisation of `nlohmann::adl_serializer`. nlohmann's own
// conversions must not count: they would claim every enum and every container.

namespace rpc::inline v1::codec::custom {

/// Stands for a JSON value in overload resolution without being one, so that argument-dependent
/// lookup does not look into nlohmann's namespaces. Where a type brings those by itself, as a
/// vector of JSON values does, nlohmann's functions ask for these types before they step aside.
struct json_stand_in {
    // As in the class, which need not be complete.
    using object_t = std::map<std::string, nlohmann::json, std::less<>>;
    using array_t = std::vector<nlohmann::json>;
    using string_t = std::string;
    using boolean_t = bool;
    using number_integer_t = std::int64_t;
    using number_unsigned_t = std::uint64_t;
    using number_float_t = double;
    struct binary_t {};

    operator nlohmann::json&() const;
    operator const nlohmann::json&() const;
};

/// Stands for a value, with no further conversion of it; lookup finds what belongs to `T`.
template <class T>
struct value_stand_in {
    operator T&() const;
};

void to_json() = delete;  // hides outer functions, which are none of the user's
void from_json() = delete;

template <class T>
concept writes_beside =
    requires(json_stand_in& json, const value_stand_in<const T>& value) { to_json(json, value); };

template <class T>
concept reads_beside =
    requires(const json_stand_in& json, const value_stand_in<T>& value) { from_json(json, value); };

/// Also sees functions that take nothing but nlohmann's own type, as its newer macros write them.
/// Only for classes that nlohmann itself could not convert.
template <class T>
concept writes_plainly = requires(nlohmann::json& json, const T& value) { to_json(json, value); };

template <class T>
concept reads_plainly = requires(const nlohmann::json& json, T& value) { from_json(json, value); };

/// The primary `adl_serializer` has templates of two parameters; a specialisation has not.
template <class T>
concept writes_by_serializer = requires(nlohmann::json& json, const T& value) {
    nlohmann::adl_serializer<T>::to_json(json, value);
} && !requires(nlohmann::json& json, const T& value) {
    nlohmann::adl_serializer<T>::template to_json<nlohmann::json, const T&>(json, value);
};

/// Whether a value can be made of JSON, and need not be there before.
template <class T>
concept returned = requires(const nlohmann::json& json) {
    { nlohmann::adl_serializer<T>::from_json(json) } -> std::same_as<T>;
};

template <class T>
concept reads_by_serializer =
    (requires(const nlohmann::json& json, T& value) {
        nlohmann::adl_serializer<T>::from_json(json, value);
    } && !requires(const nlohmann::json& json, T& value) {
        nlohmann::adl_serializer<T>::template from_json<const nlohmann::json&, T>(json, value);
    }) || (requires(const nlohmann::json& json) {
        { nlohmann::adl_serializer<T>::from_json(json) } -> std::same_as<T>;
    } && !requires(const nlohmann::json& json) {
        nlohmann::adl_serializer<T>::template from_json<const nlohmann::json&>(json);
    });

template <class T>
inline constexpr bool json_library = false;
/// Every JSON value of nlohmann's, whatever it is made of.
template <template <class, class, class...> class Object, template <class, class...> class Array,
          class Text, class Truth, class Integer, class Unsigned, class Real,
          template <class> class Allocator, template <class, class> class Serializer, class... Rest>
inline constexpr bool json_library<nlohmann::basic_json<
    Object, Array, Text, Truth, Integer, Unsigned, Real, Allocator, Serializer, Rest...>> = true;

/// `nlohmann::json`, where it must not be looked at before `T` is known: its header may come later.
template <class T>
using json_for = std::conditional_t<std::is_void_v<T>, void, nlohmann::json>;

template <class T>
concept range_like = requires(const T& value) {
    value.begin();
    value.end();
};

template <class T>
concept plain_class = std::is_class_v<T> && !range_like<T>;

template <class T>
concept written =
    writes_by_serializer<T> || writes_beside<T> || (plain_class<T> && writes_plainly<T>);

template <class T>
concept read = reads_by_serializer<T> || reads_beside<T> || (plain_class<T> && reads_plainly<T>);

}  // namespace rpc::inline v1::codec::custom

#endif  // GATEWIRE_JSON_CUSTOM_HPP
