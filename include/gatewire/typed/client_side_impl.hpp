// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CLIENT_SIDE_IMPL_HPP
#define GATEWIRE_TYPED_CLIENT_SIDE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/session/client_core.hpp>
#include <gatewire/session/gateway_batch.hpp>
#include <gatewire/session/write_batch.hpp>
#include <gatewire/typed/basic_client.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/client_side_members.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/served_gateway.hpp>
#include <gatewire/wire/buffer.hpp>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// The part of a client over sockets that is compiled once where GATEWIRE_SEPARATE_COMPILATION is
/// defined.
namespace rpc::inline v1::typed {

/// Hands to a gateway what a session brought for it, on the gateway's strand.
class gateway_batch_runner {
public:
    explicit gateway_batch_runner(const served_gateway& served)
        : gateway_(served, [this](log_event event, std::string_view text) {
              if (const auto core = core_.lock()) {
                  core->log(event, text);
              }
          }) {}
    gateway_batch_runner(const gateway_batch_runner&) = delete;
    gateway_batch_runner& operator=(const gateway_batch_runner&) = delete;

    /// Set once, before the first batch.
    void serve(const std::shared_ptr<session::client_core>& core) noexcept { core_ = core; }

    void run(session::gateway_batch& batch) {
        // A handler may destroy the client; what is left of the batch still needs it.
        const std::shared_ptr<session::client_core> core = core_.lock();
        const bool was_closed = core->gateway().is_closed();
        const session::write_batch held;
        for (session::gateway_item& item : batch.items) {
            // A handler may destroy the client, and the gateway with it: calls still end then, but
            // nothing else is told.
            if (item.completion) {
                complete(*core, item);
            } else if (core->gateway().is_closed() == was_closed) {
                run_one(*core, item);
            }
        }
        core->recycle(batch);
    }

private:
    using kind = session::gateway_item::kind;

    static void complete(const session::client_core& core, session::gateway_item& item) noexcept {
        try {
            item.complete();
        } catch (...) {
            // That of a completion handler is its caller's affair.
            session::throw_later(core.executor(), std::current_exception());
        }
    }

    void run_one(const session::client_core& core, const session::gateway_item& item) noexcept {
        switch (item.what) {
            case kind::event:
                gateway_.event(item.event, core.event_name(item.event), item.text);
                break;
            case kind::connected: connected(core, std::get<session_info>(*item.news)); break;
            case kind::disconnected: gateway_.disconnected(std::get<error>(*item.news)); break;
            case kind::gap: gateway_.missed(std::get<gap>(*item.news)); break;
            case kind::unsubscribed:
                gateway_.unsubscribed(std::get<refused_subscription>(*item.news));
                break;
            default: break;
        }
    }

    void connected(const session::client_core& core, const session_info& info) {
        // The whole name is what it takes to go on with the session: enough to tell it by.
        core.log(log_event::connected, std::string_view(info.session).substr(0, 8));
        gateway_.connected(info);
    }

    gateway_runner gateway_;
    std::weak_ptr<session::client_core> core_;
};

GATEWIRE_INLINE std::shared_ptr<session::client_core> make_client_core(
    const asio::any_io_executor& executor, client_options&& options, const served_gateway& served) {
    const auto runner = std::make_shared<gateway_batch_runner>(served);
    auto core = std::make_shared<session::client_core>(
        executor, std::move(options),
        protocol::client_contract{describe_entries(served.methods), describe_entries(served.events),
                                  served.find_event},
        [runner](session::gateway_batch& batch) { runner->run(batch); },
        served.disconnected != nullptr);
    runner->serve(core);
    return core;
}

GATEWIRE_INLINE std::string key_members(const key& given) {
    if (given.text.empty()) {
        throw error(errc::invalid_value, "rpc::key: the key is empty", outcome::not_sent);
    }
    require_text(given.text, "rpc::key");
    require_text(given.epoch, "rpc::key::epoch");
    wire::buffer out;
    out.append(R"(,"key":)");
    codec::write_text_lossy(out, given.text);
    if (!given.epoch.empty()) {
        out.append(R"(,"epoch":)");
        codec::write_text_lossy(out, given.epoch);
    }
    return std::string(out.view());
}

GATEWIRE_INLINE void call_names::complete() {
    members = key;
    if (!trace.empty()) {
        members += R"(,"traceparent":")" + trace + '"';
    }
}

GATEWIRE_INLINE std::string trace_text(const traceparent& given) {
    if (!codec::is_traceparent(given.text)) {
        throw error(errc::invalid_value,
                    "rpc::traceparent: expected 55 to 128 characters from 0-9a-f-",
                    outcome::not_sent);
    }
    return given.text;
}

GATEWIRE_INLINE std::exception_ptr unreadable_result(const codec::read_error& failure) {
    return std::make_exception_ptr(
        error(errc::invalid_answer, "the answer cannot be read: " + failure.text("result")));
}

#ifdef GATEWIRE_SEPARATE_COMPILATION
template class client_side<session::client_core>;
#endif

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CLIENT_SIDE_IMPL_HPP
