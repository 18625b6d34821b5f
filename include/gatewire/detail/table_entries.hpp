// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_TABLE_ENTRIES_HPP
#define GATEWIRE_DETAIL_TABLE_ENTRIES_HPP

#include <gatewire/detail/names.hpp>
#include <gatewire/table.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1::detail {

template <class Type>
concept has_table = requires { typename table_of<Type>::type; };

template <class Entry>
using is_method = std::bool_constant<entry<Entry>::kind == entry_kind::method>;
template <class Entry>
using is_event = std::bool_constant<entry<Entry>::kind == entry_kind::event>;
template <class Entry>
using is_remote = std::bool_constant<entry<Entry>::kind == entry_kind::remote>;
template <class Entry>
using is_on = std::bool_constant<entry<Entry>::kind == entry_kind::on>;
/// What a client may call: its own remotes, or the methods of an engine's table.
template <class Entry>
using is_callable = std::bool_constant<is_method<Entry>::value || is_remote<Entry>::value>;

template <class List>
struct list_names;
template <class... Entries>
struct list_names<type_list<Entries...>> {
    static constexpr std::array<std::string_view, sizeof...(Entries)> value{
        entry<Entries>::name...};
};

/// Names of a list of entries, looked up by text.
template <class List>
inline constexpr name_index<List::size> index_of{list_names<List>::value};

consteval bool name_is_allowed(std::string_view name) {
    return !name.empty() && !name.starts_with("rpc.");
}

template <class Entry>
struct checked_entry {
    static_assert(entry<Entry>::kind != entry_kind::unknown,
                  "gatewire: a table holds rpc::method, rpc::event, rpc::remote and rpc::on only");
    static_assert(entry<Entry>::kind == entry_kind::unknown || name_is_allowed(entry<Entry>::name),
                  "gatewire: a name must not be empty or begin with 'rpc.', which is reserved");
    static constexpr bool value = true;
};

template <class List>
consteval bool names_differ() {
    const auto& names = list_names<List>::value;
    for (std::size_t left = 0; left < names.size(); ++left) {
        for (std::size_t right = left + 1; right < names.size(); ++right) {
            if (names[left] == names[right]) {
                return false;
            }
        }
    }
    return true;
}

/// The entries of a table, sorted by kind and checked.
template <class Table>
struct table_entries {
    static_assert(never<Table>, "gatewire: rpc_table must be an rpc::table<...>");
};
template <class... Entries>
struct table_entries<table<Entries...>> {
    static_assert((checked_entry<Entries>::value && ...));
    static_assert(names_differ<type_list<Entries...>>(),
                  "gatewire: two entries of the table have the same name");

    using all = type_list<Entries...>;
    using methods = typename list_filter<is_method, type_list<>, Entries...>::type;
    using events = typename list_filter<is_event, type_list<>, Entries...>::type;
    using remotes = typename list_filter<is_remote, type_list<>, Entries...>::type;
    using handlers = typename list_filter<is_on, type_list<>, Entries...>::type;
    using callables = typename list_filter<is_callable, type_list<>, Entries...>::type;
};

template <class Type>
struct checked_table {
    static_assert(
        has_table<Type>,
        "gatewire: this type has no table: give it 'using rpc_table = rpc::table<...>;' or "
        "specialise rpc::table_of");
    using type = table_entries<typename table_of<Type>::type>;
};

template <class Type>
using entries_of = typename checked_table<Type>::type;

template <std::size_t Index, class List>
struct list_at;
template <std::size_t Index, class First, class... Rest>
struct list_at<Index, type_list<First, Rest...>> : list_at<Index - 1, type_list<Rest...>> {};
template <class First, class... Rest>
struct list_at<0, type_list<First, Rest...>> {
    using type = First;
};

/// The place of a name in a list at compile time, `name_index::none` if it is not there.
template <fixed_string Name, class List>
inline constexpr std::size_t place_of = index_of<List>.find(Name.view());

template <fixed_string Name, class List>
inline constexpr bool is_listed = place_of<Name, List> != static_cast<std::size_t>(-1);

template <fixed_string Name, class List>
using entry_named = entry<typename list_at<place_of<Name, List>, List>::type>;

/// The place of the method entry whose function is `Function`.
template <auto Function, class... Entries>
consteval std::size_t place_of_function(type_list<Entries...>) {
    std::size_t found = static_cast<std::size_t>(-1);
    std::size_t index = 0;
    const auto look = [&]<class Entry>(std::type_identity<Entry>) {
        if constexpr (entry<Entry>::kind == entry_kind::method) {
            if constexpr (std::is_same_v<std::remove_const_t<decltype(entry<Entry>::function)>,
                                         std::remove_const_t<decltype(Function)>>) {
                if (entry<Entry>::function == Function) {
                    found = index;
                }
            }
        }
        ++index;
    };
    (look(std::type_identity<Entries>{}), ...);
    return found;
}

template <class Entry>
struct method_name;
template <fixed_string Name, auto Function, class... Traits>
struct method_name<method<Name, Function, Traits...>> {
    static constexpr auto value = Name;
};

/// The name under which a function stands in a table.
template <auto Function, class List>
consteval auto name_of() {
    constexpr std::size_t place = place_of_function<Function>(List{});
    static_assert(place != static_cast<std::size_t>(-1),
                  "gatewire: the table has no rpc::method with this function");
    if constexpr (place != static_cast<std::size_t>(-1)) {
        return method_name<typename list_at<place, List>::type>::value;
    }
}

/// What a method gives once nothing is left to await; specialised where coroutines are known.
template <class Result>
struct awaited_result {
    using type = Result;
    static constexpr bool is_awaitable = false;
};

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_TABLE_ENTRIES_HPP
