// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_SERVED_GATEWAY_HPP
#define GATEWIRE_TYPED_SERVED_GATEWAY_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/log.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/typed/describe_table.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// A gateway as functions that know its types, for those who know none.
namespace rpc::inline v1::typed {

/// Stands for the gateway of a client that handles nothing.
struct no_gateway {};

/// Reads the data of an event and hands it to the handler. @return Whether it could be read.
using handle_function = bool (*)(void* gateway, std::string_view data, codec::read_error& failure);

struct served_gateway {
    void* gateway;
    described_entries methods;  ///< What it calls.
    described_entries events;   ///< What it handles.
    /// Null, like `handle`, where the names of events are known at run time only.
    std::size_t (*find_event)(std::string_view name) noexcept;
    const handle_function* handle;  ///< One for each event.
    // Null where the gateway does not want to hear of it.
    void (*connected)(void* gateway, const session_info& info) = nullptr;
    void (*disconnected)(void* gateway, const error& why) = nullptr;
    void (*missed)(void* gateway, const gap& events) = nullptr;
    void (*unsubscribed)(void* gateway, const refused_subscription& what) = nullptr;
    /// Instead of `handle`: takes the events of every name, whose data is some JSON.
    void (*handle_named)(void* gateway, std::string_view event, std::string_view data) = nullptr;
    std::shared_ptr<const void> names{};  ///< What names live in that are no constants.
};

template <class Gateway, class Entry>
bool handle_event(void* gateway, std::string_view data, codec::read_error& failure) {
    std::optional<codec::slot<typename Entry::payload>> payload;
    if (!codec::make_from_text(data, payload, failure)) {
        return false;
    }
    Gateway& receiver = *static_cast<Gateway*>(gateway);
    constexpr auto function = Entry::function;
    if constexpr (Entry::is_member) {
        (receiver.*function)(std::move(codec::value_in(*payload)));
    } else {
        function(receiver, std::move(codec::value_in(*payload)));
    }
    return true;
}

template <class Gateway, class... Entries>
const handle_function* handle_functions(type_list<Entries...>) noexcept {
    // One more than needed: a table may have no handlers, an array must have something.
    static constexpr std::array<handle_function, sizeof...(Entries) + 1> table{
        &handle_event<Gateway, entry<Entries>>..., nullptr};
    return table.data();
}

template <class Gateway, class Table>
served_gateway serve_gateway(Gateway& gateway) {
    using callables = typename detail::entries_of<Table>::callables;
    using handlers = typename detail::entries_of<Table>::handlers;
    served_gateway result{const_cast<void*>(static_cast<const void*>(std::addressof(gateway))),
                          methods_of<callables>, events_of<handlers>, &find_name<handlers>,
                          handle_functions<Gateway>(handlers{})};
    if constexpr (requires(const session_info& info) { gateway.on_connected(info); }) {
        result.connected = [](void* receiver, const session_info& info) {
            static_cast<Gateway*>(receiver)->on_connected(info);
        };
    }
    if constexpr (requires(const error& why) { gateway.on_disconnected(why); }) {
        result.disconnected = [](void* receiver, const error& why) {
            static_cast<Gateway*>(receiver)->on_disconnected(why);
        };
    }
    if constexpr (requires(const gap& events) { gateway.on_gap(events); }) {
        result.missed = [](void* receiver, const gap& events) {
            static_cast<Gateway*>(receiver)->on_gap(events);
        };
    }
    if constexpr (requires(const refused_subscription& what) {
                      gateway.on_subscription_refused(what);
                  }) {
        result.unsubscribed = [](void* receiver, const refused_subscription& what) {
            static_cast<Gateway*>(receiver)->on_subscription_refused(what);
        };
    }
    return result;
}

/// Hands events and news to a gateway, whose type it does not know, whatever brought them. All of
/// it happens on the gateway's strand. An exception of the user's code ends that handler, not the
/// client.
class gateway_runner {
public:
    using log_function = std::function<void(log_event, std::string_view text)>;

    gateway_runner(const served_gateway& served, log_function log)
        : served_(served), log_(std::move(log)) {}

    /// @param place  Of the event among those that the gateway handles.
    /// @param data   Its payload, as it came.
    void event(std::size_t place, std::string_view name, std::string_view data) const noexcept {
        guard([&] {
            codec::read_error failure;
            if (!handle(place, name, data, failure)) {
                log_(log_event::frame_refused,
                     "event " + std::string(name) + ": " + failure.text("data"));
            }
        });
    }

    // The next ones call a hook of the gateway, if it has that.

    void connected(const session_info& info) noexcept {
        is_connected_ = true;
        call(served_.connected, info);
    }
    /// Passed over where `connected` was: the two are a pair.
    void disconnected(const error& why) noexcept {
        if (std::exchange(is_connected_, false)) {
            call(served_.disconnected, why);
        }
    }
    void missed(const gap& events) const noexcept { call(served_.missed, events); }
    void unsubscribed(const refused_subscription& what) const noexcept {
        call(served_.unsubscribed, what);
    }

private:
    /// @return Whether the data could be read.
    bool handle(std::size_t place, std::string_view name, std::string_view data,
                codec::read_error& failure) const {
        if (served_.handle_named == nullptr) {
            return served_.handle[place](served_.gateway, data, failure);
        }
        const bool is_json = codec::validate(data, failure);
        if (is_json) {
            served_.handle_named(served_.gateway, name, data);
        }
        return is_json;
    }

    template <class News>
    void call(void (*hook)(void* gateway, const News&), const News& news) const noexcept {
        if (hook != nullptr) {
            guard([&] { hook(served_.gateway, news); });
        }
    }

    template <class Run>
    void guard(Run&& run) const noexcept {
        try {
            run();
        } catch (const std::exception& thrown) {
            log_(log_event::handler_threw, detail::words_of(thrown));
        } catch (...) {
            log_(log_event::handler_threw, "a handler threw something unknown");
        }
    }

    const served_gateway served_;
    const log_function log_;
    bool is_connected_ = false;  // as far as the gateway knows
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_SERVED_GATEWAY_HPP
