// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_ENUM_HPP
#define GATEWIRE_JSON_WRITE_ENUM_HPP

#include <gatewire/json/enum_table.hpp>
#include <gatewire/json/sink.hpp>
#include <gatewire/json/write_string.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>

namespace rpc::inline v1::codec {

template <class Enum>
bool fail_enum_name(Enum value, write_error& error) {
    using number = std::underlying_type_t<Enum>;
    return error.fail("the enum value " + std::to_string(static_cast<number>(value)) +
                      " has no name");
}

/// The position of a value's name in the table, or the number of names.
template <class Enum>
std::size_t find_enum_value(Enum value) noexcept {
    constexpr const auto& table = enum_table_of<Enum>;
    if constexpr (table.in_order) {
        // One below zero is far above all others.
        const auto number = static_cast<std::underlying_type_t<Enum>>(value);
        return (std::min)(static_cast<std::size_t>(number), table.values.size());
    } else {
        std::size_t index = 0;
        while (index != table.values.size() && table.values[index] != value) {
            ++index;
        }
        return index;
    }
}

template <class Enum>
char* put_enum_name(char* at, Enum value, std::size_t room, sink& to) {
    constexpr const auto& table = enum_table_of<Enum>;
    if constexpr (table.short_and_plain) {
        if (const std::size_t index = find_enum_value(value); index != table.names.size()) {
            const quoted_name& name = table.names[index];
            store_word(at, name.front);
            store_word(at + 8, name.back);
            return at + name.size;
        }
    } else {
        for (const auto& [candidate, name] : enum_names<Enum>) {
            if (candidate == value) {
                return put_string(at, name, room, to);
            }
        }
    }
    fail_enum_name(value, to.error);
    return nullptr;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_WRITE_ENUM_HPP
