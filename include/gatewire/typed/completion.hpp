// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_COMPLETION_HPP
#define GATEWIRE_TYPED_COMPLETION_HPP

#include <gatewire/error.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/wire/json/read.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

/// How calls end: on a completion handler, or on a thread that waits.
namespace rpc::inline v1::typed {

/// The value of a call as it is kept; `void` is kept as nothing.
template <class Result>
using kept_result = std::conditional_t<std::is_void_v<Result>, std::monostate, Result>;

/// The error for a result that is not of the expected type.
std::exception_ptr unreadable_result(const wire::json::read_error& failure);

/// Reads a result. @return The error if it is not of the expected type.
template <class Result>
std::exception_ptr read_result(std::string_view text, kept_result<Result>& value) {
    if constexpr (!std::is_void_v<Result>) {
        wire::json::read_error failure;
        if (!wire::json::read_text(text, value, failure)) {
            return unreadable_result(failure);
        }
    }
    return nullptr;
}

/// Ends a call by running a completion handler on its associated executor.
template <class Result, class Handler, class Strand>
class handler_completion final : public session::call_completion {
public:
    handler_completion(Handler handler, const Strand& strand)
        : handler_(std::move(handler)),
          executor_(asio::get_associated_executor(handler_, strand)),
          work_(asio::prefer(executor_, asio::execution::outstanding_work.tracked)),
          when_(same(executor_, strand) ? turn::in_order : turn::after_read) {}

    void succeed(std::string_view result) noexcept override {
        kept_result<Result> value{};
        std::exception_ptr failure = read_result<Result>(result, value);
        asio::dispatch(executor_, last_step(std::move(failure), std::move(value)));
        work_.reset();
    }

    void refuse(const error& why) noexcept override {
        asio::dispatch(executor_, last_step(std::make_exception_ptr(why), {}));
        work_.reset();
    }

    void fail(const error& why) noexcept override {
        asio::post(executor_, last_step(std::make_exception_ptr(why), {}));
        work_.reset();
    }

    turn when() const noexcept override { return when_; }

private:
    using executor = asio::associated_executor_t<Handler, Strand>;

    template <class Other>
    static bool same(const Other& other, const Strand& strand) noexcept {
        if constexpr (std::is_same_v<Other, Strand>) {
            return other == strand;
        } else {
            return false;
        }
    }

    auto last_step(std::exception_ptr failure, kept_result<Result> value) {
        return [handler = std::move(handler_), failure = std::move(failure),
                kept = std::move(value)]() mutable {
            asio::get_associated_cancellation_slot(handler).clear();
            if constexpr (std::is_void_v<Result>) {
                static_cast<void>(kept);
                std::move(handler)(std::move(failure));
            } else {
                std::move(handler)(std::move(failure), std::move(kept));
            }
        };
    }

    Handler handler_;
    executor executor_;
    // Keeps the handler's context running. Not an executor_work_guard: that of Asio 1.22 does not
    // take a strand over any_io_executor.
    std::optional<std::decay_t<decltype(asio::prefer(std::declval<const executor&>(),
                                                     asio::execution::outstanding_work.tracked))>>
        work_;
    turn when_;
};

/// Ends a call for a thread that waits for it.
template <class Result>
class waiting_completion final : public session::call_completion, public awaited_end {
public:
    void succeed(std::string_view result) noexcept override {
        kept_result<Result> value{};
        std::exception_ptr failure = read_result<Result>(result, value);
        end(std::move(failure), std::move(value));
    }

    void refuse(const error& why) noexcept override { fail(why); }

    void fail(const error& why) noexcept override {
        end(std::make_exception_ptr(why), kept_result<Result>{});
    }

    turn when() const noexcept override { return turn::at_once; }

    bool is_done() const override {
        const std::lock_guard lock(mutex_);
        return is_done_;
    }

    bool wait(protocol::time_point until) override {
        std::unique_lock lock(mutex_);
        return done_.wait_until(lock, until, [this] { return is_done_; });
    }

    /// What the call gave. @throws rpc::error  What it failed with.
    Result take() {
        const std::lock_guard lock(mutex_);
        if (failure_) {
            // Not kept here: this object may go on another thread while the exception is read.
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
        if constexpr (!std::is_void_v<Result>) {
            return std::move(value_);
        }
    }

private:
    void end(std::exception_ptr failure, kept_result<Result> value) {
        const std::lock_guard lock(mutex_);
        failure_ = std::move(failure);
        value_ = std::move(value);
        is_done_ = true;
        done_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable done_;
    kept_result<Result> value_{};
    std::exception_ptr failure_;
    bool is_done_ = false;
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_COMPLETION_HPP
