// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_TAKE_VALUE_HPP
#define GATEWIRE_JSON_TAKE_VALUE_HPP

#include <gatewire/json/kinds.hpp>
#include <gatewire/json/reader.hpp>
#include <gatewire/json/take.hpp>

#include <string>
#include <type_traits>

namespace rpc::inline v1::codec {

template <class T>
bool read(reader& in, T& value);  // read.hpp

template <class T>
bool read(reader& in, unmade<T>& value);  // read.hpp

/// Whether `take_scalar` knows the type.
template <class T>
consteval bool is_takeable() {
    switch (kind_of<T>) {
        case type_kind::boolean:
        case type_kind::integer:
        case type_kind::number:
        case type_kind::enum_number:
        case type_kind::enum_name: return true;
        default: break;
    }
    if constexpr (kind_of<T> == type_kind::optional) {
        return is_takeable<typename T::value_type>();
    } else if constexpr (kind_of<T> == type_kind::duration || kind_of<T> == type_kind::time_point) {
        return is_takeable<typename T::rep>();
    } else {
        return std::is_same_v<T, std::string>;
    }
}

/// The quick way to read a scalar; see take.hpp.
template <class T>
const char* take_scalar(const char* at, const char* end, T& value) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::boolean) {
        return take_bool(at, end, value);
    } else if constexpr (kind == type_kind::integer) {
        return take_integer(at, end, value);
    } else if constexpr (kind == type_kind::number) {
        return take_real(at, end, value);
    } else if constexpr (kind == type_kind::string) {
        return take_string(at, end, value);
    } else if constexpr (kind == type_kind::enum_name) {
        return take_enum_name(at, end, value);
    } else if constexpr (kind == type_kind::optional) {
        if (const char* const behind = take_null(at, end); behind != nullptr) {
            value.reset();
            return behind;
        }
        return take_scalar(at, end, value.emplace());
    } else if constexpr (kind == type_kind::enum_number) {
        std::underlying_type_t<T> number{};
        at = take_scalar(at, end, number);
        value = static_cast<T>(number);
        return at;
    } else {
        typename T::rep count{};
        at = take_scalar(at, end, count);
        if constexpr (kind == type_kind::time_point) {
            value = T(typename T::duration(count));
        } else {
            value = T(count);
        }
        return at;
    }
}

/// Reads a value the quick way, where there is one. Null when something else is there, or after an
/// error inside of it: then the reader has failed.
template <class T>
const char* take(const char* at, reader& in, T& value) {
    if constexpr (is_takeable<T>()) {
        return take_scalar(at, in.end(), value);
    } else {
        in.move_to(at);
        return codec::read(in, value) ? in.at() : nullptr;
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_TAKE_VALUE_HPP
