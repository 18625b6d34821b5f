// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_AGGREGATE_HPP
#define GATEWIRE_JSON_READ_AGGREGATE_HPP

#include <gatewire/default_members.hpp>
#include <gatewire/json/fast_scalar.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/reflect.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::codec {

/// Reads a value of any type: the fast way where there is one and the text goes it, else the strict
/// way. See read.hpp.
template <class T>
bool read(strict_reader& in, T& value);

template <class T>
bool read(strict_reader& in, unmade<T>& into);

static_assert(members_max <= 64, "gatewire: met_members has a bit for each member");

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

template <class Member>
void* address_of(Member& member) noexcept {
    return const_cast<void*>(static_cast<const volatile void*>(std::addressof(member)));
}

template <class Member>
bool read_erased(strict_reader& in, void* member) {
    return codec::read(in, *static_cast<Member*>(member));
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

/// Reads the next member, if exactly its name with comma and colon stands here, and gives what
/// follows. Null if something else stands here, or after an error in the value: then the reader has
/// failed.
template <class Names, std::size_t Index, class Member>
const char* fast_read_member(const char* at, const char* end, strict_reader& in, Member& member) {
    // The brace before the first is behind us.
    constexpr std::size_t size = Names::next_key(Index).size() - (Index == 0 ? 1 : 0);
    constexpr std::size_t offset = Names::offsets[Index] + (Index == 0 ? 1 : 0);
    const char* const key = Names::text.data() + offset;
    const auto room = static_cast<std::size_t>(end - at);
    if constexpr (std::is_same_v<Member, double>) {
        if (room < size + short_window) {  // One look at the end for the name and the value.
            return fast_read_last_real(at, end, {key, size}, member);
        }
        return same_bytes<size>(at, key) ? fast_read_short_real(at + size, end, member) : nullptr;
    } else {
        if (room < size || !same_bytes<size>(at, key)) {
            return nullptr;
        }
        at += size;
        if constexpr (is_fast_readable<Member>()) {
            return fast_read_scalar(at, end, member);
        } else {
            in.move_to(at);
            return codec::read(in, member) ? in.at() : nullptr;
        }
    }
}

/// Reads the members the fast way, as a writer of the same type sends them: all, in their order and
/// without white space, so that a name need only be compared, not searched. From the first that is
/// not so it goes on the strict way.
///
/// Always inlined, so that the members are places in a value and not as many arguments.
template <class T, std::size_t... Index, class... Member>
[[gnu::always_inline]] inline bool read_members(strict_reader& in, std::index_sequence<Index...>,
                                                Member&... member) {
    const char* const end = in.end();
    const char* at = in.at();
    std::size_t current = 0;
    [[maybe_unused]] const auto read_one = [&]<std::size_t At>(std::index_sequence<At>, auto& one) {
        current = At;
        const char* const next = fast_read_member<member_names<T>, At>(at, end, in, one);
        at = next != nullptr ? next : at;
        return next != nullptr;
    };
    const bool all = (read_one(std::index_sequence<Index>{}, member) && ...);
    if (all && at != end && *at == '}') {
        in.leave_object(at + 1);
        return true;
    }
    void* const members[] = {address_of(member)..., nullptr};
    return strict_read_members(in, at, all ? sizeof...(Member) : current,
                               {{names_of<T>, sorted_names_of<T>},
                                all_actions<Member...>,
                                default_members<T> && std::default_initializable<T>,
                                members});
}

/// Reads the members of an aggregate that are given to it.
template <class T>
struct member_reader {
    strict_reader& in;

    template <class... Member>
    [[gnu::always_inline]] bool operator()(Member&... member) const {
        return read_members<T>(in, std::index_sequence_for<Member...>{}, member...);
    }
};

template <class T>
bool read_aggregate(strict_reader& in, T& value) {
    return in.enter_object() && visit_members(value, member_reader<T>{in});
}

template <class T, class... Member>
bool read_aggregate(strict_reader& in, unmade<T>& into, std::tuple<Member...>& members) {
    return in.enter_object() &&
           std::apply(
               [&](auto&... member) {
                   if (!read_members<T>(in, std::index_sequence_for<Member...>{}, member...)) {
                       return false;
                   }
                   into.value.emplace(T{std::move(value_in(member))...});
                   return true;
               },
               members);
}

template <class T>
bool read_aggregate(strict_reader& in, unmade<T>& into) {
    using members = decltype(visit_members(std::declval<T&>(), [](auto&... member) {
        return std::type_identity<std::tuple<slot<std::remove_reference_t<decltype(member)>>...>>();
    }));
    typename members::type places;
    return read_aggregate(in, into, places);
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_AGGREGATE_HPP
