// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CLOSE_BARRIER_HPP
#define GATEWIRE_SESSION_CLOSE_BARRIER_HPP

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace rpc::inline v1::session {

/// Lets threads in until it is closed; closing waits until all others that are inside have left.
class close_barrier {
public:
    /// @return Whether it is open; whoever got in must leave.
    bool enter() {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            inside_.push_back(std::this_thread::get_id());
        }
        return !closed_;
    }

    void leave() noexcept {
        const std::lock_guard lock(mutex_);
        const auto self = std::find(inside_.begin(), inside_.end(), std::this_thread::get_id());
        *self = inside_.back();
        inside_.pop_back();
        if (closed_) {
            left_.notify_all();
        }
    }

    /// May be called by a thread that is inside, which does not wait for itself.
    void close() {
        std::unique_lock lock(mutex_);
        closed_ = true;
        left_.wait(lock, [this] {
            return std::all_of(inside_.begin(), inside_.end(), [](std::thread::id one) {
                return one == std::this_thread::get_id();
            });
        });
    }

private:
    std::mutex mutex_;
    std::condition_variable left_;
    std::vector<std::thread::id> inside_;
    bool closed_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CLOSE_BARRIER_HPP
