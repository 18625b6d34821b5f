// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TABLE_HPP
#define GATEWIRE_TABLE_HPP

#include <gatewire/caller.hpp>
#include <gatewire/detail/names.hpp>
#include <gatewire/detail/signature.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace rpc::inline v1 {

/// Trait of a method: the names of its parameters, for callers that send them by name and for the
/// description. One name for each parameter, `const rpc::caller&` not counted.
template <detail::fixed_string... Names>
struct params {
    /// The names as text, in order.
    static constexpr std::array<std::string_view, sizeof...(Names)> names{Names.view()...};
};

/// Trait of an event: what clients may select it by. `Key` is a data member, a member function or
/// a function of the payload that gives text or an integer; integers travel as decimal text.
template <auto Key>
struct keyed_by {};

/// Trait of an event: a reader that falls behind needs only the newest one of each key, so older
/// ones may be left out for it. Without this trait every event is delivered, in order.
struct latest {};

/// Trait of a method: it runs on `server_options::worker`, beside the engine's strand, and so must
/// guard what it shares with the engine's other methods.
struct offload {};

/// Trait of a method or an event: only clients with this role may call it, or receive it; others
/// are refused with `forbidden`. Given several times, every one of the roles is needed. Roles come
/// from `server_options::authenticate`, so an anonymous client has none.
template <detail::fixed_string Role>
struct needs {
    static_assert(!Role.view().empty(), "gatewire: rpc::needs must name a role");
};

/// Trait of a method: a call may have a key, `rpc::key`, and runs once for each, also when the
/// client asks again after a crash. For a call without one the client makes a key, so that it can
/// ask again as long as the server lives. On a client's `rpc::remote` it says that the server's
/// method has this trait.
struct once {};

/// Trait of a method: running it twice does no harm, as with a query. The client sends such a call
/// again when its outcome is unknown, after a restart of the server too. It belongs to the table
/// that the client uses.
struct idempotent {};

/// An entry of an engine's table: a method that clients may call.
///
/// @tparam Name      What clients call it; not empty and without the prefix `rpc.`.
/// @tparam Function  A member function of the engine, or a function or captureless lambda whose
///                   first parameter is a reference to the engine. It gives `T`, `void` or
///                   `asio::awaitable<T>`. A first (further) parameter `const rpc::caller&` is
///                   filled in by the server.
/// @tparam Traits    `rpc::params`, `rpc::offload`, `rpc::once`, `rpc::idempotent`, `rpc::needs`.
template <detail::fixed_string Name, auto Function, class... Traits>
struct method {};

/// An entry of an engine's table: an event that the engine publishes.
///
/// @tparam Name     The notification's method; not empty and without the prefix `rpc.`.
/// @tparam Payload  The type of the event's data.
/// @tparam Traits   `rpc::keyed_by`, `rpc::latest`, `rpc::needs`.
template <detail::fixed_string Name, class Payload, class... Traits>
struct event {};

/// An entry of a gateway's table: a method that the server is expected to serve.
///
/// @tparam Signature  A function type, for example `std::string(order_request)`.
/// @tparam Traits     `rpc::params`, if the server's names shall be compared with; `rpc::once`,
///                    `rpc::idempotent`.
template <detail::fixed_string Name, class Signature, class... Traits>
struct remote {};

/// An entry of a gateway's table: the handler of an event.
///
/// @tparam Handler  A member function of the gateway with one parameter, the payload; or a function
///                  or captureless lambda that takes the gateway and the payload.
template <detail::fixed_string Name, auto Handler, class... Traits>
struct on {};

/// The methods and events of a type, as `using rpc_table = rpc::table<...>;` inside of it. The
/// order of the entries means nothing.
template <class... Entries>
struct table {
    /// The table itself, so that `rpc::table_of` may be derived from it.
    using type = table;
};

namespace detail {

template <class Type>
concept has_member_table = requires { typename Type::rpc_table; };

template <class Type>
struct member_table {};
template <has_member_table Type>
struct member_table<Type> {
    using type = typename Type::rpc_table;
};

}  // namespace detail

/// Finds the table of a type: its member `rpc_table`, unless this template is specialised for a
/// type that cannot be changed: `template <> struct rpc::table_of<engine> : rpc::table<...> {};`.
template <class Type>
struct table_of : detail::member_table<Type> {};

