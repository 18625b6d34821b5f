// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP
#define GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP

#include <gatewire/session/serial_lane.hpp>

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

#include <concepts>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::session {

/// An executor on which functions run one after another, on threads of an inner executor: as
/// `asio::strand`, with one more way in. Who already runs on the inner executor may run a function
/// here and now if the lane is free, for the price of two atomic exchanges; `asio::strand` offers
/// only `dispatch`, which over a type-erased executor takes about a thousand instructions.
class serial_executor {
public:
    /// A template, so that whoever asks whether this class can be copied does not ask first whether
    /// it is an executor.
    template <std::same_as<asio::any_io_executor> Inner>
    explicit serial_executor(Inner inner)
        : inner_(std::move(inner)), lane_(std::make_shared<serial_lane>()) {}

    /// Runs a function here and now, unless another one is running: then false. Only for a thread
    /// that runs a handler of the inner executor.
    template <class Function>
    bool try_run(Function&& function) const {
        return lane_->try_run(inner_, function);
    }

    /// Runs a function here and now, on any thread, once no other one is running. What only waits,
    /// perhaps for a loop that nobody runs any more, is not waited for.
    template <class Function>
    void run_alone(Function&& function) const {
        lane_->run_alone(inner_, function);
    }

    bool running_in_this_thread() const noexcept { return lane_->is_running_here(); }

    const asio::any_io_executor& get_inner_executor() const noexcept { return inner_; }

    // What Asio wants of an executor.

    template <class Function>
    void execute(Function&& function) const {
        if (!is_posting_ && lane_->is_running_here()) {
            std::decay_t<Function> mine(std::forward<Function>(function));
            std::move(mine)();
        } else {
            lane_->run(inner_, std::forward<Function>(function));
        }
    }

    friend bool operator==(const serial_executor& left, const serial_executor& right) noexcept {
        return left.lane_ == right.lane_;
    }
    friend bool operator!=(const serial_executor& left, const serial_executor& right) noexcept {
        return left.lane_ != right.lane_;
    }

    asio::execution_context& query(asio::execution::context_t) const {
        return asio::query(inner_, asio::execution::context);
    }

    serial_executor require(asio::execution::blocking_t::never_t how) const {
        return {asio::require(inner_, how), lane_, true};
    }
    serial_executor require(asio::execution::blocking_t::possibly_t how) const {
        return {asio::prefer(inner_, how), lane_, false};
    }
    serial_executor require(asio::execution::outstanding_work_t::tracked_t how) const {
        return {asio::prefer(inner_, how), lane_, is_posting_};
    }
    serial_executor require(asio::execution::outstanding_work_t::untracked_t how) const {
        return {asio::prefer(inner_, how), lane_, is_posting_};
    }
    serial_executor require(asio::execution::relationship_t::fork_t how) const {
        return {asio::prefer(inner_, how), lane_, is_posting_};
    }
    serial_executor require(asio::execution::relationship_t::continuation_t how) const {
        return {asio::prefer(inner_, how), lane_, is_posting_};
    }

private:
    serial_executor(asio::any_io_executor inner, std::shared_ptr<serial_lane> lane,
                    bool is_posting) noexcept
        : inner_(std::move(inner)), lane_(std::move(lane)), is_posting_(is_posting) {}

    asio::any_io_executor inner_;
    std::shared_ptr<serial_lane> lane_;
    bool is_posting_ = false;  // it never runs a function inside of `execute`
};

/// Lets an exception of the user's code leave the loop as one of a handler of Asio's does: it is
/// thrown by a handler of its own, so that nothing which is under way here is given up.
template <class Executor>
void throw_later(const Executor& executor, std::exception_ptr thrown) {
    asio::post(executor, [thrown = std::move(thrown)] { std::rethrow_exception(thrown); });
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP
