// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP
#define GATEWIRE_SESSION_OPTIONAL_MUTEX_HPP

#include <atomic>
#include <cstdint>
#include <mutex>  // IWYU pragma: keep

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace rpc::inline v1::session {

// Not std::atomic::wait: libstdc++ counts who waits in an object of which a program and what it
// loads by dlopen may have one each, so that one wakes nobody of the other.
#if defined(SYS_futex) && defined(FUTEX_WAIT_PRIVATE)

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
            ask_system(FUTEX_WAKE_PRIVATE, 1);
        }
    }

private:
    static constexpr std::uint32_t is_free = 0;
    static constexpr std::uint32_t is_locked = 1;
    static constexpr std::uint32_t is_awaited = 2;  // locked, and somebody may wait for it

    /// Whoever has waited does not know whether others still do, so it locks as if they did.
    [[gnu::noinline]] void wait() noexcept {
        while (state_.exchange(is_awaited, std::memory_order_acquire) != is_free) {
            ask_system(FUTEX_WAIT_PRIVATE, is_awaited);  // It may return early.
        }
    }

    /// After an unlock the mutex may be gone: only its address is used then.
    void ask_system(int what, std::uint32_t value) noexcept {
        static_assert(sizeof state_ == sizeof value);
        ::syscall(SYS_futex, &state_, what, value, nullptr, nullptr, 0);
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
