// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP
#define GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP

#include <gatewire/detail/block_cache.hpp>
#include <gatewire/detail/linkage.hpp>
#include <gatewire/session/retry_for_memory.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/blocking.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/execution/relationship.hpp>
#include <asio/execution_context.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>
#include <asio/query.hpp>
#include <asio/require.hpp>

#include <array>
#include <atomic>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::session {

/// The functions of a `serial_executor`, which run one after another: in turns on the inner
/// executor or, where nothing runs, at once. What comes as items of one type is cheaper in a
/// `serial_queue`, which runs in one such function.
class strand_state : public std::enable_shared_from_this<strand_state> {
public:
    /// How the inner executor is asked to run turns of the strand: any of these.
    static constexpr unsigned char never_blocking = 1;
    static constexpr unsigned char continuing = 2;

    /// @param inner  On whose threads all runs.
    explicit strand_state(const asio::any_io_executor& inner)
        : inner_{inner, (asio::require)(inner, asio::execution::blocking.never),
                 asio::prefer(inner, asio::execution::relationship.continuation),
                 asio::prefer((asio::require)(inner, asio::execution::blocking.never),
                              asio::execution::relationship.continuation)} {}
    strand_state(const strand_state&) = delete;
    strand_state& operator=(const strand_state&) = delete;
    ~strand_state() { drop(); }

