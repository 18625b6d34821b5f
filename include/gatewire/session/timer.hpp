// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_TIMER_HPP
#define GATEWIRE_SESSION_TIMER_HPP

#include <gatewire/protocol/time.hpp>

#include <memory>
#include <utility>

namespace rpc::inline v1::session {

using protocol::time_point;

/// Who is woken by a timer.
class wakeable {
public:
    virtual ~wakeable() = default;
    /// The time has come; or, rarely, it had come when the timer was set anew. Look at the clock.
    virtual void on_wake() = 0;
};

/// Wakes its owner at one moment. Guarded by the owner's mutex.
class timer {
public:
    timer() = default;
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;
    virtual ~timer() = default;

    /// Wakes `who` at `when`, on the timer's executor, if it still lives; not at an earlier moment
    /// that was set before.
    virtual void arm(time_point when, std::weak_ptr<wakeable> who) = 0;
    virtual void cancel() = 0;
};

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

    /// Whether `arm` would do nothing.
    bool is_armed_for(time_point next) const noexcept { return next >= armed_; }

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

#endif  // GATEWIRE_SESSION_TIMER_HPP
