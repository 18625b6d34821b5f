// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DESCRIBE_TABLE_HPP
#define GATEWIRE_TYPED_DESCRIBE_TABLE_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/await_result.hpp>
#include <gatewire/wire/json/describe.hpp>

#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Describes the entries of a table, for the comparison with the other side.
namespace rpc::inline v1::typed {

using detail::entry;
using detail::type_list;

/// What a method gives in the end, without references and awaitables.
template <class Entry>
using final_result = std::decay_t<
    typename detail::awaited_result<std::remove_cvref_t<typename Entry::result>>::type>;

template <class... Arguments>
std::vector<wire::json::type_description> describe_arguments(type_list<Arguments...>) {
    std::vector<wire::json::type_description> result;
    (result.push_back(wire::json::describe<std::decay_t<Arguments>>()), ...);
    return result;
}

template <class Entry>
protocol::entry_description finish_description(protocol::entry_types types) {
    protocol::entry_description result;
    result.name = Entry::name;
    result.fingerprint = protocol::fingerprint_text(types);
    result.types = std::move(types);
    if constexpr (requires { Entry::roles; }) {
        result.needs.assign(Entry::roles.begin(), Entry::roles.end());
    }
    return result;
}

/// A method of either side's table.
template <class Entry>
protocol::entry_description describe_method() {
    protocol::entry_types types;
    types.sent = describe_arguments(typename Entry::arguments{});
    if constexpr (!std::is_void_v<final_result<Entry>>) {
        types.returned.push_back(wire::json::describe<final_result<Entry>>());
    }
    protocol::entry_description result = finish_description<Entry>(std::move(types));
    result.is_once = Entry::is_once;
    result.is_idempotent = Entry::is_idempotent;
    return result;
}

/// An event, or its handler.
template <class Entry>
protocol::entry_description describe_event() {
    protocol::entry_types types;
    types.sent.push_back(wire::json::describe<typename Entry::payload>());
    protocol::entry_description result = finish_description<Entry>(std::move(types));
    if constexpr (requires { Entry::is_keyed; }) {
        result.is_keyed = Entry::is_keyed;
        result.is_latest = Entry::is_latest;
    }
    return result;
}

template <class... Entries>
std::vector<protocol::entry_description> describe_methods(type_list<Entries...>) {
    return {describe_method<entry<Entries>>()...};
}

template <class... Entries>
std::vector<protocol::entry_description> describe_events(type_list<Entries...>) {
    return {describe_event<entry<Entries>>()...};
}

template <class List>
std::size_t find_name(std::string_view name) noexcept {
    return detail::index_of<List>.find(name);
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_DESCRIBE_TABLE_HPP
