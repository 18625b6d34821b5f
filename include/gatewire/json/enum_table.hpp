// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_ENUM_TABLE_HPP
#define GATEWIRE_JSON_ENUM_TABLE_HPP

#include <gatewire/enum_names.hpp>
#include <gatewire/json/block.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::codec {

/// A short name as it stands in a text, quotes included, in two words with zeros behind it.
struct quoted_name {
    std::uint64_t front = 0;
    std::uint64_t back = 0;
    std::uint64_t front_mask = 0;  // where the name is
    std::uint64_t back_mask = 0;
    std::uint64_t size = 0;

    static constexpr std::size_t size_max = 16;

    constexpr quoted_name() = default;
    constexpr explicit quoted_name(std::string_view name) : size(name.size() + 2) {
        put(0, '"');
        for (std::size_t at = 0; at != name.size(); ++at) {
            put(at + 1, name[at]);
        }
        put(name.size() + 1, '"');
    }

private:
    constexpr void put(std::size_t at, char character) {
        const auto bits = at % 8 * 8;
        (at < 8 ? front : back) |= std::uint64_t{static_cast<unsigned char>(character)} << bits;
        (at < 8 ? front_mask : back_mask) |= std::uint64_t{0xFF} << bits;
    }
};

/// The names of an enum, ready to be compared and copied as words.
template <class Enum, std::size_t Count>
struct enum_table {
    std::array<quoted_name, Count> names{};
    std::array<Enum, Count> values{};
    bool short_and_plain = true;  // Otherwise the rest means nothing.
    bool in_order = true;         // The values are 0, 1, 2 and so on.
};

template <class Enum>
constexpr std::size_t count_enum_names() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : enum_names<Enum>) {
        ++count;
    }
    return count;
}

template <class Enum>
inline constexpr auto enum_table_of = [] {
    enum_table<Enum, count_enum_names<Enum>()> table;
    std::size_t index = 0;
    for (const auto& [value, text] : enum_names<Enum>) {
        const std::string_view name(text);
        bool fits = name.size() <= quoted_name::size_max - 2;
        for (const char character : name) {
            fits = fits && is_plain(character);
        }
        table.short_and_plain = table.short_and_plain && fits;
        table.in_order = table.in_order && value == static_cast<Enum>(index);
        table.values[index] = value;
        table.names[index] = fits ? quoted_name(name) : quoted_name();
        ++index;
    }
    return table;
}();

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_ENUM_TABLE_HPP
