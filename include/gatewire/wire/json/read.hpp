// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_READ_HPP
#define GATEWIRE_WIRE_JSON_READ_HPP

#include <gatewire/wire/json/diagnose.hpp>
#include <gatewire/wire/json/dynamic.hpp>
#include <gatewire/wire/json/kinds.hpp>
#include <gatewire/wire/json/read_scalar.hpp>
#include <gatewire/wire/json/reader.hpp>
#include <gatewire/wire/json/skip.hpp>
#include <gatewire/wire/json/take_value.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::wire::json {

/// Reads the value at the cursor into `value`, which should be freshly made: members that are
/// missing where the type allows it keep what they hold. On failure the reader holds the error and
/// `value` is valid but unspecified.
///
/// A failure of kind `value` says nothing about the text behind it, which may not even be JSON.
template <class T>
bool read(reader& in, T& value);

template <class Range>
bool read_sequence(reader& in, Range& values);  // read_range.hpp

template <class Set>
bool read_set(reader& in, Set& values);  // read_range.hpp

template <class T>
bool read_aggregate(reader& in, T& value);  // read_aggregate.hpp

template <class T>
bool read_variant(reader& in, T& value);  // read_variant.hpp

template <class Optional>
bool read_optional(reader& in, Optional& value) {
    if (in.peek() == value_kind::null) {
        value.reset();
        return in.null();
    }
    return json::read(in, value.emplace());
}


/// Reads the elements of an array whose length is fixed.
struct tuple_elements {
    reader& in;
    bool first = true;
    std::size_t index = 0;

    bool begin_next(std::size_t size) {
        const step next = in.next_element(first);
        if (next == step::end) {
            in.fail_value("expected " + std::to_string(size) + " elements, found " +
                          std::to_string(index));
        }
        return next == step::item;
    }
    bool finish(std::size_t size) {
        const step next = in.next_element(first);
        if (next == step::item) {
            in.fail_value("expected " + std::to_string(size) + " elements, found more");
        }
        return next == step::end;
    }
};

template <class Tuple>
bool read_tuple(reader& in, Tuple& value) {
    constexpr std::size_t size = std::tuple_size_v<Tuple>;
    if (!in.enter_array()) {
        return false;
    }
    tuple_elements elements{in};
    const auto read_one = [&elements](auto& element) {
        if (!elements.begin_next(size)) {
            return false;
        }
        if (!json::read(elements.in, element)) {
            return elements.in.inside_element(elements.index);
        }
        ++elements.index;
        return true;
    };
    if constexpr (is_std_array<Tuple>) {
        for (auto& element : value) {
            if (!read_one(element)) {
                return false;
            }
        }
    } else if (!std::apply([&](auto&... element) { return (read_one(element) && ...); }, value)) {
        return false;
    }
    return elements.finish(size);
}

template <class Map>
bool read_map(reader& in, Map& values) {
    if (!in.enter_object()) {
        return false;
    }
    values.clear();
    bool first = true;
    std::string_view name;
    for (;;) {
        const step next = in.next_member(first, name);
        if (next != step::item) {
            return next == step::end;
        }
        const auto [entry, added] = values.try_emplace(std::string(name));
        if (!added) {
            return in.fail_value("duplicate member '" + printable(entry->first) + "'");
        }
        if (!json::read(in, entry->second)) {
            return in.inside_member(entry->first);
        }
    }
}

/// Reads through nlohmann's value, made by our own strict reader.
template <class T>
bool read_custom(reader& in, T& value) {
    in.skip_space();
    const char* const start = in.at();
    nlohmann::json dynamic;
    if (!read_dynamic(in, dynamic)) {
        return false;
    }
    try {
        if constexpr (requires { nlohmann::adl_serializer<T>::from_json(dynamic, value); }) {
            nlohmann::adl_serializer<T>::from_json(std::as_const(dynamic), value);
        } else {
            value = nlohmann::adl_serializer<T>::from_json(std::as_const(dynamic));
        }
        return true;
    } catch (const std::exception& failure) {
        in.move_to(start);
        return in.fail_value(printable(failure.what(), 200));
    }
}

template <class T>
bool read_duration(reader& in, T& value) {
    typename T::rep count{};
    if (!json::read(in, count)) {
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
bool read_enum_number(reader& in, Enum& value) {
    std::underlying_type_t<Enum> number{};
    if (!json::read(in, number)) {
        return false;
    }
    value = static_cast<Enum>(number);
    return true;
}

template <class T>
bool read_scalar(reader& in, T& value) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::boolean) {
        return in.boolean(value);
    } else if constexpr (kind == type_kind::integer) {
        return read_integer(in, value);
    } else if constexpr (kind == type_kind::number) {
        return read_float(in, value);
    } else if constexpr (kind == type_kind::string) {
        return in.string(value);
    } else if constexpr (kind == type_kind::enum_name) {
        return read_enum_name(in, value, enum_names<T>);
    } else if constexpr (kind == type_kind::enum_number) {
        return read_enum_number(in, value);
    } else if constexpr (kind == type_kind::null) {
        return in.null();
    } else {
        return read_duration(in, value);
    }
}

template <class T>
bool read(reader& in, T& value) {
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
        return read_dynamic(in, value);
    } else if constexpr (kind == type_kind::raw) {
        return skip_raw(in, value.text);
    } else {
        if constexpr (is_takeable<T>()) {
            in.skip_space();
            if (const char* const behind = take_scalar(in.at(), in.end(), value)) {
                in.move_to(behind);
                return true;
            }
        }
        return read_scalar(in, value);
    }
}

/// Reads a text that is exactly one value, with white space around it. When the value is not what
/// the type wants, the rest is checked too: a text that is not JSON fails as such wherever it errs.
template <class T>
bool read_text(std::string_view text, T& value, read_error& error) {
    reader in(text);
    if (json::read(in, value) && in.finish()) {
        return true;
    }
    error = in.take_error();
    read_error other;
    if (error.kind == read_failure::value && !validate(text, other) &&
        other.kind == read_failure::syntax) {
        error = std::move(other);
    }
    return false;
}

}  // namespace rpc::inline v1::wire::json

#include <gatewire/wire/json/read_aggregate.hpp>
#include <gatewire/wire/json/read_range.hpp>
#include <gatewire/wire/json/read_variant.hpp>

#endif  // GATEWIRE_WIRE_JSON_READ_HPP
