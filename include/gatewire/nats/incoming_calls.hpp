// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_INCOMING_CALLS_HPP
#define GATEWIRE_NATS_INCOMING_CALLS_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/engine_connection.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/idempotency_keys.hpp>
#include <gatewire/wire/frame.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// Why a call is not run.
struct call_refusal {
    int code = 0;  ///< Zero: it is run.
    std::string text{};
};

/// A call as it was taken apart. The views are valid as long as its text.
struct read_call {
    codec::message request{};
    std::size_t method = 0;
    call_refusal refusal{};
};

/// Decides which calls that a broker brings may run.
class call_reader {
public:
    /// @param offers  Must outlive this.
    call_reader(const protocol::service& offers, std::string epoch, bool broker_checks_roles)
        : offers_(offers), epoch_(std::move(epoch)), broker_checks_roles_(broker_checks_roles) {}

    /// @param subject  Where it was sent.
    /// @param is_full  No more calls fit.
    read_call read(std::string_view text, std::string_view subject, bool is_full) const {
        read_call result;
        result.refusal = take_apart(text, subject, result);
        if (result.refusal.code == 0) {
            result.refusal = judge(result.request, offers_.methods[result.method], is_full);
        }
        return result;
    }

private:
    call_refusal take_apart(std::string_view text, std::string_view subject,
                            read_call& result) const {
        codec::message& request = result.request;
        codec::read_error failure;
        if (!codec::fast_parse_request(text, request) &&
            !codec::parse_message(text, request, failure)) {
            const bool is_json = failure.kind == codec::read_failure::value;
            return {is_json ? protocol::invalid_request_code : protocol::parse_error_code,
                    failure.text("message")};
        }
        // A broker that lets a client publish to one method's subject means that method.
        if (request.is_response() || token_of(request.method) != last_token(subject)) {
            return {protocol::invalid_request_code,
                    "the request's method is not that of its subject"};
        }
        result.method = offers_.find_method(request.method);
        if (result.method == protocol::not_listed) {
            return {protocol::method_not_found_code, codec::printable(request.method)};
        }
        return {};
    }

    call_refusal judge(const codec::message& request, const protocol::entry_description& method,
                       bool is_full) const {
        const std::string name = "the method '" + std::string(method.name) + "'";
        if (!method.needs.empty() && !broker_checks_roles_) {
            return {protocol::forbidden_code, name + " needs a role, and over NATS nobody has one"};
        }
        if (!request.key.empty() && !method.is_once) {
            return {protocol::invalid_params_code, "rpc.key: " + name + " takes no key"};
        }
        if (!request.epoch.empty() && request.epoch != epoch_) {
            return {protocol::outcome_unknown_code,
                    "rpc.epoch: another engine was asked first, so this one does not know whether "
                    "the call ran"};
        }
        if (is_full) {
            return {protocol::overloaded_code, "too many calls in flight"};
        }
        return {};
    }

    const protocol::service& offers_;
    const std::string epoch_;
    const bool broker_checks_roles_;
};

class incoming_call;
using call_ptr = std::shared_ptr<incoming_call>;

/// The calls that an engine has taken and not responded to. All functions may be called from any
/// thread at the same time.
class incoming_calls {
public:
    /// All of it must outlive this.
    incoming_calls(const engine_connection& broker, session::idempotency_keys& once,
                   session::environment& world)
        : broker_(broker), once_(once), world_(world) {}

    void add(const call_ptr& call) {
        const std::lock_guard lock(mutex_);
        calls_.emplace(call.get(), call);
    }
    void remove(const incoming_call& call) {
        const std::lock_guard lock(mutex_);
        calls_.erase(&call);
    }
    std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return calls_.size();
    }

    /// Sends a response without a frame's header; empty for a notification. The call is over.
    void finish(const incoming_call& call, std::string_view response);

    /// Those whose responses go there.
    std::vector<call_ptr> with_reply(std::string_view reply) const;

    session::idempotency_keys& used_keys() const noexcept { return once_; }
    session::environment& world() const noexcept { return world_; }

private:
    const engine_connection& broker_;
    session::idempotency_keys& once_;
    session::environment& world_;
    mutable std::mutex mutex_;
    std::map<const incoming_call*, std::weak_ptr<incoming_call>> calls_;
};

/// One call as a broker brought it. It is its own origin: nothing else came with it.
class incoming_call final : public session::call_origin {
public:
    using time_point = protocol::time_point;

    /// @param among  Where it ends.
    incoming_call(std::shared_ptr<incoming_calls> among, message arrived)
        : among_(std::move(among)),
          arrived_(std::move(arrived)),
          reply_(arrived_.reply()),
          state_(std::make_shared<protocol::call_state>()) {}

