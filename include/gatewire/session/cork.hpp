// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CORK_HPP
#define GATEWIRE_SESSION_CORK_HPP

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// Something with queued bytes that can be written.
class flushable {
public:
    virtual ~flushable() = default;
    virtual void flush_now() = 0;
};

/// Something else that is held back together with a cork's writes, and is let go before them.
class held_back {
public:
    virtual ~held_back() = default;
    virtual void let_go() = 0;
};

/// Holds back writes of this thread until it ends, so that all that one batch of input causes is
/// written at once. An inner cork leaves its links to the outer one.
class cork {
public:
    cork() noexcept : outer_(innermost) { innermost = this; }
    ~cork() {
        innermost = outer_;
        draw();
    }
    cork(const cork&) = delete;
    cork& operator=(const cork&) = delete;

    /// Lets something write, now or, if this thread has a cork, when that is drawn.
    static void flush(std::shared_ptr<flushable> what) {
        if (innermost != nullptr) {
            innermost->hold(std::move(what));
        } else {
            what->flush_now();
        }
    }

    /// Remembers something that has bytes to write.
    void hold(std::shared_ptr<flushable> held) {
        if (std::find(links_.begin(), links_.end(), held) == links_.end()) {
            links_.push_back(std::move(held));
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
    void draw() {
        if (outer_ != nullptr) {
            for (std::shared_ptr<flushable>& held : links_) {
                outer_->hold(std::move(held));
            }
        } else {
            release();
        }
    }

    void release() {
        for (const std::shared_ptr<flushable>& held : std::exchange(links_, {})) {
            held->flush_now();
        }
    }

    static inline constinit thread_local cork* innermost = nullptr;

    cork* outer_;
    held_back* companion_ = nullptr;
    std::vector<std::shared_ptr<flushable>> links_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CORK_HPP
