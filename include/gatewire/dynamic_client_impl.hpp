// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DYNAMIC_CLIENT_IMPL_HPP
#define GATEWIRE_DYNAMIC_CLIENT_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/storage_duration.hpp>
#include <gatewire/dynamic_client.hpp>
#include <gatewire/error.hpp>
#include <gatewire/typed/basic_client.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <asio/any_io_executor.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The part of a client of names that is compiled once where GATEWIRE_SEPARATE_COMPILATION is
/// defined.
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

/// Runs a function of handlers, unless it is empty.
template <auto Function, class What>
void tell(void* to, const What& what) {
    if (const auto& use = static_cast<dynamic_handlers*>(to)->*Function) {
        use(what);
    }
}

/// Handlers that take events by their names, as a gateway.
/// @param handlers  They are kept by the result.
/// @param events    Of these names; needed until a client was made of the result.
/// @return What a client asks when something comes.
inline served_gateway serve_names(const std::shared_ptr<dynamic_handlers>& handlers,
                                  const std::vector<entry_facts>& events) {
    served_gateway result{handlers.get(), {}, events, nullptr, nullptr};
    result.connected = &tell<&dynamic_handlers::on_connected>;
    result.disconnected = &tell<&dynamic_handlers::on_disconnected>;
    result.missed = &tell<&dynamic_handlers::on_gap>;
    result.unsubscribed = &tell<&dynamic_handlers::on_subscription_refused>;
    result.handle_named = [](void* to, std::string_view event, std::string_view data) {
        if (const auto& use = static_cast<dynamic_handlers*>(to)->on_event) {
            use({event, data});
        }
    };
    result.names = handlers;
    return result;
}

}  // namespace rpc::inline v1::typed

namespace rpc::inline v1 {

GATEWIRE_INLINE std::shared_ptr<dynamic_client::side> dynamic_client::make_side(
    const asio::any_io_executor& executor, const std::shared_ptr<dynamic_handlers>& handlers,
    client_options&& options) {
    return std::make_shared<side>(
        executor, typed::make_client_core(
                      executor, std::move(options),
                      typed::serve_names(handlers, typed::facts_of_events(handlers->events))));
}

GATEWIRE_INLINE const nlohmann::json& dynamic_client::none() {
    static const detail::never_destroyed<nlohmann::json> empty(nlohmann::json::array());
    return *empty;
}

GATEWIRE_INLINE typed::call_options dynamic_client::options_of(const dynamic_options& given) const {
    typed::call_options options{given.timeout.value_or(side_->timeout())};
    if (given.key) {
        options.names.make().key = typed::key_members(*given.key);
    }
    if (given.trace) {
        options.names.make().trace = typed::trace_text(*given.trace);
    }
    options.complete();
    return options;
}

GATEWIRE_INLINE std::size_t dynamic_client::place_of(std::string_view event) const {
    const auto& names = handlers_->events;
    const auto found = std::find(names.begin(), names.end(), event);
    if (found == names.end()) {
        throw error(errc::invalid_value, "the client was not made for this event");
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_DYNAMIC_CLIENT_IMPL_HPP
