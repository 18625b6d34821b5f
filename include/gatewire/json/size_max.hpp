// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SIZE_MAX_HPP
#define GATEWIRE_JSON_SIZE_MAX_HPP

#include <gatewire/json/enum_table.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/write_scalar.hpp>

#include <cstddef>
#include <type_traits>

namespace rpc::inline v1::codec {

/// The size of the longest form of a scalar; 0 for a type whose forms have no bound, or are made of
/// several values. Where it is known, room can be made for many values at once.
template <class T>
consteval std::size_t size_max() {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::boolean) {
        return 5;
    } else if constexpr (kind == type_kind::null) {
        return 4;
    } else if constexpr (kind == type_kind::integer || kind == type_kind::enum_number) {
        return integer_size_max;
    } else if constexpr (kind == type_kind::number) {
        return real_size_max;
    } else if constexpr (kind == type_kind::enum_name) {
        return enum_table_of<T>.short_and_plain ? quoted_name::size_max : 0;
    } else if constexpr (kind == type_kind::duration || kind == type_kind::time_point) {
        return size_max<typename T::rep>();
    } else if constexpr (kind == type_kind::optional) {
        return size_max<typename T::value_type>();
    } else {
        return 0;
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_SIZE_MAX_HPP
