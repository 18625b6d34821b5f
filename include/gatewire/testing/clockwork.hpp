// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_CLOCKWORK_HPP
#define GATEWIRE_TESTING_CLOCKWORK_HPP

#include <gatewire/protocol/time.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/error.hpp>
#include <asio/execution/blocking.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution_context.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace rpc::inline v1::testing {

/// Numbers that look random and are the same for the same seed, on every machine (splitmix64).
class chance {
public:
    explicit chance(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept { return mix(state_ += step); }

    /// A number below the bound; zero if the bound is.
    std::uint64_t below(std::uint64_t bound) noexcept { return bound == 0 ? 0 : next() % bound; }

    /// Spreads the bits of a number.
    static std::uint64_t mix(std::uint64_t bits) noexcept {
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
        return bits ^ (bits >> 31);
    }

private:
    static constexpr std::uint64_t step = 0x9e3779b97f4a7c15u;

    std::uint64_t state_;
};

using protocol::duration;
using protocol::time_point;

/// A loop with a clock of its own: it runs what is ready, and when nothing is, the next moment at
/// which something will be has come.
///
/// It belongs to the thread that made it, and says so to any other.
class clockwork : public asio::execution_context {
    class task {
    public:
        virtual ~task() = default;
        virtual void run() = 0;
    };
    using task_ptr = std::unique_ptr<task>;

public:
    class executor_type;

    explicit clockwork(std::uint64_t seed) : order_(seed) {}
    ~clockwork() {
        clear();
        shutdown();
        clear();
        destroy();
    }

    executor_type get_executor() noexcept;

    time_point now() const noexcept { return now_; }

    /// Whether this thread is inside of something that the loop runs.
    bool is_inside() const noexcept { return depth_ != 0 && is_own_thread(); }

    /// With true, what is ready at one moment runs in any order, as threads of a pool might.
    void shuffle(bool on) noexcept { is_shuffled_ = on; }

    /// Runs something soon.
    template <class Function>
    void post(Function&& function) {
        check_thread();
        ready_.push_back(make_task(std::forward<Function>(function)));
    }

    /// Runs something at a moment; `is_traffic` if it brings bytes or connections.
    template <class Function>
    void at(time_point when, bool is_traffic, Function&& function) {
        check_thread();
        if (when == protocol::never) {
            return;
        }
        traffic_ += is_traffic ? 1 : 0;
        moments_.push_back({(std::max)(when, now_), ++last_moment_, is_traffic,
                            make_task(std::forward<Function>(function))});
        std::push_heap(moments_.begin(), moments_.end(), is_later);
    }

    /// Runs one thing, at most at `until`. @return False if there is none; it is `until` then.
    bool run_one(time_point until) {
        check_thread();
        if (!ready_.empty()) {
            count_step();
            run(take_ready());
            return true;
        }
        if (moments_.empty() || moments_.front().when > until) {
            move_to((std::max)(now_, until));
            return false;
        }
        std::pop_heap(moments_.begin(), moments_.end(), is_later);
        moment next = std::move(moments_.back());
        moments_.pop_back();
        move_to(next.when);
        count_step();
        traffic_ -= next.is_traffic ? 1 : 0;
        run(std::move(next.what));
        return true;
    }

    /// Whether something is ready or on its way; timers do not count.
    bool is_busy() const noexcept { return !ready_.empty() || traffic_ != 0; }

    void check_thread() const {
        if (!is_own_thread()) {
            throw std::logic_error(
                "rpc::testing::world was used by a thread that did not make it. Everything in it "
                "runs on one thread: set no server_options::worker, and use world::async_wait "
                "instead of Asio's timers");
        }
    }

private:
    struct moment {
        time_point when;
        std::uint64_t number;  // of two at one time the earlier set comes first
        bool is_traffic;
        task_ptr what;
    };

    static bool is_later(const moment& one, const moment& other) noexcept {
        return one.when != other.when ? one.when > other.when : one.number > other.number;
    }

    template <class Function>
    static task_ptr make_task(Function&& function) {
        class holder final : public task {
        public:
            explicit holder(Function&& given) : function_(std::forward<Function>(given)) {}
            void run() override { std::move(function_)(); }

        private:
            std::decay_t<Function> function_;
        };
        return std::make_unique<holder>(std::forward<Function>(function));
    }

    bool is_own_thread() const noexcept { return std::this_thread::get_id() == owner_; }

