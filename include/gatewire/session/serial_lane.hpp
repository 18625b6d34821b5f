// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERIAL_LANE_HPP
#define GATEWIRE_SESSION_SERIAL_LANE_HPP

#include <gatewire/detail/block_cache.hpp>
#include <gatewire/session/insist.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/blocking.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/execution/relationship.hpp>
#include <asio/prefer.hpp>
#include <asio/require.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::session {

/// What runs on a `serial_executor`, one after another.
class serial_lane : public std::enable_shared_from_this<serial_lane> {
public:
    /// How the inner executor is asked to run turns of the lane: any of these.
    static constexpr unsigned char never_blocking = 1;
    static constexpr unsigned char continuing = 2;

    /// @param inner  On whose threads all runs.
    explicit serial_lane(const asio::any_io_executor& inner)
        : inner_{inner, (asio::require)(inner, asio::execution::blocking.never),
                 asio::prefer(inner, asio::execution::relationship.continuation),
                 asio::prefer((asio::require)(inner, asio::execution::blocking.never),
                              asio::execution::relationship.continuation)} {}
    serial_lane(const serial_lane&) = delete;
    serial_lane& operator=(const serial_lane&) = delete;
    ~serial_lane() { drop(); }

    /// The lane that a place of an executor is on: this one.
    serial_lane& lane() noexcept { return *this; }

    const asio::any_io_executor& inner() const noexcept { return inner_[0]; }

    bool is_running_here() const noexcept {
        return runner_.load(std::memory_order_relaxed) == this_thread();
    }

    /// Runs a function here and now, unless another one is running: then false. Only for a thread
    /// that runs a handler of the inner executor.
    template <class Function>
    bool try_run(Function&& function) {
        occupancy free = occupancy::idle;
        if (!state_.compare_exchange_strong(free, occupancy::busy, std::memory_order_acquire)) {
            return false;
        }
        const visit here(*this);
        function();
        return true;
    }

    /// Runs a function here and now on any thread, once no other one is running: it waits for that,
    /// but not for those that wait. Inside of one it runs at once.
    template <class Function>
    void run_alone(Function&& function) {
        if (is_running_here()) {
            function();
            return;
        }
        const stay here(*this);
        function();
    }

    /// Runs a function later, or, if the inner executor may block and this thread is one of its
    /// own, now.
    template <class Function>
    void run(unsigned char ways, Function&& function) {
        using kept = task_of<std::decay_t<Function>>;
        void* room = nullptr;  // Asio ends the process where a coroutine cannot go on for that
        insist([&] { room = detail::block_cache::take(sizeof(kept)); });
        task* const made = ::new (room) kept(std::forward<Function>(function));
        occupancy before = occupancy::idle;
        {
            const std::lock_guard lock(mutex_);
            (last_ == nullptr ? first_ : last_->next) = made;
            last_ = made;
            before = state_.exchange(occupancy::awaited, std::memory_order_acq_rel);
            is_turn_due_ = is_turn_due_ || before == occupancy::idle;
        }
        if (before == occupancy::idle) {
            send_turn(inner_[ways]);
        }
    }

    /// The loop does not end until as much work has ended as began.
    void work_began() noexcept {
        const std::lock_guard lock(work_mutex_);
        if (work_count_++ == 0) {
            insist([this] {
                work_ = asio::prefer(inner(), asio::execution::outstanding_work.tracked);
            });
        }
    }
    void work_ended() noexcept {
        asio::any_io_executor last;  // goes without the mutex: that may end the loop
        const std::lock_guard lock(work_mutex_);
        if (--work_count_ == 0) {
            last.swap(work_);
        }
    }

private:
    enum class occupancy : unsigned char {
        idle,
        busy,    // a function is running, or about to
        awaited  // more are waiting, or whoever runs one must look before it leaves
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
        explicit visit(serial_lane& lane) noexcept
            : lane_(lane), before_(lane.runner_.exchange(this_thread())) {}
        ~visit() {
            lane_.runner_.store(before_, std::memory_order_relaxed);
            occupancy mine = occupancy::busy;
            if (!lane_.state_.compare_exchange_strong(mine, occupancy::idle,
                                                      std::memory_order_release)) {
                lane_.go_on();
            }
        }
        visit(const visit&) = delete;
        visit& operator=(const visit&) = delete;

    private:
        serial_lane& lane_;
        const void* before_;
    };

    /// The lane is that of a thread from elsewhere while one lives. Turns that come meanwhile are
    /// put off.
    class stay {
    public:
        explicit stay(serial_lane& lane) : lane_(lane) {
            std::unique_lock lock(lane_.mutex_);
            const occupancy before =
                lane_.state_.exchange(occupancy::awaited, std::memory_order_acq_rel);
            // Between two turns nobody is in the lane, even if no thread is left to take the next.
            const bool is_free = before == occupancy::idle || lane_.is_turn_due_;
            if (!is_free || lane_.has_guest_) {
                ++lane_.guests_waiting_;
                lane_.left_.wait(lock, [this] { return lane_.is_for_guest_; });
                --lane_.guests_waiting_;
            }
            lane_.is_for_guest_ = false;
            lane_.has_guest_ = true;
            lane_.runner_.store(this_thread(), std::memory_order_relaxed);
        }
        ~stay() {
            lane_.runner_.store(nullptr, std::memory_order_relaxed);
            {
                const std::lock_guard lock(lane_.mutex_);
                lane_.has_guest_ = false;
            }
            lane_.go_on();
        }
        stay(const stay&) = delete;
        stay& operator=(const stay&) = delete;

