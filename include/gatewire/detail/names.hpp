// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_NAMES_HPP
#define GATEWIRE_DETAIL_NAMES_HPP

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Names that are known when the program is compiled.
namespace rpc::inline v1::detail {

/// A string literal as a template argument, so that a name is part of a type.
template <std::size_t Size>
struct fixed_string {
    char text[Size]{};

    consteval fixed_string(const char (&literal)[Size]) {  // implicit: `method<"add", ...>`
        std::copy_n(literal, Size, text);
    }

    constexpr std::string_view view() const noexcept { return {text, Size - 1}; }
};

/// FNV-1a, 32 bits: short names, evaluated at compile time too.
constexpr std::uint32_t name_hash(std::string_view name) noexcept {
    std::uint32_t hash = 2166136261u;
    for (char character : name) {
        hash = (hash ^ static_cast<unsigned char>(character)) * 16777619u;
    }
    return hash;
}

/// Finds the place of a name among `Count` names that are known at compile time.
///
/// Open addressing with at least two slots for each name. The names come from the program itself,
/// never from a peer, so no one can make them collide on purpose.
template <std::size_t Count>
class name_index {
public:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    constexpr explicit name_index(const std::array<std::string_view, Count>& names)
        : names_(names) {
        for (std::size_t index = 0; index < Count; ++index) {
            std::size_t slot = name_hash(names_[index]) % slot_count;
            while (slots_[slot] != 0) {
                slot = (slot + 1) % slot_count;
            }
            slots_[slot] = static_cast<std::uint16_t>(index + 1);
        }
    }

    /// The place of the name, or `none`.
    constexpr std::size_t find(std::string_view name) const noexcept {
        std::size_t slot = name_hash(name) % slot_count;
        while (slots_[slot] != 0) {
            const std::size_t index = slots_[slot] - std::size_t{1};
            if (names_[index] == name) {
                return index;
            }
            slot = (slot + 1) % slot_count;
        }
        return none;
    }

    constexpr const std::array<std::string_view, Count>& names() const noexcept { return names_; }

private:
    static constexpr std::size_t slot_count = std::bit_ceil(Count * 2 + 1);
    static_assert(Count < 0xffff, "gatewire: a table holds fewer than 65535 entries");

    std::array<std::string_view, Count> names_;
    std::array<std::uint16_t, slot_count> slots_{};
};

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_NAMES_HPP
