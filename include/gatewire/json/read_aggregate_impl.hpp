// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_AGGREGATE_IMPL_HPP
#define GATEWIRE_JSON_READ_AGGREGATE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/read_aggregate.hpp>
#include <gatewire/json/skip.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

GATEWIRE_INLINE std::size_t name_index::find(std::string_view name) const noexcept {
    const auto found = std::lower_bound(
        sorted.begin(), sorted.end(), name,
        [this](std::uint8_t index, std::string_view key) { return names[index] < key; });
    return found != sorted.end() && names[*found] == name ? *found : no_member;
}

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

GATEWIRE_INLINE bool read_other_members(reader& in, const char* at, std::size_t done,
                                        const erased_aggregate& into) {
    if (in.failed()) {
        return in.inside_member(into.names.names[done]);
    }
    in.move_to(at);
    return (done == into.actions.size() && in.accept_end()) ||
           read_members_in_any_order(in, done, into);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_AGGREGATE_IMPL_HPP
