// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_SIGNATURE_HPP
#define GATEWIRE_DETAIL_SIGNATURE_HPP

#include <cstddef>
#include <type_traits>

/// Types as values, and the types of which a function is made.
namespace rpc::inline v1::detail {

/// Types as a value, to be passed and taken apart at compile time.
template <class... Types>
struct type_list {
    static constexpr std::size_t size = sizeof...(Types);
};

template <class List, class Type>
struct list_append;
template <class... Types, class Type>
struct list_append<type_list<Types...>, Type> {
    using type = type_list<Types..., Type>;
};

/// The list without its first type.
template <class List>
struct list_tail {
    using type = type_list<>;
};
template <class First, class... Rest>
struct list_tail<type_list<First, Rest...>> {
    using type = type_list<Rest...>;
};

/// The first type of the list, `void` if it is empty.
template <class List>
struct list_head {
    using type = void;
};
template <class First, class... Rest>
struct list_head<type_list<First, Rest...>> {
    using type = First;
};

/// The last type of the list, `void` if it is empty.
template <class List>
struct list_last {
    using type = void;
};
template <class Only>
struct list_last<type_list<Only>> {
    using type = Only;
};
template <class First, class... Rest>
struct list_last<type_list<First, Rest...>> : list_last<type_list<Rest...>> {};

/// The types for which `Predicate<Type>::value` holds, in order.
template <template <class> class Predicate, class Kept, class... Types>
struct list_filter {
    using type = Kept;
};
template <template <class> class Predicate, class Kept, class First, class... Rest>
struct list_filter<Predicate, Kept, First, Rest...> {
    using kept = typename std::conditional_t<Predicate<First>::value, list_append<Kept, First>,
                                             std::type_identity<Kept>>::type;
    using type = typename list_filter<Predicate, kept, Rest...>::type;
};

/// Always false, but only once a template is instantiated: for `static_assert`.
template <class...>
inline constexpr bool never = false;

/// What a function takes and gives. `object` is the class of a member function, else `void`.
template <class Object, class Result, class... Arguments>
struct signature_parts {
    using object = Object;
    using result = Result;
    using arguments = type_list<Arguments...>;
    static constexpr bool known = true;
};

/// The signature of any callable without overloads; `known` is false for everything else.
template <class Callable>
struct signature {
    static constexpr bool known = false;
};

template <class R, class... A>
struct signature<R(A...)> : signature_parts<void, R, A...> {};
template <class R, class... A>
struct signature<R (*)(A...)> : signature_parts<void, R, A...> {};
template <class R, class... A>
struct signature<R (*)(A...) noexcept> : signature_parts<void, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...)> : signature_parts<C, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...) noexcept> : signature_parts<C, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...) const> : signature_parts<C, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...) const noexcept> : signature_parts<C, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...)&> : signature_parts<C, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...) & noexcept> : signature_parts<C, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...) const&> : signature_parts<C, R, A...> {};
template <class R, class C, class... A>
struct signature<R (C::*)(A...) const & noexcept> : signature_parts<C, R, A...> {};

template <class Callable>
    requires requires { &Callable::operator(); }
struct signature<Callable> {
    using call = signature<decltype(&Callable::operator())>;
    using object = void;
    using result = typename call::result;
    using arguments = typename call::arguments;
    static constexpr bool known = true;
};

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_SIGNATURE_HPP