namespace detail {

enum class entry_kind { method, event, remote, on, unknown };

/// What the library knows of an entry; specialised for the four kinds.
template <class Entry>
struct entry {
    static constexpr entry_kind kind = entry_kind::unknown;
    static constexpr std::string_view name{};
};

template <class Trait>
struct trait_names {
    static constexpr bool given = false;
    static constexpr std::array<std::string_view, 0> names{};
};
template <fixed_string... Names>
struct trait_names<params<Names...>> {
    static constexpr bool given = true;
    static constexpr auto names = params<Names...>::names;
};

/// The first of the traits that names parameters, or an empty one.
template <class... Traits>
struct names_of : trait_names<void> {};
template <class First, class... Rest>
struct names_of<First, Rest...>
    : std::conditional_t<trait_names<First>::given, trait_names<First>, names_of<Rest...>> {};

/// The role that a trait asks for, or none.
template <class Trait>
struct role_trait {
    static constexpr bool given = false;
    static constexpr std::string_view role{};
};
template <fixed_string Role>
struct role_trait<needs<Role>> {
    static_assert(sizeof(needs<Role>) != 0);  // has the compiler look at its own check
    static constexpr bool given = true;
    static constexpr std::string_view role = Role.view();
};

/// All roles that traits ask for.
template <class... Traits>
consteval auto roles_of() {
    std::array<std::string_view, (std::size_t{0} + ... + role_trait<Traits>::given)> roles{};
    [[maybe_unused]] std::size_t count = 0;
    (
        [&] {
            if constexpr (role_trait<Traits>::given) {
                roles[count++] = role_trait<Traits>::role;
            }
        }(),
        ...);
    return roles;
}

/// Parameters after `const rpc::caller&`, if that comes first.
template <class Arguments>
struct wire_arguments {
    static constexpr bool takes_caller =
        std::is_same_v<typename list_head<Arguments>::type, const caller&>;
    using type = typename std::conditional_t<takes_caller, list_tail<Arguments>,
                                             std::type_identity<Arguments>>::type;
};

template <class Trait>
concept remote_trait =
    std::is_same_v<Trait, once> || std::is_same_v<Trait, idempotent> || trait_names<Trait>::given;
template <class Trait>
concept method_trait =
    std::is_same_v<Trait, offload> || remote_trait<Trait> || role_trait<Trait>::given;

template <fixed_string Name, auto Function, class... Traits>
struct entry<method<Name, Function, Traits...>> {
    static constexpr entry_kind kind = entry_kind::method;
    static constexpr std::string_view name = Name.view();
    static constexpr auto function = Function;

    using call = signature<std::remove_const_t<decltype(Function)>>;
    static_assert(
        call::known,
        "gatewire: a method must be a member function, a function or a captureless lambda "
        "without overloads");
    static_assert((method_trait<Traits> && ...),
                  "gatewire: a method takes the traits rpc::params, rpc::offload, rpc::once, "
                  "rpc::idempotent and rpc::needs only");

    static constexpr bool is_member = !std::is_void_v<typename call::object>;
    using object =
        std::conditional_t<is_member, typename call::object,
                           std::remove_cvref_t<typename list_head<typename call::arguments>::type>>;
    using after_object =
        typename std::conditional_t<is_member, std::type_identity<typename call::arguments>,
                                    list_tail<typename call::arguments>>::type;
    static constexpr bool takes_caller = wire_arguments<after_object>::takes_caller;
    using arguments = typename wire_arguments<after_object>::type;
    using result = typename call::result;
    using names = names_of<Traits...>;
    static constexpr bool is_offloaded = (std::is_same_v<Traits, offload> || ...);
    static constexpr auto roles = roles_of<Traits...>();
    static constexpr bool is_once = (std::is_same_v<Traits, once> || ...);
    static constexpr bool is_idempotent = (std::is_same_v<Traits, idempotent> || ...);

