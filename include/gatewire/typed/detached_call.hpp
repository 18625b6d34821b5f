// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DETACHED_CALL_HPP
#define GATEWIRE_TYPED_DETACHED_CALL_HPP

#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/typed/response_sink.hpp>

#include <asio/any_io_executor.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace rpc::inline v1::typed {

/// Stands for who made a call where the method does not ask.
struct no_caller {};

/// Who made a call, for the method of an entry, if that asks; others cost nothing.
template <class Entry>
auto caller_for(const session::call_origin& from, const protocol::call& what) {
    if constexpr (Entry::takes_caller) {
        return from.caller_of(what);
    } else {
        return no_caller{};
    }
}

/// A call that goes on after its batch: it keeps what its response needs.
class detached_call {
public:
    detached_call(std::shared_ptr<session::call_origin> from, const protocol::call& what,
                  std::size_t response_size_max)
        : state_(what.state->shared_from_this()),
          what_(what),
          responses_(std::make_unique<response_sink>(std::move(from), response_size_max)) {
        // The frame that brought them goes away; the slot keeps the id until the call has ended.
        what_.id = state_->id;
        what_.params = {};
    }

    const protocol::call& what() const noexcept { return what_; }
    response_sink& responses() noexcept { return *responses_; }
    protocol::call_state& state() noexcept { return *state_; }

    /// Whether its method is still to be called, now that its turn has come; else it is refused.
    bool is_due() {
        if (responses_->origin()->time() >= what_.deadline) {
            responses_->refuse(what_, protocol::deadline_code, protocol::too_late_text);
            return false;
        }
        if (state_->cancelled.load(std::memory_order_relaxed)) {
            responses_->refuse(what_, protocol::cancelled_code, protocol::cancelled_early_text);
            return false;
        }
        return true;
    }

    template <class Entry>
    auto who() const {
        return caller_for<Entry>(*responses_->origin(), what_);
    }

    /// Runs `respond()`, which ends the call, and ends it with what that throws.
    template <class Respond>
    void guard(Respond&& respond) noexcept {
        try {
            respond();
        } catch (...) {
            responses_->fail_anyhow(what_);
        }
    }

    /// Lets the call be reached by a cancel; see `call_origin::reach_by`.
    void reach_by(std::function<void()> cancel) {
        responses_->origin()->reach_by(*state_, std::move(cancel));
    }

    /// A timer of the world that the call came from.
    std::unique_ptr<session::timer> make_timer(const asio::any_io_executor& executor) const {
        return responses_->origin()->make_timer(executor);
    }

private:
    std::shared_ptr<protocol::call_state> state_;
    protocol::call what_;
    std::unique_ptr<response_sink> responses_;
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_DETACHED_CALL_HPP
