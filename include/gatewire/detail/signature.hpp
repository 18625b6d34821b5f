// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_SIGNATURE_HPP
#define GATEWIRE_DETAIL_SIGNATURE_HPP

#include <gatewire/detail/type_list.hpp>

#include <type_traits>

namespace rpc::inline v1::detail {

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
