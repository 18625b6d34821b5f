// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SESSION_LIST_HPP
#define GATEWIRE_SESSION_SESSION_LIST_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/statistics.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/server_session.hpp>
#include <gatewire/session_stats.hpp>

#include <asio/any_io_executor.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// The connections of a server: those that are there, those that are gone while calls of theirs
/// run, and what all that are over did. Guarded by the server's mutex.
class session_list {
public:
    using session_ptr = std::shared_ptr<server_session>;

    /// Those that are there, in the order of their coming.
    const std::vector<session_ptr>& living() const noexcept { return living_; }

    void add(session_ptr session) { living_.push_back(std::move(session)); }

    /// Whether there are as many as there may be. Calls that go on for peers that are gone count as
    /// theirs: else whoever connects, calls and leaves again and again could have any number of
    /// them run.
    GATEWIRE_COLD bool is_crowded(std::size_t connections_max) {
        std::erase_if(gone_, [this](const session_ptr& one) { return is_over(*one); });
        return living_.size() + gone_.size() >= connections_max;
    }

    /// The connection is over.
    void forget(const session_ptr& session) {
        if (std::erase(living_, session) != 0 && !is_over(*session)) {
            gone_.push_back(session);
        }
    }

    /// The calls of a connection that is over have ended.
    void calls_ended(const session_ptr& session) {
        const auto found = std::find(gone_.begin(), gone_.end(), session);
        if (found != gone_.end() && is_over(*session)) {
            gone_.erase(found);
        }
    }

    /// Bytes of the deepest send queue.
    std::size_t queued_bytes() const {
        std::size_t deepest = 0;
        for (const session_ptr& one : living_) {
            deepest = (std::max)(deepest, one->traffic().queued_bytes);
        }
        return deepest;
    }

    /// All that was done so far. The deepest queue is that of a connection that is there.
    protocol::session_traffic total() const {
        protocol::session_traffic sum = over_;
        for (const session_ptr& one : gone_) {
            sum.add(one->traffic());
        }
        sum.queued_bytes = 0;
        for (const session_ptr& one : living_) {
            sum.add(one->traffic());
        }
        return sum;
    }

    /// Takes the mutex of each, and so is best called without the server's.
    static std::vector<session_stats> stats_of(const std::vector<session_ptr>& sessions,
                                               bool has_lists) {
        std::vector<session_stats> result;
        result.reserve(sessions.size());
        for (const session_ptr& one : sessions) {
            result.push_back(one->stats(has_lists));
        }
        return result;
    }

    GATEWIRE_COLD void clear() {
        living_.clear();
        gone_.clear();
    }

private:
    /// Counts what the connection did once nothing can be added to it.
    bool is_over(const server_session& session) {
        if (session.in_flight() != 0) {
            return false;
        }
        over_.add(session.traffic());
        return true;
    }

    std::vector<session_ptr> living_;
    std::vector<session_ptr> gone_;  // calls of them may still run
    protocol::session_traffic over_;
};

/// Ends the connections of a server that stops, once their time is over.
class drain_timer final : public wakeable, public std::enable_shared_from_this<drain_timer> {
public:
    /// @param world  Must outlive this.
    drain_timer(environment& world, const asio::any_io_executor& executor)
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

#endif  // GATEWIRE_SESSION_SESSION_LIST_HPP
