// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_READ_AGGREGATE_HPP
#define GATEWIRE_WIRE_JSON_READ_AGGREGATE_HPP

#include <gatewire/wire/json/read.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::wire::json {

inline constexpr std::size_t no_member = members_max;

/// The names of an aggregate, sorted for lookup.
struct name_index {
    std::span<const std::string_view> names;  // in order of declaration
    std::span<const std::uint8_t> sorted;     // positions in `names`

    std::size_t find(std::string_view name) const noexcept {
        const auto found = std::lower_bound(
            sorted.begin(), sorted.end(), name,
            [this](std::uint8_t index, std::string_view key) { return names[index] < key; });
        return found != sorted.end() && names[*found] == name ? *found : no_member;
    }
};

template <class T>
inline constexpr auto names_of = [] {
    std::array<std::string_view, member_count<T>> names{};
    for (std::size_t index = 0; index != names.size(); ++index) {
        names[index] = member_names<T>::name(index);
    }
    return names;
}();

template <class T>
inline constexpr auto sorted_names_of = [] {
    std::array<std::uint8_t, member_count<T>> sorted{};
    std::iota(sorted.begin(), sorted.end(), std::uint8_t{0});
    std::sort(sorted.begin(), sorted.end(), [](std::uint8_t left, std::uint8_t right) {
        return names_of<T>[left] < names_of<T>[right];
    });
    return sorted;
}();

/// The members of one object that have been met.
struct met_members {
    std::uint64_t bits = 0;  // one for each member of the aggregate
    name_stack::mark mark;   // where the names of unknown members begin
    bool first = true;       // none yet

    bool has(std::size_t index) const noexcept { return (bits >> index & 1U) != 0; }
};

/// Goes to the next member the aggregate knows and gives its number. Unknown ones are checked and
/// ignored, so that peers can add members; duplicates are refused among them too.
inline step next_known_member(reader& in, const name_index& names, met_members& met,
                              std::size_t& index) {
    std::string_view name;
    for (;;) {
        const step next = in.next_member(met.first, name);
        if (next == step::end) {
            return in.close_names(met.mark) ? step::end : step::error;
        }
        if (next == step::error) {
            return next;
        }
        index = names.find(name);
        if (index == no_member) {
            const name_stack::mark position = in.names().open();
            in.add_name(name);
            if (!skip(in)) {
                in.inside_member(in.names()[position]);
                return step::error;
            }
        } else if (met.has(index)) {
            in.fail_value("duplicate member '" + std::string(names.names[index]) + "'");
            return step::error;
        } else {
            met.bits |= std::uint64_t{1} << index;
            return step::item;
        }
    }
}

template <class T, class Member>
bool fill_missing_member(reader& in, Member& member, std::size_t index) {
    if constexpr (default_members<T>) {
        return true;
    } else if constexpr (kind_of<Member> == type_kind::optional) {
        member.reset();
        return true;
    } else {
        return in.fail_value("missing member '" + std::string(names_of<T>[index]) + "'");
    }
}

/// Reads the members in whatever order they come, from the `done`-th one on.
template <class T, std::size_t... Index, class... Member>
bool read_members_in_any_order(reader& in, std::size_t done, std::index_sequence<Index...>,
                               Member&... member) {
    const name_index names{names_of<T>, sorted_names_of<T>};
    met_members met{done == members_max ? ~std::uint64_t{0} : (std::uint64_t{1} << done) - 1,
                    in.names().open(), done == 0};
    std::size_t index = 0;
    step next = step::item;
    while ((next = next_known_member(in, names, met, index)) == step::item) {
        bool read_it = true;
        ((Index == index ? static_cast<void>(read_it = json::read(in, member)) : void()), ...);
        if (!read_it) {
            return in.inside_member(names_of<T>[index]);
        }
    }
    return next == step::end &&
           ((met.has(Index) || fill_missing_member<T>(in, member, Index)) && ...);
}

/// Expects the members as a writer of the same type sends them; at the first that is not there it
/// goes over to any order. The comparison with the expected name is most of the work it saves.
template <class T, std::size_t... Index, class... Member>
bool read_members(reader& in, std::index_sequence<Index...> indices, Member&... member) {
    std::size_t done = 0;
    [[maybe_unused]] const auto read_expected = [&](auto index, auto& value) {
        constexpr std::string_view key = member_names<T>::key(index());
        if (!in.accept_key(key, index() == 0) || !json::read(in, value)) {
            return false;
        }
        ++done;
        return true;
    };
    const bool all = (read_expected(std::integral_constant<std::size_t, Index>{}, member) && ...);
    if (all && in.accept_end()) {
        return true;
    }
    if (in.failed()) {
        return in.inside_member(names_of<T>[done]);
    }
    return read_members_in_any_order<T>(in, done, indices, member...);
}

template <class T>
bool read_aggregate(reader& in, T& value) {
    return in.enter_object() && visit_members(value, [&in](auto&... member) {
        return read_members<T>(in, std::index_sequence_for<decltype(member)...>{}, member...);
    });
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_READ_AGGREGATE_HPP
