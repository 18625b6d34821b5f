// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_GATEWAY_RUNNER_HPP
#define GATEWIRE_TYPED_GATEWAY_RUNNER_HPP

#include <gatewire/detail/thrown.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/log.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::typed {

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

#endif  // GATEWIRE_TYPED_GATEWAY_RUNNER_HPP
