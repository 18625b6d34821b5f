// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CALL_METHOD_HPP
#define GATEWIRE_TYPED_CALL_METHOD_HPP

#include <gatewire/caller.hpp>
#include <gatewire/detail/table_entries.hpp>
#include <gatewire/json/kinds.hpp>

#include <tuple>
#include <utility>

namespace rpc::inline v1::typed {

/// Calls the function of a method's entry with values that were read for it; they are moved from.
/// @param who  A `caller`, or whatever where the function takes none.
template <class Entry, class Engine, class Who, class Values>
decltype(auto) call_method(Engine& engine, [[maybe_unused]] const Who& who, Values& values) {
    return std::apply(
        [&](auto&... value) -> decltype(auto) {
            constexpr auto function = Entry::function;
            using codec::value_in;
            if constexpr (Entry::is_member && Entry::takes_caller) {
                return (engine.*function)(who, std::move(value_in(value))...);
            } else if constexpr (Entry::is_member) {
                return (engine.*function)(std::move(value_in(value))...);
            } else if constexpr (Entry::takes_caller) {
                return function(engine, who, std::move(value_in(value))...);
            } else {
                return function(engine, std::move(value_in(value))...);
            }
        },
        values);
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CALL_METHOD_HPP
