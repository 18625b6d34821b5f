// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_DEADLINE_TIMER_HPP
#define GATEWIRE_SESSION_DEADLINE_TIMER_HPP

#include <gatewire/session/environment.hpp>

#include <memory>
#include <utility>

namespace rpc::inline v1::session {

/// A timer for the earliest of many deadlines. It is only touched when a deadline comes that is
/// earlier than the one it is set for, so deadlines that are met cost nothing.
///
/// Guarded by its owner's mutex.
class deadline_timer {
public:
    explicit deadline_timer(std::unique_ptr<timer> made) : timer_(std::move(made)) {}

    /// Sees to it that `owner.on_wake()` is called at `next`, unless it will be called before
    /// anyway.
    template <class Owner>
    void arm(time_point next, Owner& owner) {
        if (next < armed_) {
            timer_->arm(next, owner.weak_from_this());
            armed_ = next;
        }
    }

    /// To be called first by `on_wake`.
    void disarmed() noexcept { armed_ = protocol::never; }

    void cancel() {
        armed_ = protocol::never;
        timer_->cancel();
    }

private:
    std::unique_ptr<timer> timer_;
    time_point armed_ = protocol::never;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_DEADLINE_TIMER_HPP
