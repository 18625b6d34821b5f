// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERIAL_QUEUE_HPP
#define GATEWIRE_SESSION_SERIAL_QUEUE_HPP

#include <gatewire/detail/block_cache.hpp>
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

/// Items that are run in order and one at a time, whichever threads put them in and run them. While
/// one is running, `run_all` returns at once, also inside of that one: who runs it runs the rest.
/// No mutex is held meanwhile. After `close` nothing is run any more.
///
/// Items are kept by value, so that one costs neither memory of its own nor a virtual call, as a
/// function of a `serial_executor` does.
template <class Item>
class serial_queue {
public:
    using items = std::deque<Item, detail::cached_allocator<Item>>;

    explicit serial_queue(bool is_single_threaded) : mutex_(!is_single_threaded) {}

    /// Where there is no memory for it, the item stays as it was.
    void push(Item&& item) {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            items_.push_back(std::move(item));
        }
    }

    /// Runs `run(item)` for each. What it throws leaves this, and the other items stay.
    template <class Run>
    void run_all(Run&& run) {
        std::unique_lock lock(mutex_);
        if (running_) {
            return;
        }
        while (!closed_ && !items_.empty()) {
            Item item = std::move(items_.front());
            items_.pop_front();
            const turn now(*this, lock);
            run(item);
        }
    }

    /// Waits until a running item has ended, unless that is what calls this.
    /// @return What was not begun.
    items close() {
        items dropped;
        std::unique_lock lock(mutex_);
        closed_ = true;
        dropped.swap(items_);
        idle_.wait(lock, [this] { return !running_ || runner_ == std::this_thread::get_id(); });
        return dropped;
    }

    bool is_closed() const noexcept { return closed_.load(std::memory_order_relaxed); }

private:
    /// An item is running while one lives, and the mutex is free.
    class turn {
    public:
        turn(serial_queue& queue, std::unique_lock<optional_mutex>& lock) noexcept
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
        serial_queue& queue_;
        std::unique_lock<optional_mutex>& lock_;
    };

    optional_mutex mutex_;
    std::condition_variable_any idle_;
    items items_;
    std::thread::id runner_;
    bool running_ = false;
    std::atomic<bool> closed_{false};  // changed with the mutex held
};

/// The way to code of the user's: a serial queue whose items one function takes, on a strand. What
/// it throws leaves the loop, and the next item follows.
///
/// Putting in (`push`) and setting in motion (`kick`) are apart, so that the order can be fixed
/// under a mutex which must not be held while the user's code runs.
template <class Item>
class strand_queue : public std::enable_shared_from_this<strand_queue<Item>> {
public:
    strand_queue(const asio::any_io_executor& executor, std::function<void(Item&)> run,
                 bool is_single_threaded)
        : strand_(executor), run_(std::move(run)), items_(is_single_threaded) {}

    const serial_executor& executor() const noexcept { return strand_; }

    void push(const Item& item) { items_.push(Item(item)); }
    /// Where there is no memory for it, the item stays as it was.
    void push(Item&& item) { items_.push(std::move(item)); }

    /// Runs what was pushed: here and now if the strand is free and this thread may, else later.
    void kick() {
        strand_.execute([self = this->shared_from_this()] { self->run_all(); });
    }

    /// The same for a thread that runs a handler of the executor.
    void kick_here() {
        const auto self = this->shared_from_this();
        kick_alive_here();
    }

    /// The same for who keeps the queue meanwhile.
    void kick_alive_here() {
        if (!strand_.try_run([this] { run_all(); })) {
            kick();
        }
    }

    /// As `serial_queue::close`.
    typename serial_queue<Item>::items close() { return items_.close(); }
    bool is_closed() const noexcept { return items_.is_closed(); }

private:
    void run_all() {
        items_.run_all([this](Item& item) {
            try {
                run_(item);
            } catch (...) {
                throw_later(strand_.get_inner_executor(), std::current_exception());
            }
        });
    }

    serial_executor strand_;
    std::function<void(Item&)> run_;
    serial_queue<Item> items_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERIAL_QUEUE_HPP
