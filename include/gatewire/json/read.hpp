// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_HPP
#define GATEWIRE_JSON_READ_HPP

#include <gatewire/json/diagnose.hpp>
#include <gatewire/json/dynamic.hpp>
#include <gatewire/json/fast_scalar.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/read_aggregate.hpp>
#include <gatewire/json/read_containers.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::codec {

/// Reads the value at the cursor into `value`, which should be freshly made: members that are
/// missing where the type allows it keep what they hold. On failure the reader holds the error and
/// `value` is valid but unspecified.
///
/// Scalars, and the members and elements of what holds some, are tried the fast way first, which
/// explains nothing; whatever that does not understand is read the strict way.
///
/// A failure of kind `value` says nothing about the text behind it, which may not even be JSON.
template <class T>
bool read(strict_reader& in, T& value);

/// Reads a value that has no default constructor.
template <class T>
bool read(strict_reader& in, unmade<T>& into);

template <class T>
void convert_dynamic(const nlohmann::json& dynamic, T& value) {
    if constexpr (requires { nlohmann::adl_serializer<T>::from_json(dynamic, value); }) {
        nlohmann::adl_serializer<T>::from_json(dynamic, value);
    } else {
        value = nlohmann::adl_serializer<T>::from_json(dynamic);
    }
}

template <class T>
void convert_dynamic(const nlohmann::json& dynamic, unmade<T>& into) {
    into.value.emplace(nlohmann::adl_serializer<T>::from_json(dynamic));
}

/// Reads through nlohmann's value, made by the strict reader. The cursor stands at the value while
/// the user's code looks at it, so that what that throws is reported with this place.
template <class T>
bool read_custom(strict_reader& in, T& value) {
    in.skip_space();
    const char* const start = in.at();
    custom::json_for<T> dynamic;
    if (!strict_read_dynamic(in, dynamic)) {
        return false;
    }
    const char* const behind = in.at();
    in.move_to(start);
    convert_dynamic(dynamic, value);
    in.move_to(behind);
    return true;
}

template <class T>
bool strict_read_duration(strict_reader& in, T& value) {
    typename T::rep count{};
    if (!codec::read(in, count)) {
        return false;
    }
    if constexpr (kind_of<T> == type_kind::time_point) {
        value = T(typename T::duration(count));
    } else {
        value = T(count);
    }
    return true;
}

template <class Enum>
bool strict_read_enum_number(strict_reader& in, Enum& value) {
    std::underlying_type_t<Enum> number{};
    if (!codec::read(in, number)) {
        return false;
    }
    value = static_cast<Enum>(number);
    return true;
}

template <class T>
bool strict_read_scalar(strict_reader& in, T& value) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::boolean) {
        return in.boolean(value);
    } else if constexpr (kind == type_kind::integer) {
        return strict_read_integer(in, value);
    } else if constexpr (kind == type_kind::number) {
        return strict_read_real(in, value);
    } else if constexpr (kind == type_kind::string) {
        return in.string(value);
    } else if constexpr (kind == type_kind::enum_name) {
        return strict_read_enum_name(in, value, enum_names<T>);
    } else if constexpr (kind == type_kind::enum_number) {
        return strict_read_enum_number(in, value);
    } else if constexpr (kind == type_kind::null) {
        return in.null();
    } else {
        return strict_read_duration(in, value);
    }
}

template <class T>
bool read(strict_reader& in, T& value) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (!diagnose_read<T>()) {
        return false;
    } else if constexpr (kind == type_kind::aggregate) {
        return read_aggregate(in, value);
    } else if constexpr (kind == type_kind::optional) {
        return read_optional(in, value);
    } else if constexpr (kind == type_kind::sequence) {
        return read_sequence(in, value);
    } else if constexpr (kind == type_kind::set) {
        return read_set(in, value);
    } else if constexpr (kind == type_kind::map) {
        return read_map(in, value);
    } else if constexpr (kind == type_kind::tuple) {
        return read_tuple(in, value);
    } else if constexpr (kind == type_kind::variant) {
        return read_variant(in, value);
    } else if constexpr (kind == type_kind::custom) {
        return read_custom(in, value);
    } else if constexpr (kind == type_kind::dynamic) {
        return strict_read_dynamic(in, value);
    } else if constexpr (kind == type_kind::raw) {
        std::string_view text;
        const bool is_read = strict_skip_raw(in, text);
        value.text = text;
        return is_read;
    } else {
        if constexpr (is_fast_readable<T>()) {
            in.skip_space();
            if (const char* const behind = fast_read_scalar(in.at(), in.end(), value)) {
                in.move_to(behind);
                return true;
            }
        }
        return strict_read_scalar(in, value);
    }
}

template <class T>
bool read(strict_reader& in, unmade<T>& into) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (!diagnose_read<T>()) {
        return false;
    } else if constexpr (kind == type_kind::custom) {
        return read_custom(in, into);
    } else if constexpr (kind == type_kind::aggregate) {
        return read_aggregate(in, into);
    } else {
        return read_tuple(in, into, std::make_index_sequence<std::tuple_size_v<T>>{});
    }
}

/// Reads a text that is exactly one value, with white space around it.
template <class T>
bool read_text(std::string_view text, T& value, read_error& error) {
    strict_reader in(text);
    return (codec::read(in, value) && in.finish()) || take_worst_error(text, in, error);
}

/// Runs `read_it()`, which reads by `in`. What is thrown meanwhile, be it by the code of the user's
/// types or for lack of memory, is a failure like any other.
template <class Read>
bool guarded_read(strict_reader& in, Read&& read_it) {
    try {
        return read_it();
    } catch (...) {
        return in.fail_thrown();
    }
}

/// Makes a value of a type of the user's and reads it as `read_text` does, guarded.
/// @param value  Empty after a failure, if not even its constructor did its work.
template <class T>
bool make_from_text(std::string_view text, std::optional<T>& value, read_error& error) {
    strict_reader in(text);
    return guarded_read(in, [&] { return codec::read(in, value.emplace()) && in.finish(); }) ||
           take_worst_error(text, in, error);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_HPP
