// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_STRAND_QUEUE_HPP
#define GATEWIRE_SESSION_STRAND_QUEUE_HPP

#include <gatewire/detail/cached_allocator.hpp>
#include <gatewire/session/optional_mutex.hpp>
#include <gatewire/session/serial_executor.hpp>

#include <asio/any_io_executor.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace rpc::inline v1::session {

/// The way to code of the user's: items go in from any thread, and one function takes them out, in
/// order, one at a time, on a strand; after `close` it is never called again. What it throws leaves
/// the loop, and the next item follows.
///
/// Putting in (`push`) and setting in motion (`kick`) are apart, so that the order can be fixed
/// under a mutex which must not be held while the user's code runs.
template <class Item>
class strand_queue : public std::enable_shared_from_this<strand_queue<Item>> {
public:
    using strand = serial_executor;
    using queue = std::deque<Item, detail::cached_allocator<Item>>;

    strand_queue(const asio::any_io_executor& executor, std::function<void(Item&)> run,
                 bool is_single_threaded)
        : strand_(executor), run_(std::move(run)), mutex_(!is_single_threaded) {}

    const strand& executor() const noexcept { return strand_; }

    void push(const Item& item) { push(Item(item)); }

    /// Where there is no memory for it, the item stays as it was.
    void push(Item&& item) {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            items_.push_back(std::move(item));
        }
    }

    /// Runs what was pushed: here and now if the strand is free and this thread may, else later.
    void kick() {
        strand_.execute([self = this->shared_from_this()] { self->run_all(); });
    }

    /// The same for a thread that runs a handler of the executor.
    void kick_here() {
        const auto self = this->shared_from_this();
        if (!strand_.try_run([this] { run_all(); })) {
            kick();
        }
    }

    /// Waits until a running item has ended, unless that is what calls this.
    /// @return What was not begun.
    queue close() {
        queue dropped;
        std::unique_lock lock(mutex_);
        closed_ = true;
        dropped.swap(items_);
        idle_.wait(lock, [this] { return !running_ || runner_ == std::this_thread::get_id(); });
        return dropped;
    }

    bool is_closed() const noexcept { return closed_.load(std::memory_order_relaxed); }

private:
    void run_all() {
        std::unique_lock lock(mutex_);
        if (running_) {
            return;  // An item that is running caused this; what it added follows it.
        }
        while (!closed_ && !items_.empty()) {
            Item item = std::move(items_.front());
            items_.pop_front();
            const turn now(*this, lock);
            try {
                run_(item);
            } catch (...) {
                throw_later(strand_.get_inner_executor(), std::current_exception());
            }
        }
    }

    /// An item is running while one lives.
    class turn {
    public:
        turn(strand_queue& queue, std::unique_lock<optional_mutex>& lock) noexcept
            : queue_(queue), lock_(lock) {
            queue_.running_ = true;
            queue_.runner_ = std::this_thread::get_id();
            lock_.unlock();
        }
        ~turn() {
            lock_.lock();
            queue_.running_ = false;
            if (queue_.closed_) {
                queue_.idle_.notify_all();
            }
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;

    private:
        strand_queue& queue_;
        std::unique_lock<optional_mutex>& lock_;
    };

    strand strand_;
    std::function<void(Item&)> run_;
    mutable optional_mutex mutex_;
    std::condition_variable_any idle_;
    queue items_;
    std::thread::id runner_;
    bool running_ = false;
    std::atomic<bool> closed_{false};  // changed with the mutex held
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_STRAND_QUEUE_HPP
