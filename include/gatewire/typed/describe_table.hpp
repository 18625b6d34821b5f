// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DESCRIBE_TABLE_HPP
#define GATEWIRE_TYPED_DESCRIBE_TABLE_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/json/describe.hpp>
#include <gatewire/json/reflect.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/await_result.hpp>  // IWYU pragma: keep

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

/// Describes the entries of a table, for the comparison with the other side.
namespace rpc::inline v1::typed {

using detail::entry;
using detail::type_list;

/// What a method gives in the end, without references and awaitables.
template <class Entry>
using final_result = std::decay_t<
    typename detail::awaited_result<std::remove_cvref_t<typename Entry::result>>::type>;

/// What a method's or an event's description says, as constants.
struct entry_facts {
    std::string_view name;
    const codec::type_facts* const* sent = nullptr;
    std::size_t sent_count = 0;
    const std::string_view* parameters = nullptr;  // their names, if they have some
    const codec::type_facts* returned = nullptr;   // null where nothing comes back
    const std::string_view* roles = nullptr;
    std::size_t role_count = 0;
    std::string_view key_member{};  // empty where a function makes the key
    bool has_integer_key = false;
    bool is_keyed = false;
    bool is_latest = false;
    bool is_once = false;
    bool is_idempotent = false;
    bool is_offloaded = false;
};

template <class... Arguments>
consteval void add_arguments(entry_facts& facts, type_list<Arguments...>) {
    facts.sent = codec::part_facts<void, std::decay_t<Arguments>...>.data();
    facts.sent_count = sizeof...(Arguments);
}

template <class Entry>
consteval void add_roles(entry_facts& facts) {
    if constexpr (requires { Entry::roles; }) {
        facts.roles = Entry::roles.data();
        facts.role_count = Entry::roles.size();
    }
}

/// A method of either side's table.
template <class Entry>
consteval entry_facts method_facts() {
    entry_facts facts{Entry::name};
    add_arguments(facts, typename Entry::arguments{});
    if constexpr (!std::is_void_v<final_result<Entry>>) {
        facts.returned = &codec::facts_of<final_result<Entry>>;
    }
    add_roles<Entry>(facts);
    facts.is_once = Entry::is_once;
    facts.is_idempotent = Entry::is_idempotent;
    if constexpr (requires { Entry::is_offloaded; }) {
        facts.is_offloaded = Entry::is_offloaded;
    }
    if constexpr (Entry::names::given) {
        facts.parameters = Entry::names::names.data();
    }
    return facts;
}

/// What an event's key is in its JSON.
template <class Payload, auto Key>
consteval void add_key(entry_facts& facts) {
    using value = std::remove_cvref_t<std::invoke_result_t<decltype(Key), const Payload&>>;
    facts.has_integer_key = std::is_integral_v<value>;
    if constexpr (std::is_member_object_pointer_v<decltype(Key)> &&
                  codec::kind_of<Payload> == codec::type_kind::aggregate) {
        constexpr std::size_t index = codec::member_index(Key);
        if constexpr (index != codec::member_count<Payload>) {
            facts.key_member = codec::member_names<Payload>::name(index);
        }
    }
}

/// An event, or its handler.
template <class Entry>
consteval entry_facts event_facts() {
    entry_facts facts{Entry::name};
    add_arguments(facts, type_list<typename Entry::payload>{});
    add_roles<Entry>(facts);
    if constexpr (requires { Entry::is_keyed; }) {
        facts.is_keyed = Entry::is_keyed;
        facts.is_latest = Entry::is_latest;
        if constexpr (Entry::is_keyed) {
            add_key<typename Entry::payload, Entry::key::key>(facts);
        }
    }
    return facts;
}

template <class List>
inline constexpr std::array<entry_facts, 0> methods_of{};
template <class... Entries>
inline constexpr std::array<entry_facts, sizeof...(Entries)> methods_of<type_list<Entries...>>{
    method_facts<entry<Entries>>()...};

template <class List>
inline constexpr std::array<entry_facts, 0> events_of{};
template <class... Entries>
inline constexpr std::array<entry_facts, sizeof...(Entries)> events_of<type_list<Entries...>>{
    event_facts<entry<Entries>>()...};

/// A table's entries of one kind.
using described_entries = std::span<const entry_facts>;

std::vector<protocol::entry_description> describe_entries(described_entries entries);

template <class List>
std::size_t find_name(std::string_view name) noexcept {
    return detail::index_of<List>.find(name);
}

}  // namespace rpc::inline v1::typed

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/describe_table_impl.hpp>
#endif

#endif  // GATEWIRE_TYPED_DESCRIBE_TABLE_HPP