    task_ptr take_ready() {
        if (is_shuffled_) {
            std::swap(ready_.front(), ready_[order_.below(ready_.size())]);
        }
        task_ptr next = std::move(ready_.front());
        ready_.pop_front();
        return next;
    }

    void run(task_ptr what) {
        struct inside {
            explicit inside(std::size_t& runs) : depth(++runs) {}
            ~inside() { --depth; }
            std::size_t& depth;
        };
        const inside here(depth_);
        what->run();
    }

    void move_to(time_point when) noexcept {
        if (when != now_) {
            now_ = when;
            steps_here_ = 0;
        }
    }

    void count_step() {
        if (++steps_here_ > steps_max) {
            throw std::logic_error(
                "rpc::testing::world does not get on: ten million handlers ran at one moment");
        }
    }

    void clear() {
        // What goes may leave something behind.
        while (!ready_.empty() || !moments_.empty()) {
            const auto ready = std::exchange(ready_, {});
            const auto moments = std::exchange(moments_, {});
        }
        traffic_ = 0;
    }

    static constexpr std::size_t steps_max = 10'000'000;

    const std::thread::id owner_ = std::this_thread::get_id();
    time_point now_{std::chrono::hours(24)};  // zero means "never was" to some
    std::deque<task_ptr> ready_;
    std::vector<moment> moments_;  // a heap
    std::uint64_t last_moment_ = 0;
    std::size_t traffic_ = 0;  // among the moments
    std::size_t depth_ = 0;
    std::size_t steps_here_ = 0;
    chance order_;
    bool is_shuffled_ = false;
};

/// What Asio takes for an executor.
class clockwork::executor_type {
public:
    explicit executor_type(clockwork& loop, bool may_run_here = false) noexcept
        : loop_(&loop), may_run_here_(may_run_here) {}

    asio::execution_context& query(asio::execution::context_t) const noexcept { return *loop_; }
    asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept {
        return may_run_here_ ? asio::execution::blocking_t(asio::execution::blocking.possibly)
                             : asio::execution::blocking_t(asio::execution::blocking.never);
    }
    // In parentheses because test frameworks have macros of that name.
    executor_type(require)(asio::execution::blocking_t::never_t) const noexcept {
        return executor_type(*loop_, false);
    }
    executor_type(require)(asio::execution::blocking_t::possibly_t) const noexcept {
        return executor_type(*loop_, true);
    }

    template <class Function>
    void execute(Function&& function) const {
        if (may_run_here_ && loop_->is_inside()) {
            std::decay_t<Function> now(std::forward<Function>(function));
            std::move(now)();
        } else {
            loop_->post(std::forward<Function>(function));
        }
    }

    bool operator==(const executor_type& other) const noexcept = default;

private:
    clockwork* loop_;
    bool may_run_here_;
};

inline clockwork::executor_type clockwork::get_executor() noexcept {
    return executor_type(*this);
}

/// A wait under way; it ends once.
template <class Handler>
class pending_wait {
public:
    explicit pending_wait(Handler handler) : handler_(std::move(handler)) {}

    Handler& handler() noexcept { return *handler_; }

    void end(clockwork& loop, const asio::error_code& why) {
        if (handler_) {
            Handler ended = std::move(*handler_);
            handler_.reset();
            asio::get_associated_cancellation_slot(ended).clear();
            const auto executor = asio::get_associated_executor(ended, loop.get_executor());
            asio::post(executor,
                       [ended = std::move(ended), why]() mutable { std::move(ended)(why); });
        }
    }

private:
    std::optional<Handler> handler_;
};

/// Completes the token at a moment of the loop's time.
template <class Token>
auto wait_in(clockwork& loop, time_point until, Token&& token) {
    return asio::async_initiate<Token, void(asio::error_code)>(
        [&loop, until](auto handler) {
            using wait = pending_wait<decltype(handler)>;
            const auto waiting = std::make_shared<wait>(std::move(handler));
            auto slot = asio::get_associated_cancellation_slot(waiting->handler());
            if (slot.is_connected()) {
                slot.assign([&loop, weak = std::weak_ptr<wait>(waiting)](asio::cancellation_type) {
                    if (const auto cancelled = weak.lock()) {
                        cancelled->end(loop, asio::error::operation_aborted);
                    }
                });
            }
            loop.at(until, false, [&loop, waiting] { waiting->end(loop, {}); });
        },
        token);
}

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_CLOCKWORK_HPP
