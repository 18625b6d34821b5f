// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_DEADLINE_TIMER_HPP
#define GATEWIRE_SESSION_DEADLINE_TIMER_HPP

#include <gatewire/protocol/link_watch.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <utility>

namespace rpc::inline v1::session {

/// A timer for the earliest of many deadlines. It is only touched when a deadline comes that is
/// earlier than the one it is set for, so deadlines that are met cost nothing.
///
/// Guarded by its owner's mutex.
class deadline_timer {
public:
    explicit deadline_timer(const asio::any_io_executor& executor) : timer_(executor) {}

    /// Sees to it that `expired()` is called at `next`, unless it will be called before anyway.
    template <class Expired>
    void arm(protocol::time_point next, Expired&& expired) {
        if (next >= armed_) {
            return;
        }
        armed_ = next;
        timer_.expires_at(next);
        timer_.async_wait(
            [expired = std::forward<Expired>(expired)](const asio::error_code& aborted) mutable {
                if (!aborted) {
                    expired();
                }
            });
    }

    /// To be called first by whatever `expired` calls.
    void disarmed() noexcept { armed_ = protocol::never; }

    void cancel() {
        armed_ = protocol::never;
        timer_.cancel();
    }

private:
    asio::steady_timer timer_;
    protocol::time_point armed_ = protocol::never;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_DEADLINE_TIMER_HPP
