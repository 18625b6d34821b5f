// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CALL_METHOD_HPP
#define GATEWIRE_TYPED_CALL_METHOD_HPP

#include <gatewire/caller.hpp>
#include <gatewire/detail/table_entries.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/server_session.hpp>

#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace rpc::inline v1::typed {

/// Calls the function of a method's entry with values that were read for it; they are moved from.
template <class Entry, class Engine, class Values>
decltype(auto) call_method(Engine& engine, const caller& who, Values& values) {
    return std::apply(
        [&](auto&... value) -> decltype(auto) {
            constexpr auto function = Entry::function;
            if constexpr (Entry::is_member && Entry::takes_caller) {
                return (engine.*function)(who, std::move(value)...);
            } else if constexpr (Entry::is_member) {
                return (engine.*function)(std::move(value)...);
            } else if constexpr (Entry::takes_caller) {
                return function(engine, who, std::move(value)...);
            } else {
                return function(engine, std::move(value)...);
            }
        },
        values);
}

/// Who made a call, for a method that asks; others cost nothing.
template <class Entry>
caller caller_of(const session::server_session& from, const protocol::call& what) {
    if constexpr (Entry::takes_caller) {
        std::optional<caller::clock::time_point> deadline;
        if (what.deadline != protocol::never) {
            deadline = what.deadline;
        }
        const std::shared_ptr<protocol::call_state> state = what.state->shared_from_this();
        const session::session_record& known = from.record();
        return {known.peer, deadline, {state, &state->cancelled}, known.identity, known.number};
    } else {
        return {};
    }
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CALL_METHOD_HPP
