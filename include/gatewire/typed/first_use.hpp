// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_FIRST_USE_HPP
#define GATEWIRE_TYPED_FIRST_USE_HPP

#include <gatewire/protocol/answer_codes.hpp>
#include <gatewire/session/once_book.hpp>
#include <gatewire/typed/answer_sheet.hpp>
#include <gatewire/typed/detached_call.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::typed {

/// Looks the key of a call up, and answers the call if its key was used before.
/// @return Whether it must run.
inline bool is_first_use(std::string_view method, const protocol::call& what, answer_sheet& sheet,
                         std::size_t answer_size_max) {
    using meeting = session::once_book::meeting;
    session::call_origin& from = *sheet.origin();
    session::once_book::finding found = from.once().begin(
        method, from.caller_of(what).identity(), what.state->key, what.params,
        [&]() -> protocol::once_waiter {
            const auto waiting =
                std::make_shared<detached_call>(sheet.origin(), what, answer_size_max);
            return [waiting](const std::string& tail) {
                waiting->guard([&] { waiting->sheet().repeat(waiting->what(), tail); });
                waiting->sheet().hand_over();
            };
        });
    switch (found.what) {
        case meeting::first: what.state->once = std::move(found.entry); return true;
        case meeting::answered: sheet.repeat(what, found.answer); return false;
        case meeting::joined: return false;
        case meeting::conflict:
            sheet.fail(what, protocol::key_conflict_code,
                       "the key was used before, with other params");
            return false;
        case meeting::full:
            sheet.fail(what, protocol::overloaded_code, "too many calls with keys are remembered");
            return false;
    }
    return false;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_FIRST_USE_HPP
