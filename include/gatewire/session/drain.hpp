// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_DRAIN_HPP
#define GATEWIRE_SESSION_DRAIN_HPP

#include <gatewire/session/environment.hpp>
#include <gatewire/session/server_session.hpp>

#include <asio/any_io_executor.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// Ends the connections of a server that stops, once their time is over.
class drain final : public wakeable, public std::enable_shared_from_this<drain> {
public:
    /// @param world  Must outlive this.
    drain(environment& world, const asio::any_io_executor& executor)
        : world_(world), timer_(world.make_timer(executor)) {}

    /// Ends these connections at `end`, if they still last then.
    void begin(const std::vector<std::shared_ptr<server_session>>& sessions, time_point end) {
        const std::lock_guard lock(mutex_);
        sessions_.assign(sessions.begin(), sessions.end());
        end_ = end;
        timer_->arm(end, weak_from_this());
    }

    void cancel() {
        const std::lock_guard lock(mutex_);
        timer_->cancel();
    }

private:
    void on_wake() override {
        std::vector<std::weak_ptr<server_session>> late;
        {
            const std::lock_guard lock(mutex_);
            if (world_.now() >= end_) {
                late.swap(sessions_);
            }
        }
        for (const auto& weak : late) {
            if (const auto session = weak.lock()) {
                session->leave({errc::shutting_down, "the drain time is over"});
            }
        }
    }

    environment& world_;
    std::mutex mutex_;
    std::unique_ptr<timer> timer_;
    std::vector<std::weak_ptr<server_session>> sessions_;
    time_point end_ = protocol::never;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_DRAIN_HPP
