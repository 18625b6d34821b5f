// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_HPP
#define GATEWIRE_WIRE_JSON_WRITE_HPP

#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/json/diagnose.hpp>
#include <gatewire/wire/json/kinds.hpp>
#include <gatewire/wire/json/shapes.hpp>
#include <gatewire/wire/json/write_dynamic.hpp>
#include <gatewire/wire/json/write_error.hpp>
#include <gatewire/wire/json/write_scalar.hpp>
#include <gatewire/wire/json/write_string.hpp>

#include <cmath>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace rpc::inline v1::wire::json {

/// Appends the value's JSON text, without white space. On failure `out` may hold a part of it,
/// which the caller cuts off, and `error` says why.
template <class T>
bool write(buffer& out, const T& value, write_error& error);

/// Writes the elements of an array as they come.
struct element_writer {
    buffer& out;
    write_error& error;
    std::size_t index = 0;

    template <class T>
    bool operator()(const T& element) {
        out.append(index == 0 ? '[' : ',');
        if (!json::write(out, element, error)) {
            return error.inside_element(index);
        }
        ++index;
        return true;
    }
    void finish() {
        if (index == 0) {
            out.append('[');
        }
        out.append(']');
        error.leave();
    }
};

template <class Range>
bool write_range(buffer& out, const Range& values, write_error& error) {
    if (!error.enter()) {
        return false;
    }
    element_writer writer{out, error};
    for (const typename Range::value_type& element : values) {
        if (!writer(element)) {
            return false;
        }
    }
    writer.finish();
    return true;
}

template <class Tuple>
bool write_tuple(buffer& out, const Tuple& value, write_error& error) {
    if constexpr (is_std_array<Tuple>) {
        return write_range(out, value, error);
    } else {
        if (!error.enter()) {
            return false;
        }
        element_writer writer{out, error};
        if (!std::apply([&](const auto&... element) { return (writer(element) && ...); }, value)) {
            return false;
        }
        writer.finish();
        return true;
    }
}

template <class Map>
bool write_map(buffer& out, const Map& values, write_error& error) {
    if (!error.enter()) {
        return false;
    }
    char separator = '{';
    for (const auto& [name, value] : values) {
        out.append(separator);
        separator = ',';
        if (!write_string(out, name)) {
            return error.fail("a member name is not valid UTF-8");
        }
        out.append(':');
        if (!json::write(out, value, error)) {
            return error.inside_member(name);
        }
    }
    out.append(separator == '{' ? std::string_view("{}") : std::string_view("}"));
    error.leave();
    return true;
}

template <class T, std::size_t... Index, class... Member>
bool write_members(buffer& out, write_error& error, std::index_sequence<Index...>,
                   const Member&... member) {
    using names = member_names<T>;
    const auto write_one = [&](auto index, const auto& value) {
        constexpr std::string_view key =
            index() == 0 ? names::key(index()) : names::next_key(index());
        out.append(key);
        return json::write(out, value, error) || error.inside_member(names::name(index()));
    };
    return (write_one(std::integral_constant<std::size_t, Index>{}, member) && ...);
}

template <class T>
bool write_aggregate(buffer& out, const T& value, write_error& error) {
    if constexpr (member_count<T> == 0) {
        out.append("{}");
        return true;
    } else {
        if (!error.enter()) {
            return false;
        }
        out.append('{');
        if (!visit_members(value, [&](const auto&... member) {
                return write_members<T>(
                    out, error, std::index_sequence_for<decltype(member)...>{}, member...);
            })) {
            return false;
        }
        out.append('}');
        error.leave();
        return true;
    }
}

template <class Optional>
bool write_optional(buffer& out, const Optional& value, write_error& error) {
    using element = typename Optional::value_type;
    bool present = value.has_value();
    if constexpr (kind_of<element> == type_kind::number) {
        present = present && std::isfinite(*value);  // what is no number travels as none
    }
    if (!present) {
        write_null(out);
        return true;
    }
    return json::write(out, *value, error);
}

template <class Variant>
bool write_variant(buffer& out, const Variant& value, write_error& error) {
    if (value.valueless_by_exception()) {
        return error.fail("a variant without a value has no JSON form");
    }
    const auto write_alternative = [&](const auto& alternative) {
        return json::write(out, alternative, error);
    };
    if constexpr (is_bare_variant<Variant>) {
        return std::visit(write_alternative, value);
    } else {
        if (!error.enter()) {
            return false;
        }
        out.append("{\"index\":");
        write_integer(out, value.index());
        out.append(",\"value\":");
        if (!std::visit(write_alternative, value)) {
            return error.inside_member("value");
        }
        out.append('}');
        error.leave();
        return true;
    }
}

template <class Enum, class Names>
bool write_enum_name(buffer& out, Enum value, const Names& names, write_error& error) {
    for (const auto& [candidate, name] : names) {
        if (candidate == value) {
            return write_string(out, name, error);
        }
    }
    using number = std::underlying_type_t<Enum>;
    return error.fail("the enum value " + std::to_string(static_cast<number>(value)) +
                      " has no name");
}

template <class T>
bool write_custom(buffer& out, const T& value, write_error& error) {
    try {
        nlohmann::json dynamic;
        nlohmann::adl_serializer<T>::to_json(dynamic, value);
        return write_dynamic(out, dynamic, error);
    } catch (const std::exception& failure) {
        return error.fail(printable(failure.what(), 200));
    }
}

template <class T>
bool write_scalar(buffer& out, const T& value, write_error& error) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::number) {
        return write_float(out, value, error);
    } else if constexpr (kind == type_kind::string) {
        return write_string(out, value, error);
    } else if constexpr (kind == type_kind::enum_name) {
        return write_enum_name(out, value, enum_names<T>, error);
    } else if constexpr (kind == type_kind::enum_number) {
        return json::write(out, static_cast<std::underlying_type_t<T>>(value), error);
    } else if constexpr (kind == type_kind::time_point) {
        return json::write(out, value.time_since_epoch().count(), error);
    } else if constexpr (kind == type_kind::duration) {
        return json::write(out, value.count(), error);
    } else {
        if constexpr (kind == type_kind::boolean) {
            write_bool(out, value);
        } else if constexpr (kind == type_kind::integer) {
            write_integer(out, value);
        } else if constexpr (kind == type_kind::raw) {
            out.append(value.text);
        } else {
            write_null(out);
        }
        return true;
    }
}

template <class T>
bool write(buffer& out, const T& value, write_error& error) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (!diagnose_write<T>()) {
        return false;
    } else if constexpr (kind == type_kind::aggregate) {
        return write_aggregate(out, value, error);
    } else if constexpr (kind == type_kind::optional) {
        return write_optional(out, value, error);
    } else if constexpr (kind == type_kind::sequence || kind == type_kind::set) {
        return write_range(out, value, error);
    } else if constexpr (kind == type_kind::map) {
        return write_map(out, value, error);
    } else if constexpr (kind == type_kind::tuple) {
        return write_tuple(out, value, error);
    } else if constexpr (kind == type_kind::variant) {
        return write_variant(out, value, error);
    } else if constexpr (kind == type_kind::custom) {
        return write_custom(out, value, error);
    } else if constexpr (kind == type_kind::dynamic) {
        return write_dynamic(out, value, error);
    } else {
        return write_scalar(out, value, error);
    }
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_WRITE_HPP
