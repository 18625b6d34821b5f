// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_GATEWAY_RUNNER_HPP
#define GATEWIRE_TYPED_GATEWAY_RUNNER_HPP

#include <gatewire/detail/thrown.hpp>
#include <gatewire/session/client_core.hpp>
#include <gatewire/session/cork.hpp>
#include <gatewire/session/gateway_item.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace rpc::inline v1::typed {

/// Hands events and news to a gateway, whose type it does not know, on its strand.
class gateway_runner {
public:
    explicit gateway_runner(const served_gateway& served) : served_(served) {}

    /// Set once, before the first batch.
    void serve(const std::shared_ptr<session::client_core>& core) noexcept { core_ = core; }

    void run(session::gateway_batch& batch) {
        // A handler may destroy the client; what is left of the batch still needs it.
        const std::shared_ptr<session::client_core> core = core_.lock();
        const bool was_closed = core->gateway().is_closed();
        const session::cork held;
        for (session::gateway_item& item : batch.items) {
            // A handler may destroy the client, and the gateway with it: calls still end then, but
            // nothing else is told.
            if (item.completion || core->gateway().is_closed() == was_closed) {
                run_one(*core, item);
            }
        }
        core->recycle(batch);
    }

private:
    using kind = session::gateway_item::kind;

    /// An exception of the gateway's handlers ends that handler, not the client.
    void run_one(const session::client_core& core, session::gateway_item& item) noexcept {
        if (item.completion) {
            try {
                item.complete();
            } catch (...) {
                // That of a completion handler is its caller's affair.
                session::throw_later(core.executor(), std::current_exception());
            }
            return;
        }
        try {
            switch (item.what) {
                case kind::event: handle(core, item); break;
                case kind::connected: connected(core, std::get<session_info>(*item.news)); break;
                case kind::disconnected:
                    // It is one of a pair, whose other half may have been dropped.
                    if (std::exchange(is_connected_, false)) {
                        tell(served_.disconnected, *item.news);
                    }
                    break;
                case kind::gap: tell(served_.missed, *item.news); break;
                case kind::unsubscribed: tell(served_.unsubscribed, *item.news); break;
                default: break;
            }
        } catch (const std::exception& thrown) {
            core.log(log_event::handler_threw, detail::words_of(thrown));
        } catch (...) {
            core.log(log_event::handler_threw, "a handler threw something unknown");
        }
    }

    void handle(const session::client_core& core, const session::gateway_item& item) const {
        codec::read_error failure;
        if (!hand_over(core, item, failure)) {
            core.log(log_event::frame_refused, "event " + std::string(core.event_name(item.event)) +
                                                   ": " + failure.text("data"));
        }
    }

    /// @return Whether the data could be read.
    bool hand_over(const session::client_core& core, const session::gateway_item& item,
                   codec::read_error& failure) const {
        if (served_.handle_named == nullptr) {
            return served_.handle[item.event](served_.gateway, item.text, failure);
        }
        const bool is_json = codec::validate(item.text, failure);
        if (is_json) {
            served_.handle_named(served_.gateway, core.event_name(item.event), item.text);
        }
        return is_json;
    }

    void connected(const session::client_core& core, const session_info& info) {
        is_connected_ = true;
        // The whole name is what it takes to go on with the session: enough to tell it by.
        core.log(log_event::connected, std::string_view(info.session).substr(0, 8));
        if (served_.connected != nullptr) {
            served_.connected(served_.gateway, info);
        }
    }

    template <class News>
    void tell(void (*hook)(void* gateway, const News&), const session::session_news& news) const {
        if (hook != nullptr) {
            hook(served_.gateway, std::get<News>(news));
        }
    }

    served_gateway served_;
    std::weak_ptr<session::client_core> core_;
    bool is_connected_ = false;  // as far as the gateway knows
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_GATEWAY_RUNNER_HPP
