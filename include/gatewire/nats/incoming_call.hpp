// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_INCOMING_CALL_HPP
#define GATEWIRE_NATS_INCOMING_CALL_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

class incoming_call;

/// Where calls end. Outlives them.
class call_owner {
public:
    virtual ~call_owner() = default;
    virtual session::once_book& once() noexcept = 0;
    virtual session::environment& world() noexcept = 0;
    /// Sends an answer without a frame's header; empty for a notification. The call is over.
    virtual void finish(const incoming_call& call, std::string_view answer) = 0;
    /// The call is over without an answer.
    virtual void forget(const incoming_call& call) noexcept = 0;
};

/// One call as a broker brought it. It is its own origin: nothing else came with it.
class incoming_call final : public session::call_origin {
public:
    using time_point = protocol::time_point;

    incoming_call(std::shared_ptr<call_owner> owner, message arrived)
        : owner_(std::move(owner)),
          arrived_(std::move(arrived)),
          reply_(arrived_.reply()),
          state_(std::make_shared<protocol::call_state>()) {}

    /// What the engine is to do. Set once, before the call is handed over.
    /// @param asked  Its views point into `text()`.
    void accept(const codec::message& asked, std::uint32_t method, time_point now) {
        state_->id = asked.id;
        state_->arrived = now;
        state_->key = asked.key;
        what_ = {0, method, state_->id, asked.params, protocol::never, false, state_.get()};
        if (asked.timeout) {
            what_.deadline = protocol::after(now, std::chrono::milliseconds(*asked.timeout));
        }
    }

    const message& text() const noexcept { return arrived_; }
    const protocol::call& what() const noexcept { return what_; }
    /// Where to answer; empty for nowhere.
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

    void answer(wire::buffer& frames, std::vector<std::uint32_t>& answered, std::uint64_t /*errs*/,
                time_point /*now*/) override {
        std::string_view text = frames.view();
        text.remove_prefix(text.empty() ? 0 : wire::frame_header_size);
        owner_->finish(*this, text);
        frames.clear();
        answered.clear();
    }

    void answer_part(std::uint32_t /*slot*/, std::string_view part, std::uint64_t /*errors*/,
                     time_point /*now*/) override {
        owner_->finish(*this, part);
    }

    /// Its caller waits until its timeout.
    void give_up() noexcept override { owner_->forget(*this); }

    void reach_by(protocol::call_state& state, std::function<void()> cancel) override {
        const std::lock_guard lock(mutex_);
        state.cancel = std::move(cancel);
        if (state.cancelled.load(std::memory_order_relaxed)) {
            state.cancel();  // It only posts.
        }
    }

    session::once_book& once() const noexcept override { return owner_->once(); }

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

    time_point time() const noexcept override { return owner_->world().now(); }

    std::unique_ptr<session::timer> make_timer(
        const asio::any_io_executor& executor) const override {
        return owner_->world().make_timer(executor);
    }

private:
    std::shared_ptr<call_owner> owner_;
    message arrived_;
    std::string reply_;
    std::shared_ptr<protocol::call_state> state_;
    protocol::call what_{};
    std::mutex mutex_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_INCOMING_CALL_HPP
