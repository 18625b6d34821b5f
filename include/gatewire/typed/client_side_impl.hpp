// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CLIENT_SIDE_IMPL_HPP
#define GATEWIRE_TYPED_CLIENT_SIDE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/session/client_core.hpp>
#include <gatewire/session/observed_completion.hpp>
#include <gatewire/typed/call_options.hpp>
#include <gatewire/typed/caller_thread.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/typed/describe_table_impl.hpp>
#include <gatewire/typed/gateway_runner.hpp>
#include <gatewire/typed/require_text.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The part of a client that is compiled once where GATEWIRE_SEPARATE_COMPILATION is defined.
namespace rpc::inline v1::typed {

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

GATEWIRE_INLINE client_side::client_side(const asio::any_io_executor& executor,
                                         client_options&& options, const served_gateway& served) {
    const auto runner = std::make_shared<gateway_runner>(served);
    core_ = std::make_shared<session::client_core>(
        executor, std::move(options),
        protocol::client_contract{describe_entries(served.methods), describe_entries(served.events),
                                  served.find_event},
        [runner](session::gateway_batch& batch) { runner->run(batch); },
        served.disconnected != nullptr);
    runner->serve(core_);
    thread_ = std::make_unique<caller_thread>(core_->options().environment, executor,
                                              core_->options().spin.value);
}

GATEWIRE_INLINE client_side::~client_side() = default;

GATEWIRE_INLINE void client_side::start() {
    require_text(core_->options().token, "client_options::token");
    core_->start();
}

GATEWIRE_INLINE void client_side::stop() {
    core_->stop("the client was stopped");
}

GATEWIRE_INLINE bool client_side::wait_connected(std::chrono::milliseconds timeout) {
    return thread_->wait([this] { return core_->is_connected(); },
                         [this](auto until) { return core_->wait_connected(until); }, timeout);
}

GATEWIRE_INLINE bool client_side::is_connected() const {
    return core_->is_connected();
}

GATEWIRE_INLINE void client_side::shut() {
    core_->shut();
}

GATEWIRE_INLINE std::string trace_text(const traceparent& given) {
    if (!codec::is_traceparent(given.text)) {
        throw error(errc::invalid_value,
                    "rpc::traceparent: expected 55 to 128 characters from 0-9a-f-",
                    outcome::not_sent);
    }
    return given.text;
}

/// The name in a request of `write_dynamic_request`, as it is written there.
inline std::string_view name_in(std::string_view body) noexcept {
    body.remove_prefix(dynamic_request_begin.size());
    return body.substr(1, body.find(R"(","params":)") - 1);
}

/// The completion, with an observer in front of it if there is one.
inline session::completion_ptr observed(session::client_core& core,
                                        const protocol::call_request& what,
                                        session::completion_ptr completion) {
    const client_options& options = core.options();
    if (!options.observer || !completion) {
        return completion;
    }
    const bool is_listed = what.method != protocol::not_listed;
    return session::make_completion<session::observed_completion>(
        std::move(completion), options.observer, options.environment,
        is_listed ? core.method_name(what.method) : std::string_view(), std::string(what.trace),
        is_listed ? std::string() : std::string(name_in(what.body)));
}

GATEWIRE_INLINE protocol::call_id client_side::submit(const protocol::call_request& what,
                                                      session::completion_ptr completion) {
    if (core_->options().observer) {
        completion = observed(*core_, what, std::move(completion));
    }
    return core_->calls().submit(what, std::move(completion));
}

GATEWIRE_INLINE void client_side::fail_later(session::completion_ptr completion, const error& why) {
    session::end_of(std::move(completion)).fail(why, executor());
}

GATEWIRE_INLINE void client_side::call(protocol::call_request what,
                                       session::completion_ptr completion, awaited_end& end) {
    thread_->refuse_if_stuck();
    what.is_awaited = true;
    const protocol::call_id id = submit(what, std::move(completion));
    const auto give_up = [&](errc code, std::string_view why) {
        core_->calls().give_up(id, code, why);
        end.wait(protocol::never);
    };
    try {
        if (!thread_->wait([&] { return end.is_done(); },
                           [&](auto until) { return end.wait(until); }, what.timeout)) {
            give_up(errc::deadline_exceeded, "no answer in time");
        }
    } catch (...) {
        // What the loop ran meanwhile threw; the end of the call must not outlive this frame.
        give_up(errc::cancelled, "waiting for the answer ended with an exception");
        throw;
    }
}

GATEWIRE_INLINE void client_side::cancel(protocol::call_id id) {
    core_->calls().give_up(id, errc::cancelled, "the call was cancelled");
}

GATEWIRE_INLINE void client_side::change(std::size_t place, const std::vector<std::string>& keys,
                                         bool is_wanted) {
    for (const std::string& key : keys) {
        require_text(key, "a key of event '" + std::string(core_->event_name(place)) + "'");
    }
    core_->change(place, keys, is_wanted);
}

GATEWIRE_INLINE std::chrono::milliseconds client_side::timeout() const noexcept {
    return core_->options().call_timeout;
}

GATEWIRE_INLINE std::string client_side::next_key() {
    return core_->keys().next();
}

GATEWIRE_INLINE const client_side::strand& client_side::executor() const noexcept {
    return core_->gateway().executor();
}

GATEWIRE_INLINE asio::any_io_executor client_side::any_executor() const {
    return core_->gateway().executor();
}

GATEWIRE_INLINE std::exception_ptr unreadable_result(const codec::read_error& failure) {
    return std::make_exception_ptr(
        error(errc::invalid_answer, "the answer cannot be read: " + failure.text("result")));
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CLIENT_SIDE_IMPL_HPP
