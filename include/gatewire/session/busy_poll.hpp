// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_BUSY_POLL_HPP
#define GATEWIRE_SESSION_BUSY_POLL_HPP

#include <gatewire/session/environment.hpp>

#include <chrono>

namespace rpc::inline v1::session {

/// Whether a connection is looked at again and again rather than waited for: for some time after
/// each sign of life. Guarded by its owner's mutex.
class busy_poll {
public:
    explicit busy_poll(std::chrono::nanoseconds time = {}) noexcept : time_(time) {}

    bool is_wanted() const noexcept { return time_.count() > 0; }

    /// A sign of life.
    void heard(time_point now) noexcept { until_ = protocol::after(now, time_); }

    /// A look is on its way, or done.
    void turn(bool is_on) noexcept { is_on_ = is_on; }
    bool is_on() const noexcept { return is_on_; }

    bool wants_more(const environment& world) const noexcept {
        return is_wanted() && world.now() < until_;
    }

private:
    std::chrono::nanoseconds time_;
    time_point until_{};
    bool is_on_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_BUSY_POLL_HPP
