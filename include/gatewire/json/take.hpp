// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_TAKE_HPP
#define GATEWIRE_JSON_TAKE_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/json/enum_table.hpp>
#include <gatewire/json/take_number.hpp>
#include <gatewire/json/unescape.hpp>
#include <gatewire/json/utf8.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace rpc::inline v1::codec {

inline const char* take_bool(const char* at, const char* end, bool& value) noexcept {
    if (end - at >= 4 && same_bytes<4>(at, "true")) {
        value = true;
        return at + 4;
    }
    if (end - at >= 5 && same_bytes<5>(at, "false")) {
        value = false;
        return at + 5;
    }
    return nullptr;
}

inline const char* take_null(const char* at, const char* end) noexcept {
    return end - at >= 4 && same_bytes<4>(at, "null") ? at + 4 : nullptr;
}

/// A string from behind its quote on, of whatever length and content.
const char* take_unusual_string(const char* at, const char* end, std::string& value);

/// Any string. The quick part is for those that end inside of a block.
inline const char* take_string(const char* at, const char* end, std::string& value) {
    if (at == end || *at != '"') {
        return nullptr;
    }
    ++at;
    if (end - at >= block_size) {
        if (const std::uint32_t special = special_in_block(at); special != 0) {
            const auto size = static_cast<std::size_t>(std::countr_zero(special));
            if (at[size] == '"') {
                value.clear();
                value.append(at, size);  // Less work than `assign`, which expects overlaps.
                return at + size + 1;
            }
        }
    }
    return take_unusual_string(at, end, value);
}

/// Finds the quoted name that stands here; its index, or how many there are.
inline std::size_t find_name(const char* at, std::span<const quoted_name> names) noexcept {
    const std::uint64_t front = load_word(at);
    const std::uint64_t back = load_word(at + 8);
    std::size_t index = 0;
    for (const quoted_name& name : names) {
        if ((((front ^ name.front) & name.front_mask) | ((back ^ name.back) & name.back_mask)) ==
            0) {
            break;
        }
        ++index;
    }
    return index;
}

std::size_t find_last_name(const char* at, const char* end,
                           std::span<const quoted_name> names) noexcept;

template <class Enum>
const char* take_enum_name(const char* at, const char* end, Enum& value) noexcept {
    constexpr const auto& table = enum_table_of<Enum>;
    if constexpr (table.short_and_plain) {
        const std::size_t index = end - at < short_window ? find_last_name(at, end, table.names)
                                                          : find_name(at, table.names);
        if (index != table.names.size()) {
            value = table.values[index];
            return at + table.names[index].size;
        }
    }
    return nullptr;
}

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/take_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_TAKE_HPP