    private:
        serial_lane& lane_;
    };

    /// This thread hands a turn to the inner executor while one lives.
    class sending {
    public:
        explicit sending(const serial_lane& lane) noexcept
            : lane_(lane), outer_(std::exchange(innermost(), this)) {}
        ~sending() { innermost() = outer_; }
        sending(const sending&) = delete;
        sending& operator=(const sending&) = delete;

        /// The executor destroyed the turn instead of taking it.
        bool has_failed() const noexcept { return has_failed_; }

        /// A turn of the lane is destroyed on this thread. @return Whether its sender sees to that.
        static bool take_back(const serial_lane& lane) noexcept {
            sending* const now = innermost();
            if (now == nullptr || &now->lane_ != &lane) {
                return false;
            }
            now->has_failed_ = true;
            return true;
        }

    private:
        static sending*& innermost() noexcept {
            static thread_local sending* now = nullptr;
            return now;
        }

        const serial_lane& lane_;
        sending* outer_;
        bool has_failed_ = false;
    };

    /// The next turn of the lane, on its way through the inner executor. If that is destroyed
    /// first, what waits is destroyed with it: it may hold the executor that holds the lane.
    class turn {
    public:
        explicit turn(std::shared_ptr<serial_lane> lane)
            : lane_(std::move(lane)),
              work_(asio::prefer(lane_->inner(), asio::execution::outstanding_work.tracked)) {}
        turn(turn&&) noexcept = default;
        turn& operator=(turn&&) = delete;
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        ~turn() {
            if (lane_ && !sending::take_back(*lane_)) {
                lane_->drop();
            }
        }
        bool is_here() const noexcept { return lane_ != nullptr; }
        void operator()() {
            const std::shared_ptr<serial_lane> lane = std::move(lane_);
            lane->take_turn();
        }

    private:
        std::shared_ptr<serial_lane> lane_;
        asio::any_io_executor work_;
    };

    /// Hands the turn that is due to the inner executor: again where there is no memory for it,
    /// since nobody else would.
    void send_turn(const asio::any_io_executor& inner) {
        std::exception_ptr thrown;  // by what ran inside of this
        try {
            insist([&] {
                const sending now(*this);
                turn next(shared_from_this());
                try {
                    inner.execute(std::move(next));
                } catch (...) {
                    if (next.is_here() || now.has_failed()) {
                        throw;
                    }
                    thrown = std::current_exception();
                }
            });
        } catch (...) {
            drop();
            throw;
        }
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    }

    /// Whoever was in the lane has left it, and others wait for that.
    void go_on() {
        {
            const std::lock_guard lock(mutex_);
            if (guests_waiting_ != 0) {
                is_for_guest_ = true;
                left_.notify_one();
                return;
            }
            if (is_turn_due_) {
                return;
            }
            if (first_ == nullptr) {
                state_.store(occupancy::idle, std::memory_order_release);
                return;
            }
            is_turn_due_ = true;
        }
        send_turn(inner_[never_blocking]);
    }

    void take_turn() {
        task* first = nullptr;
        task* last = nullptr;
        {
            const std::lock_guard lock(mutex_);
            is_turn_due_ = false;
            if (has_guest_ || is_for_guest_) {
                return;  // Which sees to the next turn when it leaves.
            }
            state_.store(occupancy::busy, std::memory_order_relaxed);
            first = std::exchange(first_, nullptr);
            last = std::exchange(last_, nullptr);
        }
        const visit here(*this);
        tasks waiting(*this, first, last);
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

    void drop() noexcept {
        task* next = nullptr;
        {
            const std::lock_guard lock(mutex_);
            next = std::exchange(first_, nullptr);
            last_ = nullptr;
            // What is dropped may put more in: that gets a turn of its own, and goes the same way.
            is_turn_due_ = false;
            if (!has_guest_ && !is_for_guest_) {
                state_.store(occupancy::idle, std::memory_order_release);
            }
        }
        while (next != nullptr) {
            std::exchange(next, next->next)->drop();
        }
    }

    static const void* this_thread() noexcept {
        static thread_local char here;
        return &here;
    }

    const std::array<asio::any_io_executor, 4> inner_;  // by the ways in which it is asked
    std::mutex mutex_;
    std::condition_variable left_;
    task* first_ = nullptr;
    task* last_ = nullptr;
    std::size_t guests_waiting_ = 0;
    bool is_for_guest_ = false;  // the lane is free and given to one that waits
    bool has_guest_ = false;
    bool is_turn_due_ = false;  // one is on its way through the inner executor
    std::atomic<occupancy> state_{occupancy::idle};
    std::atomic<const void*> runner_{nullptr};
    std::mutex work_mutex_;
    std::size_t work_count_ = 0;
    asio::any_io_executor work_;  // while any is counted
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERIAL_LANE_HPP