    static_assert(!names::given || names::names.size() == arguments::size,
                  "gatewire: rpc::params must give one name for each parameter of the method");
};

template <class Trait>
struct key_trait {
    static constexpr bool given = false;
};
template <auto Key>
struct key_trait<keyed_by<Key>> {
    static constexpr bool given = true;
    static constexpr auto key = Key;
};

/// The first of the traits that names a key, or an empty one.
template <class... Traits>
struct key_of : key_trait<void> {};
template <class First, class... Rest>
struct key_of<First, Rest...>
    : std::conditional_t<key_trait<First>::given, key_trait<First>, key_of<Rest...>> {};

template <class Trait>
concept event_trait =
    std::is_same_v<Trait, latest> || key_trait<Trait>::given || role_trait<Trait>::given;

template <class Key>
concept key_value = std::is_convertible_v<Key, std::string_view> ||
                    (std::is_integral_v<std::remove_cvref_t<Key>> &&
                     !std::is_same_v<std::remove_cvref_t<Key>, bool>);

template <class Payload, class Trait>
consteval bool key_fits() {
    if constexpr (key_trait<Trait>::given) {
        if constexpr (std::is_invocable_v<decltype(key_trait<Trait>::key), const Payload&>) {
            return key_value<std::invoke_result_t<decltype(key_trait<Trait>::key), const Payload&>>;
        } else {
            return false;
        }
    } else {
        return true;
    }
}

template <fixed_string Name, class Payload, class... Traits>
struct entry<event<Name, Payload, Traits...>> {
    static constexpr entry_kind kind = entry_kind::event;
    static constexpr std::string_view name = Name.view();
    using payload = Payload;
    using key = key_of<Traits...>;
    static constexpr bool is_keyed = key::given;
    static constexpr bool is_latest = (std::is_same_v<Traits, latest> || ...);

    static constexpr auto roles = roles_of<Traits...>();

    static_assert(
        (event_trait<Traits> && ...),
        "gatewire: an event takes the traits rpc::keyed_by, rpc::latest and rpc::needs only");
    static_assert((key_fits<Payload, Traits>() && ...),
                  "gatewire: rpc::keyed_by must name a member or a function of the event's payload "
                  "that gives text or an integer");
};

template <fixed_string Name, class Signature, class... Traits>
struct entry<remote<Name, Signature, Traits...>> {
    static constexpr entry_kind kind = entry_kind::remote;
    static constexpr std::string_view name = Name.view();
    static_assert(std::is_function_v<Signature>,
                  "gatewire: rpc::remote takes a function type, for example int(int, int)");
    static_assert((!role_trait<Traits>::given && ...),
                  "gatewire: rpc::needs belongs to the engine's rpc::method, since the server asks "
                  "for roles");
    static_assert(((remote_trait<Traits> || role_trait<Traits>::given) && ...),
                  "gatewire: a remote takes the traits rpc::params, rpc::once and rpc::idempotent "
                  "only");
    static constexpr bool is_once = (std::is_same_v<Traits, once> || ...);
    static constexpr bool is_idempotent = (std::is_same_v<Traits, idempotent> || ...);
    using arguments = typename signature<Signature>::arguments;
    using result = typename signature<Signature>::result;
    using names = names_of<Traits...>;
    static_assert(!names::given || names::names.size() == arguments::size,
                  "gatewire: rpc::params must give one name for each parameter of the method");
};

template <fixed_string Name, auto Handler, class... Traits>
struct entry<on<Name, Handler, Traits...>> {
    static constexpr entry_kind kind = entry_kind::on;
    static constexpr std::string_view name = Name.view();
    static constexpr auto function = Handler;

    static_assert(
        (!role_trait<Traits>::given && ...),
        "gatewire: rpc::needs belongs to the engine's rpc::event, since the server asks for roles");
    static_assert((role_trait<Traits>::given && ...), "gatewire: rpc::on takes no traits");
    using call = signature<std::remove_const_t<decltype(Handler)>>;
    static_assert(
        call::known,
        "gatewire: an event handler must be a member function, a function or a captureless "
        "lambda without overloads");
    static constexpr bool is_member = !std::is_void_v<typename call::object>;
    using arguments =
        typename std::conditional_t<is_member, std::type_identity<typename call::arguments>,
                                    list_tail<typename call::arguments>>::type;
    static_assert(arguments::size == 1,
                  "gatewire: an event handler takes one parameter, the event's payload");
    using payload = std::remove_cvref_t<typename list_head<arguments>::type>;
};

}  // namespace detail

}  // namespace rpc::inline v1

#endif  // GATEWIRE_TABLE_HPP
