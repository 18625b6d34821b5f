// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP
#define GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP

#include <atomic>
#include <cstdint>
#include <mutex>

namespace rpc::inline v1::session {

#ifdef __cpp_lib_atomic_wait

/// A mutex that is inline and takes one exchange to lock and one to unlock, if nobody waits: the
/// system is only asked by those who do, and for them.
class quick_mutex {
public:
    void lock() noexcept {
        std::uint32_t expected = is_free;
        if (!state_.compare_exchange_strong(expected, is_locked, std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
            wait();
        }
    }
    void unlock() noexcept {
        if (state_.exchange(is_free) == is_awaited) {
            state_.notify_one();
        }
    }

private:
    static constexpr std::uint32_t is_free = 0;
    static constexpr std::uint32_t is_locked = 1;
    static constexpr std::uint32_t is_awaited = 2;  // locked, and somebody may wait for it

    /// Whoever has waited does not know whether others still do, so it locks as if they did.
    [[gnu::noinline]] void wait() noexcept {
        while (state_.exchange(is_awaited, std::memory_order_acquire) != is_free) {
            state_.wait(is_awaited, std::memory_order_relaxed);
        }
    }

    std::atomic<std::uint32_t> state_{is_free};
};

#else

using quick_mutex = std::mutex;

#endif

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
    quick_mutex mutex_;
    const bool is_needed_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP
