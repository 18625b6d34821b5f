// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DYNAMIC_CLIENT_IMPL_HPP
#define GATEWIRE_DYNAMIC_CLIENT_IMPL_HPP

#include <gatewire/detail/lasting.hpp>
#include <gatewire/detail/linkage.hpp>
#include <gatewire/dynamic_client.hpp>
#include <gatewire/error.hpp>
#include <gatewire/typed/call_options.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/served_names.hpp>

#include <asio/any_io_executor.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace rpc::inline v1 {

GATEWIRE_INLINE std::shared_ptr<typed::client_side> dynamic_client::make_side(
    const asio::any_io_executor& executor, const std::shared_ptr<dynamic_handlers>& told,
    client_options&& options) {
    return typed::make_client_side(executor, std::move(options),
                                   typed::serve_names(told, typed::facts_of_events(told->events)));
}

GATEWIRE_INLINE const nlohmann::json& dynamic_client::none() {
    static const detail::lasting<nlohmann::json> empty(nlohmann::json::array());
    return *empty;
}

GATEWIRE_INLINE typed::call_options dynamic_client::options_of(const dynamic_options& given) const {
    typed::call_options options{given.timeout.value_or(side_->timeout()), {}};
    if (given.key) {
        options.key = typed::key_members(*given.key);
    }
    if (given.trace) {
        options.trace = typed::trace_text(*given.trace);
    }
    options.complete();
    return options;
}

GATEWIRE_INLINE std::size_t dynamic_client::place_of(std::string_view event) const {
    const auto& names = told_->events;
    const auto found = std::find(names.begin(), names.end(), event);
    if (found == names.end()) {
        throw error(errc::invalid_value, "the client was not made for this event");
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_DYNAMIC_CLIENT_IMPL_HPP
