// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERIAL_LANE_HPP
#define GATEWIRE_SESSION_SERIAL_LANE_HPP

#include <gatewire/detail/block_cache.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/blocking.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/prefer.hpp>
#include <asio/require.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::session {

/// What runs on a `serial_executor`, one after another.
class serial_lane : public std::enable_shared_from_this<serial_lane> {
public:
    serial_lane() = default;
    serial_lane(const serial_lane&) = delete;
    serial_lane& operator=(const serial_lane&) = delete;
    ~serial_lane() { drop(); }

    bool is_running_here() const noexcept {
        return runner_.load(std::memory_order_relaxed) == this_thread();
    }

    /// Runs a function here and now, unless another one is running: then false. Only for a thread
    /// that runs a handler of the inner executor.
    template <class Function>
    bool try_run(const asio::any_io_executor& inner, Function&& function) {
        occupancy free = occupancy::idle;
        if (!state_.compare_exchange_strong(free, occupancy::busy, std::memory_order_acquire)) {
            return false;
        }
        const visit here(*this, inner);
        function();
        return true;
    }

    /// Runs a function later, or, if `inner` may block and this thread is one of its own, now.
    template <class Function>
    void run(const asio::any_io_executor& inner, Function&& function) {
        using kept = task_of<std::decay_t<Function>>;
        void* const room = detail::block_cache::take(sizeof(kept));
        task* const made = ::new (room) kept(std::forward<Function>(function));
        occupancy before = occupancy::idle;
        {
            const std::lock_guard lock(mutex_);
            (last_ == nullptr ? first_ : last_->next) = made;
            last_ = made;
            before = state_.exchange(occupancy::awaited, std::memory_order_acq_rel);
        }
        if (before == occupancy::idle) {
            inner.execute(turn(shared_from_this(), inner));
        }
    }

private:
    enum class occupancy : unsigned char {
        idle,
        busy,    // a function is running, or about to
        awaited  // and more are waiting
    };

    struct task {
        task* next = nullptr;
        virtual void run() = 0;
        virtual void drop() noexcept = 0;

    protected:
        ~task() = default;
    };

    template <class Function>
    struct task_of final : task {
        template <class Given>
        explicit task_of(Given&& given) : function(std::forward<Given>(given)) {}
        void run() override {
            Function mine(std::move(function));
            drop();
            std::move(mine)();
        }
        void drop() noexcept override {
            this->~task_of();
            detail::block_cache::give(this, sizeof(task_of));
        }
        Function function;
    };

    /// The lane is this thread's while one lives.
    class visit {
    public:
        visit(serial_lane& lane, const asio::any_io_executor& inner) noexcept
            : lane_(lane), inner_(inner), before_(lane.runner_.exchange(this_thread())) {}
        ~visit() {
            lane_.runner_.store(before_, std::memory_order_relaxed);
            occupancy mine = occupancy::busy;
            if (!lane_.state_.compare_exchange_strong(mine, occupancy::idle,
                                                      std::memory_order_release)) {
                lane_.go_on(inner_);
            }
        }
        visit(const visit&) = delete;
        visit& operator=(const visit&) = delete;

    private:
        serial_lane& lane_;
        const asio::any_io_executor& inner_;
        const void* before_;
    };

    /// The next turn of the lane, on its way through the inner executor. If that is destroyed
    /// first, what waits is destroyed with it: it may hold the executor that holds the lane.
    class turn {
    public:
        turn(std::shared_ptr<serial_lane> lane, const asio::any_io_executor& inner)
            : lane_(std::move(lane)),
              inner_(asio::prefer(inner, asio::execution::outstanding_work.tracked)) {}
        turn(turn&&) noexcept = default;
        turn& operator=(turn&&) = delete;
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        ~turn() {
            if (lane_) {
                lane_->drop();
            }
        }
        void operator()() {
            const std::shared_ptr<serial_lane> lane = std::move(lane_);
            lane->take_turn(inner_);
        }

    private:
        std::shared_ptr<serial_lane> lane_;
        asio::any_io_executor inner_;
    };

    void go_on(const asio::any_io_executor& inner) {
        asio::require(inner, asio::execution::blocking.never)
            .execute(turn(shared_from_this(), inner));
    }

    void take_turn(const asio::any_io_executor& inner) {
        const visit here(*this, inner);
        tasks waiting(take());
        while (task* const next = waiting.take()) {
            next->run();
        }
    }

    /// Tasks that were taken out. What an exception leaves behind goes back, to be run next.
    class tasks {
    public:
        tasks(serial_lane& lane, task* first, task* last) noexcept
            : lane_(lane), first_(first), last_(last) {}
        tasks(tasks&&) = delete;
        ~tasks() {
            if (first_ != nullptr) {
                const std::lock_guard lock(lane_.mutex_);
                last_->next = lane_.first_;
                lane_.first_ = first_;
                lane_.last_ = lane_.last_ == nullptr ? last_ : lane_.last_;
                lane_.state_.store(occupancy::awaited, std::memory_order_release);
            }
        }
        task* take() noexcept {
            task* const next = first_;
            if (next != nullptr) {
                first_ = std::exchange(next->next, nullptr);
            }
            return next;
        }

    private:
        serial_lane& lane_;
        task* first_;
        task* last_;
    };

    tasks take() {
        const std::lock_guard lock(mutex_);
        state_.store(occupancy::busy, std::memory_order_relaxed);
        task* const last = std::exchange(last_, nullptr);
        return {*this, std::exchange(first_, nullptr), last};
    }

    void drop() noexcept {
        task* next = nullptr;
        {
            const std::lock_guard lock(mutex_);
            next = std::exchange(first_, nullptr);
            last_ = nullptr;
            // What is dropped may put more in: that gets a turn of its own, and goes the same way.
            state_.store(occupancy::idle, std::memory_order_release);
        }
        while (next != nullptr) {
            std::exchange(next, next->next)->drop();
        }
    }

    static const void* this_thread() noexcept {
        static thread_local char here;
        return &here;
    }

    std::mutex mutex_;
    task* first_ = nullptr;
    task* last_ = nullptr;
    std::atomic<occupancy> state_{occupancy::idle};
    std::atomic<const void*> runner_{nullptr};
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERIAL_LANE_HPP
