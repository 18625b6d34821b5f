// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DIAGNOSE_HPP
#define GATEWIRE_TYPED_DIAGNOSE_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/diagnose.hpp>
#include <gatewire/session_end.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/params.hpp>

#include <string_view>
#include <type_traits>

/// One sentence for each mistake in a table, or in a call. The compiler prints the entry, and so
/// its name, beside the sentence.
namespace rpc::inline v1::typed {

using detail::fixed_string;

/// How a parameter may be declared: by value, by reference to const or by rvalue reference.
template <class Parameter>
inline constexpr bool is_parameter =
    !std::is_pointer_v<std::remove_cvref_t<Parameter>> &&
    (!std::is_lvalue_reference_v<Parameter> || std::is_const_v<std::remove_reference_t<Parameter>>);

template <class Entry, class Parameter>
consteval bool diagnose_parameter() {
    static_assert(is_parameter<Parameter>,
                  "gatewire: a method's parameter must be a value or a reference to const: what a "
                  "client sends cannot be written back");
    using value = std::decay_t<Parameter>;
    if constexpr (!is_parameter<Parameter> || std::is_same_v<value, std::string_view>) {
        return true;
    } else if constexpr (is_borrowed<value>) {
        return codec::diagnose_read<typename value::value_type>();
    } else {
        return codec::diagnose_read<value>();
    }
}

template <class Entry, class... Parameters>
consteval bool diagnose_parameters(detail::type_list<Parameters...>) {
    return (diagnose_parameter<Entry, Parameters>() && ...);
}

/// Whether a method is over when its function returns.
template <class Entry>
inline constexpr bool ends_at_once =
    !Entry::is_offloaded &&
    !detail::awaited_result<std::remove_cvref_t<typename Entry::result>>::is_awaitable;

template <class Engine, class Entry>
consteval bool diagnose_method() {
    using facts = detail::entry<Entry>;
    static_assert(std::is_base_of_v<typename facts::object, Engine> ||
                      std::is_same_v<typename facts::object, Engine>,
                  "gatewire: a method must be a member of the engine, or a function whose first "
                  "parameter is a reference to the engine");
    static_assert(!borrows_request<facts> || ends_at_once<facts>,
                  "gatewire: a std::string_view or std::span parameter looks at the request, which "
                  "is gone when an awaitable or offloaded method goes on: take std::string or "
                  "std::vector");
    if constexpr (!std::is_void_v<final_result<facts>>) {
        codec::diagnose_write<final_result<facts>>();
    }
    return diagnose_parameters<Entry>(typename facts::arguments{});
}

template <class Engine, class... Entries>
consteval bool diagnose_methods(detail::type_list<Entries...>) {
    return (diagnose_method<Engine, Entries>() && ...);
}

template <class Entry>
consteval bool diagnose_payload() {
    codec::diagnose_write<typename detail::entry<Entry>::payload>();
    return true;
}

template <class... Entries>
consteval bool diagnose_payloads(detail::type_list<Entries...>) {
    return (diagnose_payload<Entries>() && ...);
}

/// A hook with another parameter would never be called, and nobody would know why.
template <class Engine>
consteval void diagnose_end_hook() {
    if constexpr (requires { &Engine::on_session_end; }) {
        static_assert(
            requires(Engine& one, const session_end& what) { one.on_session_end(what); },
            "gatewire: on_session_end must take a const rpc::session_end&");
    }
}

/// Checks all that `rpc::server<Engine>` needs of the engine's table.
template <class Engine>
consteval void diagnose_engine() {
    using entries = detail::entries_of<Engine>;
    static_assert(
        entries::remotes::size == 0 && entries::handlers::size == 0,
        "gatewire: rpc::remote and rpc::on belong into a gateway's table; an engine's holds "
        "rpc::method and rpc::event");
    static_assert(diagnose_methods<Engine>(typename entries::methods{}));
    static_assert(diagnose_payloads(typename entries::events{}));
    diagnose_end_hook<Engine>();
}

/// Checks one publish.
template <class Engine, fixed_string Name, class Payload>
consteval void diagnose_event() {
    using events = typename detail::entries_of<Engine>::events;
    static_assert(detail::is_listed<Name, events>,
                  "gatewire: the engine's table has no rpc::event of this name");
    if constexpr (detail::is_listed<Name, events>) {
        static_assert(
            std::is_convertible_v<const Payload&,
                                  const typename detail::entry_named<Name, events>::payload&>,
            "gatewire: what is published is not of the event's payload type");
    }
}

template <class Gateway, class Entry>
consteval bool diagnose_handler() {
    using facts = detail::entry<Entry>;
    if constexpr (facts::is_member) {
        static_assert(std::is_base_of_v<typename facts::call::object, Gateway>,
                      "gatewire: an event handler must be a member of the gateway, or a function "
                      "whose first parameter is a reference to the gateway");
    } else {
        static_assert(
            std::is_invocable_v<decltype(facts::function), Gateway&, typename facts::payload>,
            "gatewire: an event handler must be a member of the gateway, or a function "
            "whose first parameter is a reference to the gateway");
    }
    using parameter = typename detail::list_head<typename facts::arguments>::type;
    static_assert(!std::is_lvalue_reference_v<parameter> ||
                      std::is_const_v<std::remove_reference_t<parameter>>,
                  "gatewire: an event handler takes its payload by value or by reference to const");
    return codec::diagnose_read<typename facts::payload>();
}

template <class Entry, class... Parameters>
consteval bool diagnose_sent(detail::type_list<Parameters...>) {
    return (codec::diagnose_write<std::decay_t<Parameters>>() && ...);
}

template <class Entry>
consteval bool diagnose_callable() {
    using facts = detail::entry<Entry>;
    if constexpr (!std::is_void_v<final_result<facts>>) {
        codec::diagnose_read<final_result<facts>>();
    }
    return diagnose_sent<Entry>(typename facts::arguments{});
}

template <class Gateway, class... Entries>
consteval bool diagnose_handlers(detail::type_list<Entries...>) {
    return (diagnose_handler<Gateway, Entries>() && ...);
}

template <class... Entries>
consteval bool diagnose_callables(detail::type_list<Entries...>) {
    return (diagnose_callable<Entries>() && ...);
}

/// A hook with other parameters would never be called, and nobody would know why.
template <class Gateway>
consteval void diagnose_hooks() {
    if constexpr (requires { &Gateway::on_connected; }) {
        static_assert(
            requires(Gateway& one, const session_info& info) { one.on_connected(info); },
            "gatewire: on_connected must take a const rpc::session_info&");
    }
    if constexpr (requires { &Gateway::on_disconnected; }) {
        static_assert(
            requires(Gateway& one, const error& why) { one.on_disconnected(why); },
            "gatewire: on_disconnected must take a const rpc::error&");
    }
    if constexpr (requires { &Gateway::on_gap; }) {
        static_assert(
            requires(Gateway& one, const gap& events) { one.on_gap(events); },
            "gatewire: on_gap must take a const rpc::gap&");
    }
    if constexpr (requires { &Gateway::on_subscription_refused; }) {
        static_assert(
            requires(Gateway& one, const refused_subscription& what) {
                one.on_subscription_refused(what);
            }, "gatewire: on_subscription_refused must take a const rpc::refused_subscription&");
    }
}

/// Checks all that `rpc::client<Gateway>` needs of the gateway's table.
template <class Gateway, class Table>
consteval void diagnose_gateway() {
    using entries = detail::entries_of<Table>;
    static_assert(diagnose_handlers<Gateway>(typename entries::handlers{}));
    static_assert(diagnose_callables(typename entries::callables{}));
    diagnose_hooks<Gateway>();
}

template <class... Parameters, class... Arguments>
consteval bool all_fit(detail::type_list<Parameters...>, detail::type_list<Arguments...>) {
    return (argument_fits<Arguments, Parameters>() && ...);
}

/// Checks the name of a call.
template <class Table, fixed_string Name>
consteval void diagnose_name() {
    static_assert(detail::is_listed<Name, typename detail::entries_of<Table>::callables>,
                  "gatewire: the table has no method of this name");
}

/// Checks the arguments of a call.
template <class Entry, class... Arguments>
consteval bool diagnose_arguments() {
    static_assert(sizeof...(Arguments) == Entry::arguments::size,
                  "gatewire: the method is called with the wrong number of arguments");
    if constexpr (sizeof...(Arguments) == Entry::arguments::size) {
        constexpr bool fits =
            all_fit(typename Entry::arguments{}, detail::type_list<Arguments...>{});
        static_assert(
            fits,
            "gatewire: the method is called with an argument of the wrong type: nothing is "
            "converted between truth values, integers and numbers with a fraction");
        return fits;
    }
    return false;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_DIAGNOSE_HPP
