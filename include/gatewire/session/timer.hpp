// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_TIMER_HPP
#define GATEWIRE_SESSION_TIMER_HPP

#include <gatewire/protocol/time.hpp>

#include <memory>

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

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_TIMER_HPP
