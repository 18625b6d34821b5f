// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_GATEWAY_TELLER_HPP
#define GATEWIRE_NATS_GATEWAY_TELLER_HPP

#include <gatewire/detail/thrown.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/log.hpp>
#include <gatewire/nats/event_plan.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/protocol/event_message.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// Hands events and news to a gateway, whose type it does not know, on its strand. An exception of
/// the user's handlers ends that handler, not the client.
class gateway_teller {
public:
    /// @param options  Must outlive this.
    gateway_teller(const typed::served_gateway& served, const client_options& options)
        : served_(served), options_(options) {}

    /// @param text  The notification. One that nobody wants is left out.
    void event(std::string_view text, const std::vector<event_wish>& wishes) const {
        std::string_view name;
        std::string_view data;
        std::uint64_t number = 0;
        codec::message parts;
        codec::read_error failure;
        if (!protocol::read_plain_event(text, name, number, data)) {
            if (!codec::parse_message(text, parts, failure) ||
                !protocol::read_event(parts.params, number, data)) {
                log(log_event::frame_refused, "an event came without seq and data");
                return;
            }
            name = parts.method;
        }
        const std::size_t place = served_.find_event(name);
        if (place >= served_.events.size() || !wishes[place].is_wanted()) {
            return;
        }
        guard([&] {
            if (!served_.handle[place](served_.gateway, data, failure)) {
                log(log_event::frame_refused,
                    "event " + std::string(name) + ": " + failure.text("data"));
            }
        });
    }

    // The next ones call a hook of the gateway if it has that.

    void connected(const session_info& info) {
        is_connected_ = true;
        tell(served_.connected, info);
    }
    /// Told only if it was connected.
    void disconnected(const error& why) {
        if (std::exchange(is_connected_, false)) {
            tell(served_.disconnected, why);
        }
    }
    void missed(const gap& events) const { tell(served_.missed, events); }
    void unsubscribed(const refused_subscription& what) const { tell(served_.unsubscribed, what); }

private:
    template <class News>
    void tell(void (*hook)(void* gateway, const News&), const News& news) const {
        if (hook != nullptr) {
            guard([&] { hook(served_.gateway, news); });
        }
    }

    template <class Run>
    void guard(Run&& run) const noexcept {
        try {
            run();
        } catch (const std::exception& thrown) {
            log(log_event::handler_threw, std::string(detail::words_of(thrown)));
        } catch (...) {
            log(log_event::handler_threw, "a handler threw something unknown");
        }
    }

    void log(log_event event, const std::string& text) const {
        if (options_.log) {
            options_.log({event, options_.url, text});
        }
    }

    const typed::served_gateway served_;
    const client_options& options_;
    bool is_connected_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_GATEWAY_TELLER_HPP
