// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CALLER_THREAD_HPP
#define GATEWIRE_TYPED_CALLER_THREAD_HPP

#include <gatewire/error.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/loop_access.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

namespace rpc::inline v1::typed {

/// Lets a thread wait for what a client's loop brings about, even if it is the loop's own thread.
class caller_thread {
public:
    /// @param spin  How long to poll before sleeping.
    caller_thread(std::shared_ptr<session::environment> world,
                  const asio::any_io_executor& executor, std::chrono::nanoseconds spin)
        : environment_(std::move(world)), access_(environment_->access(executor)), spin_(spin) {}

    /// @throws rpc::error  `would_deadlock`: what this thread would wait for needs this thread.
    void refuse_if_stuck() const {
        if (access_.is_stuck_here() ||
            (access_.threads != 0 && access_.runs_here() && sleepers_ + 1 >= access_.threads)) {
            throw error(errc::would_deadlock,
                        "a blocking call on the only thread that could bring its answer: use "
                        "async_call, or give the loop one more thread",
                        outcome::not_sent);
        }
    }

    /// Waits until `is_done()` holds. @return Whether it does; false after `timeout`.
    /// @param sleep  Sleeps until a time point or until it is done, and tells whether it is.
    template <class IsDone, class Sleep>
    bool wait(IsDone&& is_done, Sleep&& sleep, std::chrono::milliseconds timeout) {
        refuse_if_stuck();
        const protocol::time_point until = protocol::after(environment_->now(), timeout);
        if (!access_.runs_here()) {
            return poll(is_done, until) || sleep(until);
        }
        const session::open_hands hands;
        if (!access_.run_some) {
            ++sleepers_;
            const bool done = sleep(until);
            --sleepers_;
            return done;
        }
        while (!is_done()) {
            const protocol::time_point now = environment_->now();
            // Another thread of the loop may do the work without waking this one.
            if (now >= until || !access_.run_some((std::min)(until, protocol::after(now, nap)))) {
                return is_done();
            }
        }
        return true;
    }

private:
    static constexpr std::chrono::milliseconds nap{10};

    template <class IsDone>
    bool poll(IsDone& is_done, protocol::time_point until) const {
        if (spin_.count() > 0) {
            until = (std::min)(until, protocol::after(environment_->now(), spin_));
            while (environment_->now() < until) {
                if (is_done()) {
                    return true;
                }
            }
        }
        return false;
    }

    std::shared_ptr<session::environment> environment_;
    session::loop_access access_;
    std::chrono::nanoseconds spin_;
    std::atomic<std::size_t> sleepers_{0};
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CALLER_THREAD_HPP
