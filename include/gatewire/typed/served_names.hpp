// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_SERVED_NAMES_HPP
#define GATEWIRE_TYPED_SERVED_NAMES_HPP

#include <gatewire/error.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::typed {

/// Events by their names, whose data may be anything.
inline std::vector<entry_facts> facts_of_events(const std::vector<std::string>& names) {
    std::vector<entry_facts> events;
    for (const std::string& name : names) {
        entry_facts& event = events.emplace_back();
        event.name = name;
        event.sent = codec::part_facts<void, nlohmann::json>.data();
        event.sent_count = 1;
    }
    return events;
}

/// What is told to handlers that take events by their names.
/// @tparam Handlers  Has `events` and functions, which may be empty, for each thing.
/// @param events     Of these names; needed until a client was made of the result.
template <class Handlers>
served_gateway serve_names(const std::shared_ptr<Handlers>& told,
                           const std::vector<entry_facts>& events) {
    served_gateway result{told.get(), {}, events, nullptr, nullptr};
    result.connected = [](void* to, const session_info& info) {
        if (const auto& use = static_cast<Handlers*>(to)->on_connected) {
            use(info);
        }
    };
    result.disconnected = [](void* to, const error& why) {
        if (const auto& use = static_cast<Handlers*>(to)->on_disconnected) {
            use(why);
        }
    };
    result.missed = [](void* to, const gap& missed) {
        if (const auto& use = static_cast<Handlers*>(to)->on_gap) {
            use(missed);
        }
    };
    result.unsubscribed = [](void* to, const refused_subscription& what) {
        if (const auto& use = static_cast<Handlers*>(to)->on_subscription_refused) {
            use(what);
        }
    };
    result.handle_named = [](void* to, std::string_view event, std::string_view data) {
        if (const auto& use = static_cast<Handlers*>(to)->on_event) {
            use({event, data});
        }
    };
    result.names = told;
    return result;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_SERVED_NAMES_HPP