    /// What the engine is to do. Set once, before the call is handed over.
    /// @param request  Its views point into `text()`.
    void accept(const codec::message& request, std::uint32_t method, time_point now) {
        state_->id = request.id;
        state_->arrived = now;
        state_->key = request.key;
        what_ = {0, method, state_->id, request.params, protocol::never, false, state_.get()};
        if (request.timeout) {
            what_.deadline = protocol::after(now, std::chrono::milliseconds(*request.timeout));
        }
    }

    const message& text() const noexcept { return arrived_; }
    const protocol::call& what() const noexcept { return what_; }
    /// Where to respond; empty for nowhere.
    const std::string& reply() const noexcept { return reply_; }

    /// Nobody waits for it any more.
    void cancel() {
        std::function<void()> reach;
        {
            const std::lock_guard lock(mutex_);
            state_->cancelled.store(true, std::memory_order_relaxed);
            reach = state_->cancel;
        }
        if (reach) {
            reach();
        }
    }

    // As an origin.

    void respond(wire::buffer& frames, std::vector<std::uint32_t>& answered, std::uint64_t /*errs*/,
                 time_point /*now*/) override {
        std::string_view text = frames.view();
        text.remove_prefix(text.empty() ? 0 : wire::frame_header_size);
        among_->finish(*this, text);
        frames.clear();
        answered.clear();
    }

    void respond_part(std::uint32_t /*slot*/, std::string_view part, std::uint64_t /*errors*/,
                      time_point /*now*/) override {
        among_->finish(*this, part);
    }

    /// Its caller waits until its timeout.
    void give_up() noexcept override { among_->remove(*this); }

    void reach_by(protocol::call_state& state, std::function<void()> cancel) override {
        const std::lock_guard lock(mutex_);
        state.cancel = std::move(cancel);
        if (state.cancelled.load(std::memory_order_relaxed)) {
            state.cancel();  // It only posts.
        }
    }

    session::idempotency_keys& used_keys() const noexcept override { return among_->used_keys(); }

    caller caller_of(const protocol::call& what) const override {
        std::optional<caller::clock::time_point> deadline;
        if (what.deadline != protocol::never) {
            deadline = what.deadline;
        }
        const std::shared_ptr<protocol::call_state> state = what.state->shared_from_this();
        // All calls of a client have its inbox in common.
        return {std::make_shared<const std::string>("nats:" + reply_.substr(0, reply_.rfind('.'))),
                deadline,
                {state, &state->cancelled}};
    }

    time_point time() const noexcept override { return among_->world().now(); }

    std::unique_ptr<session::timer> make_timer(
        const asio::any_io_executor& executor) const override {
        return among_->world().make_timer(executor);
    }

private:
    std::shared_ptr<incoming_calls> among_;
    message arrived_;
    std::string reply_;
    std::shared_ptr<protocol::call_state> state_;
    protocol::call what_{};
    std::mutex mutex_;
};

/// Sends a response, or an error if the broker does not take so much.
inline void send_response(connection& broker, const incoming_call& call,
                          std::string_view response) {
    if (call.reply().empty() || response.empty()) {
        return;
    }
    const std::size_t size_max = broker.message_size_max();
    if (response.size() <= size_max) {
        broker.publish(call.reply(), nullptr, response);
        return;
    }
    wire::buffer text;
    protocol::write_error(text, call.what().id, protocol::answer_too_large_code,
                          "the answer has " + std::to_string(response.size()) +
                              " bytes, the broker takes " + std::to_string(size_max));
    broker.publish(call.reply(), nullptr, text.view());
}

/// Refuses a call.
/// @param id  As far as it is known.
inline void send_refusal(connection& broker, const incoming_call& call, std::string_view id,
                         const call_refusal& why) {
    const bool is_nameless =
        why.code == protocol::parse_error_code || why.code == protocol::invalid_request_code;
    if (!call.reply().empty() && (!id.empty() || is_nameless)) {
        wire::buffer text;
        protocol::write_error(text, id, why.code, why.text);
        broker.publish(call.reply(), nullptr, text.view());
    }
}

inline void incoming_calls::finish(const incoming_call& call, std::string_view response) {
    if (const auto broker = broker_.get()) {
        send_response(*broker, call, response);
    }
    remove(call);
}

inline std::vector<call_ptr> incoming_calls::with_reply(std::string_view reply) const {
    std::vector<call_ptr> found;
    const std::lock_guard lock(mutex_);
    for (const auto& [key, weak] : calls_) {
        call_ptr call = weak.lock();
        if (call && call->reply() == reply) {
            found.push_back(std::move(call));
        }
    }
    return found;
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_INCOMING_CALLS_HPP
