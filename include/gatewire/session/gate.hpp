// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_GATE_HPP
#define GATEWIRE_SESSION_GATE_HPP

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace rpc::inline v1::session {

/// Lets threads in until it is closed; closing waits until those inside have left.
class gate {
public:
    /// @return Whether the gate is open; whoever got in must leave.
    bool enter() {
        const std::lock_guard lock(mutex_);
        inside_ += closed_ ? 0 : 1;
        return !closed_;
    }

    void leave() {
        const std::lock_guard lock(mutex_);
        if (--inside_ == 0) {
            empty_.notify_all();
        }
    }

    void close() {
        std::unique_lock lock(mutex_);
        closed_ = true;
        empty_.wait(lock, [this] { return inside_ == 0; });
    }

private:
    std::mutex mutex_;
    std::condition_variable empty_;
    std::size_t inside_ = 0;
    bool closed_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_GATE_HPP
