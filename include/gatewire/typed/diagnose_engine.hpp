// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DIAGNOSE_ENGINE_HPP
#define GATEWIRE_TYPED_DIAGNOSE_ENGINE_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/json/diagnose.hpp>
#include <gatewire/session_end.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/lent.hpp>

#include <string_view>
#include <type_traits>

/// One sentence for each mistake in an engine's table. The compiler prints the entry, and so its
/// name, beside the sentence.
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
    } else if constexpr (is_lent<value>) {
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
    static_assert(!is_lending<facts> || ends_at_once<facts>,
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

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_DIAGNOSE_ENGINE_HPP
