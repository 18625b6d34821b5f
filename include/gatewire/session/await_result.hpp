// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_AWAIT_RESULT_HPP
#define GATEWIRE_SESSION_AWAIT_RESULT_HPP

#include <gatewire/detail/table_entries.hpp>

#include <asio/detail/config.hpp>  // IWYU pragma: keep

#if defined(ASIO_HAS_CO_AWAIT)
#include <asio/awaitable.hpp>
#endif

namespace rpc::inline v1::detail {

#if defined(ASIO_HAS_CO_AWAIT)
/// A method that gives an awaitable gives its value in the end. Without coroutines in Asio there is
/// no such type, and everything else works.
template <class Value, class Executor>
struct awaited_result<asio::awaitable<Value, Executor>> {
    using type = Value;
    static constexpr bool is_awaitable = true;
};
#endif

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_SESSION_AWAIT_RESULT_HPP
