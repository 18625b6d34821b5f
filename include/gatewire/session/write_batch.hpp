// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_WRITE_BATCH_HPP
#define GATEWIRE_SESSION_WRITE_BATCH_HPP

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class write_batch;

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
    friend class write_batch;
    // Only compared: the batch that took it last, so that each takes it once.
    std::atomic<const write_batch*> held_by_{nullptr};
};

/// Holds back writes of this thread until it ends, so that all that one batch of input causes is
/// written at once. An inner batch leaves what it holds to the outer one.
class write_batch {
public:
    write_batch() noexcept : outer_(innermost) { innermost = this; }
    /// @param alive  Outlives this, so that it need not be kept here to be written.
    explicit write_batch(const flushable& alive) noexcept : write_batch() {
        alive_ = outer_ == nullptr ? &alive : nullptr;
    }
    ~write_batch() {
        innermost = outer_;
        if (outer_ == nullptr) {
            release();
        } else if (count_ != 0) {
            hand_over(std::move(first_));
            for (held_ptr& held : others_) {
                hand_over(std::move(held));
            }
        }
    }
    write_batch(const write_batch&) = delete;
    write_batch& operator=(const write_batch&) = delete;

    /// Lets something write: now or, if this thread has a batch, at the end of that.
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

    /// From here on `source.flush_responses()` is called before the writes, until this is called
    /// with null: it may queue more.
    template <class Source>
    void flush_first(Source* source) noexcept {
        source_ = source;
        flush_source_ = [](void* one) noexcept { static_cast<Source*>(one)->flush_responses(); };
    }
    void flush_first(std::nullptr_t) noexcept { source_ = nullptr; }

    /// Has everything written that the batches of this thread hold, since it is about to wait.
    static void flush_thread() {
        for (write_batch* level = innermost; level != nullptr; level = level->outer_) {
            if (level->source_ != nullptr) {
                level->flush_source_(level->source_);
            }
            level->release();
        }
    }

private:
    friend class blocking_scope;

    using held_ptr = std::shared_ptr<flushable>;

    /// Remembers something that has bytes to write. Its mark may be out of date, another thread's
    /// or that of a batch which is gone; the worst that comes of it is one needless flush.
    template <class Flushable>
    void hold(Flushable& what) {
        flushable& marked = what;
        if (count_ != 0 && marked.held_by_.load(std::memory_order_relaxed) == this) {
            return;
        }
        marked.held_by_.store(this, std::memory_order_relaxed);
        hold(is_alive(marked) ? held_ptr(held_ptr(), &marked) : what.shared_from_this());
    }

    /// Whether something outlives all batches of this thread up to here.
    bool is_alive(const flushable& what) const noexcept {
        const write_batch* outermost = this;
        while (outermost->outer_ != nullptr) {
            outermost = outermost->outer_;
        }
        return outermost->alive_ == &what;
    }

    void hold(held_ptr what) {
        if (first_ == what) {
            return;  // An inner batch held it meanwhile.
        }
        if (count_++ == 0) {
            first_ = std::move(what);
        } else {
            try {
                others_.push_back(what);
            } catch (const std::bad_alloc&) {  // Then it cannot wait.
                --count_;
                write(what);
            }
        }
    }

    void hand_over(held_ptr held) {
        if (held->held_by_.exchange(outer_, std::memory_order_relaxed) != outer_) {
            outer_->hold(std::move(held));
        }
    }

    void release() {
        if (std::exchange(count_, 0) != 0) {
            write(std::exchange(first_, nullptr));
            for (const held_ptr& held : std::exchange(others_, {})) {
                write(held);
            }
        }
    }

    static void write(const held_ptr& held) {
        held->held_by_.store(nullptr, std::memory_order_relaxed);
        held->flush_all();
    }

    static inline constinit thread_local write_batch* innermost = nullptr;

    write_batch* outer_;
    const flushable* alive_ = nullptr;
    void* source_ = nullptr;
    void (*flush_source_)(void* source) noexcept = nullptr;
    // Nearly always there is one.
    std::size_t count_ = 0;
    held_ptr first_;
    std::vector<held_ptr> others_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_WRITE_BATCH_HPP
