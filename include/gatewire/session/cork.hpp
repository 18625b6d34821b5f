// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CORK_HPP
#define GATEWIRE_SESSION_CORK_HPP

#include <gatewire/session/held_back.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class cork;

/// Something with queued bytes that can be written.
class flushable {
public:
    virtual ~flushable() = default;

    /// Begins to write what is queued, if nothing is being written. More may follow soon: what
    /// comes in until the executor hears of the end of the write is gathered for the next one.
    virtual void flush_now() noexcept = 0;

    /// Writes what is queued, if nothing is being written: no more follows soon.
    virtual void flush_all() noexcept = 0;

private:
    friend class cork;
    // Only compared: the cork that took it last, so that each takes it once.
    std::atomic<const cork*> held_by_{nullptr};
};

/// Holds back writes of this thread until it ends, so that all that one batch of input causes is
/// written at once. An inner cork leaves its links to the outer one.
class cork {
public:
    cork() noexcept : outer_(innermost) { innermost = this; }
    ~cork() {
        innermost = outer_;
        if (outer_ == nullptr) {
            release();
        } else if (count_ != 0) {
            hand_over(std::move(first_));
            for (held_link& held : others_) {
                hand_over(std::move(held));
            }
        }
    }
    cork(const cork&) = delete;
    cork& operator=(const cork&) = delete;

    /// Lets something write, now or, if this thread has a cork, when that is drawn.
    /// @param is_last  No more follows soon.
    template <class Flushable>
    static void flush(Flushable& what, bool is_last) {
        if (innermost != nullptr) {
            innermost->hold(what);
        } else if (is_last) {
            what.flush_all();
        } else {
            what.flush_now();
        }
    }

    /// From here on `what` is let go with the writes, until this is called with null.
    void hold_with(held_back* what) noexcept { companion_ = what; }

    /// Lets everything held by the corks of this thread go, since the thread is about to wait.
    static void draw_all() {
        for (cork* level = innermost; level != nullptr; level = level->outer_) {
            if (level->companion_ != nullptr) {
                level->companion_->let_go();
            }
            level->release();
        }
    }

    /// While one lives, this thread has no cork.
    class suspension {
    public:
        suspension() noexcept : suspended_(innermost) { innermost = nullptr; }
        ~suspension() { innermost = suspended_; }
        suspension(const suspension&) = delete;
        suspension& operator=(const suspension&) = delete;

    private:
        cork* suspended_;
    };

private:
    using held_link = std::shared_ptr<flushable>;

    /// Remembers something that has bytes to write. The mark may be another thread's, or of a cork
    /// that was where this one is; then it is held twice, or was released since: a needless look.
    template <class Flushable>
    void hold(Flushable& what) {
        flushable& marked = what;
        if (count_ != 0 && marked.held_by_.load(std::memory_order_relaxed) == this) {
            return;
        }
        marked.held_by_.store(this, std::memory_order_relaxed);
        hold(held_link(what.shared_from_this()));
    }

    void hold(held_link what) {
        if (first_ == what) {
            return;  // An inner cork held it meanwhile.
        }
        if (count_++ == 0) {
            first_ = std::move(what);
        } else {
            try {
                others_.push_back(what);
            } catch (const std::bad_alloc&) {  // Then it cannot wait.
                --count_;
                let_go(what);
            }
        }
    }

    void hand_over(held_link held) {
        if (held->held_by_.exchange(outer_, std::memory_order_relaxed) != outer_) {
            outer_->hold(std::move(held));
        }
    }

    void release() {
        if (std::exchange(count_, 0) != 0) {
            let_go(std::exchange(first_, nullptr));
            for (const held_link& held : std::exchange(others_, {})) {
                let_go(held);
            }
        }
    }

    static void let_go(const held_link& held) {
        held->held_by_.store(nullptr, std::memory_order_relaxed);
        held->flush_all();
    }

    static inline constinit thread_local cork* innermost = nullptr;

    cork* outer_;
    held_back* companion_ = nullptr;
    // Nearly always there is one.
    std::size_t count_ = 0;
    held_link first_;
    std::vector<held_link> others_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CORK_HPP
