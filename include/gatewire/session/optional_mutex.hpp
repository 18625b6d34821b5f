// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP
#define GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP

#include <mutex>

namespace rpc::inline v1::session {

/// A mutex that is left out where the user has promised that there is one thread only.
class optional_mutex {
public:
    explicit optional_mutex(bool is_needed) noexcept : is_needed_(is_needed) {}

    void lock() {
        if (is_needed_) {
            mutex_.lock();
        }
    }
    void unlock() {
        if (is_needed_) {
            mutex_.unlock();
        }
    }

private:
    std::mutex mutex_;
    const bool is_needed_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP
