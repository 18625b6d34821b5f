// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_READ_AGGREGATE_HPP
#define GATEWIRE_WIRE_JSON_READ_AGGREGATE_HPP

#include <gatewire/wire/json/read.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
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
    std::uint64_t bits = 0;    // one for each member of the aggregate
    name_stack::mark mark;     // where the names of unknown members begin
    bool first = true;         // none yet
    std::size_t expected = 0;  // most likely the next one

    bool has(std::size_t index) const noexcept { return (bits >> index & 1U) != 0; }
    void add(std::size_t index) noexcept {
        bits |= std::uint64_t{1} << index;
        expected = index + 1;
        first = false;
    }
};

/// Whether the member that follows the last one in the aggregate follows it here, too. Where that
/// is so, a text with white space needs no search for names.
inline bool accept_expected(reader& in, const name_index& names, const met_members& met) noexcept {
    if (met.expected >= names.names.size() || met.has(met.expected)) {
        return false;
    }
    const std::string_view name = names.names[met.expected];
    // Around the name there are its quotes and the colon.
    return in.accept_key({name.data() - 1, name.size() + 3}, met.first);
}

/// Goes to the next member the aggregate knows and gives its number. Unknown ones are checked and
/// ignored, so that peers can add members; duplicates are refused among them too.
inline step next_known_member(reader& in, const name_index& names, met_members& met,
                              std::size_t& index) {
    if (accept_expected(in, names, met)) {
        index = met.expected;
        met.add(index);
        return step::item;
    }
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
            met.add(index);
            return step::item;
        }
    }
}

/// What to do with one member, whatever its type.
struct member_actions {
    bool (*read)(reader& in, void* member);
    void (*reset)(void* member);  // null when the member must not be missing
};

template <class Member>
void* address_of(Member& member) noexcept {
    return const_cast<void*>(static_cast<const volatile void*>(std::addressof(member)));
}

template <class Member>
bool read_erased(reader& in, void* member) {
    return json::read(in, *static_cast<Member*>(member));
}

template <class Member>
void reset_erased(void* member) {
    static_cast<Member*>(member)->reset();
}

template <class Member>
consteval member_actions actions_of() {
    if constexpr (kind_of<Member> == type_kind::optional) {
        return {&read_erased<Member>, &reset_erased<Member>};
    } else {
        return {&read_erased<Member>, nullptr};
    }
}

template <class... Member>
inline constexpr std::array<member_actions, sizeof...(Member)> all_actions = {
    actions_of<Member>()...};

/// An aggregate without its type, so that one function reads all that comes in an unusual form.
struct erased_aggregate {
    name_index names;
    std::span<const member_actions> actions;
    bool may_miss_any;
    void* const* members;
};

inline bool fill_missing_members(reader& in, const met_members& met, const erased_aggregate& into) {
    for (std::size_t index = 0; index != into.actions.size(); ++index) {
        if (met.has(index) || into.may_miss_any) {
            continue;
        }
        if (into.actions[index].reset == nullptr) {
            return in.fail_value("missing member '" + std::string(into.names.names[index]) + "'");
        }
        into.actions[index].reset(into.members[index]);
    }
    return true;
}

/// Reads the members in whatever order they come, from the `done`-th one on.
inline bool read_members_in_any_order(reader& in, std::size_t done, const erased_aggregate& into) {
    met_members met{done == members_max ? ~std::uint64_t{0} : (std::uint64_t{1} << done) - 1,
                    in.names().open(), done == 0, done};
    std::size_t index = 0;
    step next = step::item;
    while ((next = next_known_member(in, into.names, met, index)) == step::item) {
        if (!into.actions[index].read(in, into.members[index])) {
            return in.inside_member(into.names.names[index]);
        }
    }
    return next == step::end && fill_missing_members(in, met, into);
}

/// Goes on where the first `done` members were what was expected and the next is not; it would be
/// at `at`.
inline bool read_other_members(reader& in, const char* at, std::size_t done,
                               const erased_aggregate& into) {
    if (in.failed()) {
        return in.inside_member(into.names.names[done]);
    }
    in.move_to(at);
    return (done == into.actions.size() && in.accept_end()) ||
           read_members_in_any_order(in, done, into);
}

/// The next member's value, if exactly its name with comma and colon stands here.
template <class Names, std::size_t Index, class Member>
const char* take_member(const char* at, reader& in, Member& member) {
    // The brace before the first is behind us.
    constexpr std::size_t size = Names::next_key(Index).size() - (Index == 0 ? 1 : 0);
    constexpr std::size_t offset = Names::offsets[Index] + (Index == 0 ? 1 : 0);
    if (static_cast<std::size_t>(in.end() - at) < size ||
        !same_bytes<size>(at, Names::text.data() + offset)) {
        return nullptr;
    }
    return take(at + size, in, member);
}

/// Expects the members as a writer of the same type sends them; at the first that is not there it
/// goes over to any order. The comparison with the expected name is most of the work it saves.
template <class T, std::size_t... Index, class... Member>
bool read_members(reader& in, std::index_sequence<Index...>, Member&... member) {
    std::size_t done = 0;
    const char* at = in.at();
    const char* next = at;
    const bool all = ((next = take_member<member_names<T>, Index>(at, in, member),
                       next != nullptr && (at = next, done = Index + 1, true)) &&
                      ...);
    if (all && at != in.end() && *at == '}') {
        in.leave_object(at + 1);
        return true;
    }
    void* const members[] = {address_of(member)..., nullptr};
    return read_other_members(in, at, done,
                              {{names_of<T>, sorted_names_of<T>}, all_actions<Member...>,
                               default_members<T>, members});
}

template <class T>
bool read_aggregate(reader& in, T& value) {
    return in.enter_object() && visit_members(value, [&in](auto&... member) {
        return read_members<T>(in, std::index_sequence_for<decltype(member)...>{}, member...);
    });
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_READ_AGGREGATE_HPP