    /// For `strand_handle`.
    strand_state& strand() noexcept { return *this; }

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
        const holder here(*this);
        function();
        return true;
    }

    /// Runs a function here and now, on any thread, once no other one is running; inside of one, at
    /// once. It waits for the function that is running, not for those in the queue: the loop that
    /// is to run them may never run again.
    template <class Function>
    void run_alone(Function&& function) {
        if (is_running_here()) {
            function();
            return;
        }
        const guest_holder here(*this);
        function();
    }

    /// Runs a function later, or, if the inner executor may block and this thread is one of its
    /// own, now.
    template <class Function>
    void run(unsigned char ways, Function&& function) {
        using kept = task_of<std::decay_t<Function>>;
        void* room = nullptr;  // Asio ends the process where a coroutine cannot go on for that
        retry_for_memory([&] { room = detail::block_cache::take(sizeof(kept)); });
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
            retry_for_memory([this] {
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

    /// While one lives, this thread runs a function of the strand.
    class holder {
    public:
        explicit holder(strand_state& strand) noexcept : strand_(strand) {
            strand_.runner_.store(this_thread(), std::memory_order_relaxed);
        }
        ~holder() {
            strand_.runner_.store(nullptr, std::memory_order_relaxed);
            occupancy mine = occupancy::busy;
            if (!strand_.state_.compare_exchange_strong(mine, occupancy::idle,
                                                        std::memory_order_release)) {
                strand_.go_on();
            }
        }
        holder(const holder&) = delete;
        holder& operator=(const holder&) = delete;

    private:
        strand_state& strand_;
    };

    /// While one lives, a thread that came by `run_alone` has the strand. Turns that come meanwhile
    /// are put off.
    class guest_holder {
    public:
        explicit guest_holder(strand_state& strand) : strand_(strand) {
            std::unique_lock lock(strand_.mutex_);
            const occupancy before =
                strand_.state_.exchange(occupancy::awaited, std::memory_order_acq_rel);
            // Between two turns nobody is in the strand, even if no thread is left to take the
            // next.
            const bool is_free = before == occupancy::idle || strand_.is_turn_due_;
            if (!is_free || strand_.has_guest_) {
                ++strand_.guests_waiting_;
                strand_.left_.wait(lock, [this] { return strand_.is_for_guest_; });
                --strand_.guests_waiting_;
            }
            strand_.is_for_guest_ = false;
            strand_.has_guest_ = true;
            strand_.runner_.store(this_thread(), std::memory_order_relaxed);
        }
        ~guest_holder() {
            strand_.runner_.store(nullptr, std::memory_order_relaxed);
            {
                const std::lock_guard lock(strand_.mutex_);
                strand_.has_guest_ = false;
            }
            strand_.go_on();
        }
        guest_holder(const guest_holder&) = delete;
        guest_holder& operator=(const guest_holder&) = delete;

    private:
        strand_state& strand_;
    };

    /// While one lives, this thread hands a turn to the inner executor.
    class sending {
    public:
        explicit sending(const strand_state& strand) noexcept
            : strand_(strand), outer_(std::exchange(innermost(), this)) {}
        ~sending() { innermost() = outer_; }
        sending(const sending&) = delete;
        sending& operator=(const sending&) = delete;

        /// The executor destroyed the turn instead of taking it.
        bool has_failed() const noexcept { return has_failed_; }

        /// A turn of the strand is destroyed on this thread. @return Whether its sender sees to
        /// that.
        static bool take_back(const strand_state& strand) noexcept {
            sending* const now = innermost();
            if (now == nullptr || &now->strand_ != &strand) {
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

        const strand_state& strand_;
        sending* outer_;
        bool has_failed_ = false;
    };

    /// The next turn of the strand, on its way through the inner executor. If that is destroyed
    /// first, what waits is destroyed with it: it may hold the executor that holds the strand.
    class turn {
    public:
        explicit turn(std::shared_ptr<strand_state> strand)
            : strand_(std::move(strand)),
              work_(asio::prefer(strand_->inner(), asio::execution::outstanding_work.tracked)) {}
        turn(turn&&) noexcept = default;
        turn& operator=(turn&&) = delete;
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        ~turn() {
            if (strand_ && !sending::take_back(*strand_)) {
                strand_->drop();
            }
        }
        bool is_here() const noexcept { return strand_ != nullptr; }
        void operator()() {
            const std::shared_ptr<strand_state> strand = std::move(strand_);
            strand->take_turn();
        }

    private:
        std::shared_ptr<strand_state> strand_;
        asio::any_io_executor work_;
    };

    /// Hands the turn that is due to the inner executor: again where there is no memory for it,
    /// since nobody else would.
    void send_turn(const asio::any_io_executor& inner) {
        std::exception_ptr thrown;  // by what ran inside of this
        try {
            retry_for_memory([&] {
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

    /// Whoever had the strand has left it, and others wait for that.
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
        const holder here(*this);
        tasks waiting(*this, first, last);
        while (task* const next = waiting.take()) {
            next->run();
        }
    }

    /// Tasks that were taken out. What an exception leaves behind goes back, to be run next.
    class tasks {
    public:
        tasks(strand_state& strand, task* first, task* last) noexcept
            : strand_(strand), first_(first), last_(last) {}
        tasks(tasks&&) = delete;
        ~tasks() {
            if (first_ != nullptr) {
                const std::lock_guard lock(strand_.mutex_);
                last_->next = strand_.first_;
                strand_.first_ = first_;
                strand_.last_ = strand_.last_ == nullptr ? last_ : strand_.last_;
                strand_.state_.store(occupancy::awaited, std::memory_order_release);
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
        strand_state& strand_;
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
    bool is_for_guest_ = false;  // the strand is free and given to one that waits
    bool has_guest_ = false;
    bool is_turn_due_ = false;  // one is on its way through the inner executor
    std::atomic<occupancy> state_{occupancy::idle};
    std::atomic<const void*> runner_{nullptr};
    std::mutex work_mutex_;
    std::size_t work_count_ = 0;
    asio::any_io_executor work_;  // while any is counted
};

/// What Asio wants of an executor whose functions run on a strand, but for `execute`. It fits into
/// the room of Asio's type-erased executors, so erasing, copying and changing it takes no memory:
/// Asio does all that where it ends the process if there is none.
/// @tparam Executor  The derived class.
/// @tparam Place     Has `strand()`.
template <class Executor, class Place>
class strand_handle {
    friend Executor;

    explicit strand_handle(std::shared_ptr<Place> place) noexcept : place_(std::move(place)) {}
    strand_handle(const strand_handle& other) noexcept : place_(other.place_), ways_(other.ways_) {
        if (is_tracked()) {
            strand().work_began();
        }
    }
    strand_handle(strand_handle&& other) noexcept
        : place_(std::move(other.place_)),
          ways_(std::exchange(other.ways_, static_cast<unsigned char>(0))) {}

public:
    strand_handle& operator=(strand_handle other) noexcept {
        place_.swap(other.place_);
        std::swap(ways_, other.ways_);
        return *this;
    }
    ~strand_handle() {
        if (is_tracked()) {
            strand().work_ended();
        }
    }

    bool running_in_this_thread() const noexcept { return strand().is_running_here(); }

    const asio::any_io_executor& get_inner_executor() const noexcept { return strand().inner(); }

    friend bool operator==(const Executor& left, const Executor& right) noexcept {
        return left.place() == right.place();
    }
    friend bool operator!=(const Executor& left, const Executor& right) noexcept {
        return !(left == right);
    }

    asio::execution_context& query(asio::execution::context_t) const {
        return asio::query(get_inner_executor(), asio::execution::context);
    }

    // In parentheses because test frameworks have macros of that name.
    Executor(require)(asio::execution::blocking_t::never_t) const noexcept {
        return with(strand_state::never_blocking, true);
    }
    Executor(require)(asio::execution::blocking_t::possibly_t) const noexcept {
        return with(strand_state::never_blocking, false);
    }
    Executor(require)(asio::execution::outstanding_work_t::tracked_t) const noexcept {
        return with(tracked, true);
    }
    Executor(require)(asio::execution::outstanding_work_t::untracked_t) const noexcept {
        return with(tracked, false);
    }
    Executor(require)(asio::execution::relationship_t::fork_t) const noexcept {
        return with(strand_state::continuing, false);
    }
    Executor(require)(asio::execution::relationship_t::continuation_t) const noexcept {
        return with(strand_state::continuing, true);
    }

    const std::shared_ptr<Place>& place() const noexcept { return place_; }

protected:
    strand_state& strand() const noexcept { return place_->strand(); }

    /// Runs a function on the strand: at once if this thread is in it and the executor may block.
    template <class Function>
    void run(Function&& function) const {
        if ((ways_ & strand_state::never_blocking) == 0 && strand().is_running_here()) {
            std::decay_t<Function> mine(std::forward<Function>(function));
            std::move(mine)();
        } else {
            strand().run(ways_ & static_cast<unsigned char>(~tracked),
                         std::forward<Function>(function));
        }
    }

private:
    static constexpr unsigned char tracked = 4;  // beside the ways of `strand_state`

    bool is_tracked() const noexcept { return (ways_ & tracked) != 0; }

    Executor with(unsigned char way, bool is_on) const noexcept {
        Executor result(static_cast<const Executor&>(*this));
        strand_handle& changed = result;
        const bool was_tracked = is_tracked();
        changed.ways_ = static_cast<unsigned char>(is_on ? ways_ | way : ways_ & ~way);
        if (changed.is_tracked() != was_tracked) {
            was_tracked ? strand().work_ended() : strand().work_began();
        }
        return result;
    }

    std::shared_ptr<Place> place_;
    unsigned char ways_ = 0;
};

/// Whether Asio's type-erased executors hold it in themselves, and no step of that can fail.
template <class Executor>
inline constexpr bool is_erased_without_memory =
    sizeof(Executor) <= 3 * sizeof(void*) && alignof(Executor) <= alignof(std::shared_ptr<void>) &&
    std::is_nothrow_copy_constructible_v<Executor> &&
    std::is_nothrow_move_constructible_v<Executor>;

/// An executor on which functions run one after another, on threads of an inner executor: as
/// `asio::strand`, with one more way in. Who already runs on the inner executor may run a function
/// here and now if the strand is free, for the price of two atomic exchanges; `asio::strand` offers
/// only `dispatch`, which over a type-erased executor takes about a thousand instructions.
class serial_executor : public strand_handle<serial_executor, strand_state> {
public:
    /// A template, so that whoever asks whether this class can be copied does not ask first whether
    /// it is an executor.
    template <std::same_as<asio::any_io_executor> Inner>
    explicit serial_executor(const Inner& inner)
        : strand_handle(std::make_shared<strand_state>(inner)) {}

    /// As of `strand_state`, all three.
    template <class Function>
    bool try_run(Function&& function) const {
        return strand().try_run(function);
    }

    template <class Function>
    void run_alone(Function&& function) const {
        strand().run_alone(function);
    }

    template <class Function>
    void execute(Function&& function) const {
        run(std::forward<Function>(function));
    }
};

static_assert(is_erased_without_memory<serial_executor>);

/// Lets an exception of the user's code leave the loop as one of a handler of Asio's does: it is
/// thrown by a handler of its own, so that nothing which is under way here is given up.
template <class Executor>
GATEWIRE_COLD void throw_later(const Executor& executor, std::exception_ptr thrown) {
    asio::post(executor, [thrown = std::move(thrown)] { std::rethrow_exception(thrown); });
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP
