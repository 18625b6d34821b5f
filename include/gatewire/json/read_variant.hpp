// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_VARIANT_HPP
#define GATEWIRE_JSON_READ_VARIANT_HPP

#include <gatewire/json/read.hpp>
#include <gatewire/json/shapes.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace rpc::inline v1::codec {

/// A variant whose alternatives JSON does not tell apart.
struct indexed_value {
    std::size_t index = 0;
    raw_value value;
};

template <std::size_t Index, class Variant>
bool read_alternative(reader& in, Variant& value) {
    using alternative = std::variant_alternative_t<Index, Variant>;
    if constexpr (std::default_initializable<alternative>) {
        return codec::read(in, value.template emplace<Index>());
    } else {
        unmade<alternative> read;
        const bool done = codec::read(in, read);
        if (done) {
            value.template emplace<Index>(std::move(*read.value));
        }
        return done;
    }
}

template <class Variant, std::size_t... Index>
bool read_alternative_at(reader& in, Variant& value, std::size_t wanted,
                         std::index_sequence<Index...>) {
    bool done = true;
    ((Index == wanted ? static_cast<void>(done = read_alternative<Index>(in, value)) : void()),
     ...);
    return done;
}

/// The alternative is the one whose JSON kind this is.
template <class Variant, std::size_t... Index>
bool read_bare_variant(reader& in, Variant& value, std::index_sequence<Index...>) {
    const shape found = shape_of(in.peek());
    std::size_t matched = sizeof...(Index);
    (((shape_of_type<std::variant_alternative_t<Index, Variant>>() & found) != 0
          ? static_cast<void>(matched = Index)
          : void()),
     ...);
    return matched == sizeof...(Index)
               ? in.fail_expected(shape_text(shape_of_type<Variant>()))
               : read_alternative_at(in, value, matched, std::index_sequence<Index...>{});
}

template <class Variant>
bool read_indexed_variant(reader& in, Variant& value) {
    constexpr std::size_t size = std::variant_size_v<Variant>;
    indexed_value indexed;
    const unsigned depth = in.depth_left();
    if (!read_aggregate(in, indexed)) {
        return false;
    }
    if (indexed.index >= size) {
        in.fail_value(std::to_string(indexed.index) + " is out of range for " +
                      std::to_string(size) + " alternatives");
        return in.inside_member("index");
    }
    // The value is read a second time, now that its type is known, at the depth where it stands.
    const char* const behind = in.at();
    in.move_to(indexed.value.text.data());
    in.set_depth_left(depth - 1);
    if (!read_alternative_at(in, value, indexed.index, std::make_index_sequence<size>{})) {
        return in.inside_member("value");
    }
    in.set_depth_left(depth);
    in.move_to(behind);
    return true;
}

template <class Variant>
bool read_variant(reader& in, Variant& value) {
    if constexpr (is_bare_variant<Variant>) {
        return read_bare_variant(in, value,
                                 std::make_index_sequence<std::variant_size_v<Variant>>{});
    } else {
        return read_indexed_variant(in, value);
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_VARIANT_HPP
