// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_STRAND_QUEUE_HPP
#define GATEWIRE_SESSION_STRAND_QUEUE_HPP

#include <asio/any_io_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/strand.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace rpc::inline v1::session {

/// The way to code of the user's: items go in from any thread, and one function takes them out, in
/// order, one at a time, on a strand; after `close` it is never called again.
///
/// Putting in (`push`) and setting in motion (`kick`) are apart, so that the order can be fixed
/// under a mutex which must not be held while the user's code runs.
template <class Item>
class strand_queue : public std::enable_shared_from_this<strand_queue<Item>> {
public:
    using strand = asio::strand<asio::any_io_executor>;

    strand_queue(const asio::any_io_executor& executor, std::function<void(Item&)> run)
        : strand_(asio::make_strand(executor)), run_(std::move(run)) {}

    const strand& executor() const noexcept { return strand_; }

    void push(Item item) {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            items_.push_back(std::move(item));
        }
    }

    /// Runs what was pushed: here and now if the strand is free and this thread may, else later.
    void kick() {
        asio::dispatch(strand_, [self = this->shared_from_this()] { self->run_all(); });
    }

    /// Waits until a running item has ended, unless that is what calls this.
    /// @return What was not begun.
    std::deque<Item> close() {
        std::deque<Item> dropped;
        std::unique_lock lock(mutex_);
        closed_ = true;
        dropped.swap(items_);
        idle_.wait(lock, [this] { return !running_ || runner_ == std::this_thread::get_id(); });
        return dropped;
    }

    bool is_closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

private:
    void run_all() {
        std::unique_lock lock(mutex_);
        if (running_) {
            return;  // An item that is running caused this; what it added follows it.
        }
        while (!closed_ && !items_.empty()) {
            Item item = std::move(items_.front());
            items_.pop_front();
            running_ = true;
            runner_ = std::this_thread::get_id();
            lock.unlock();
            run_(item);
            lock.lock();
            running_ = false;
            idle_.notify_all();
        }
    }

    strand strand_;
    std::function<void(Item&)> run_;
    mutable std::mutex mutex_;
    std::condition_variable idle_;
    std::deque<Item> items_;
    std::thread::id runner_;
    bool running_ = false;
    bool closed_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_STRAND_QUEUE_HPP
