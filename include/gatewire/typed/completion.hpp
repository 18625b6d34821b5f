// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_COMPLETION_HPP
#define GATEWIRE_TYPED_COMPLETION_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/fast_scalar.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/typed/client_side.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>
#include <asio/system_executor.hpp>

#include <concepts>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

/// How calls end: on a completion handler, or on a thread that waits.
namespace rpc::inline v1::typed {

using session::call_completion;

template <class Result>
struct kept_value {
    using type = codec::slot<Result>;
};

/// The value of a call as it is kept; `void` is kept as nothing.
template <class Result>
using kept_result =
    typename std::conditional_t<std::is_void_v<Result>, std::type_identity<std::monostate>,
                                kept_value<Result>>::type;

/// The error for a result that is not of the expected type.
std::exception_ptr unreadable_result(const codec::read_error& failure);

/// Makes the value that a result's text says. @return Whether that is of the expected type.
template <class Value>
bool read_value(std::string_view text, std::optional<Value>& value, codec::read_error& failure) {
    return codec::make_from_text(text, value, failure);
}

/// Reads a result that is a string and nothing else. @return False: it is for `read_value`, which
/// finds out why.
inline bool read_only_string(std::string_view text, std::string& value) noexcept {
    const char* const end = text.data() + text.size();
    try {
        return !text.empty() && codec::fast_read_string(text.data(), end, value) == end;
    } catch (...) {
        return false;
    }
}

/// Reads a result. @return Why there is none.
template <class Result>
std::exception_ptr read_result([[maybe_unused]] std::string_view text,
                               std::optional<kept_result<Result>>& value) noexcept {
    try {
        if constexpr (std::is_void_v<Result>) {
            value.emplace();
        } else {
            if constexpr (std::is_same_v<kept_result<Result>, std::string>) {
                if (read_only_string(text, value.emplace())) {
                    return nullptr;
                }
            }
            codec::read_error failure;
            if (!read_value(text, value, failure)) {
                return unreadable_result(failure);
            }
        }
        return nullptr;
    } catch (...) {  // No memory, not even for the words.
        return std::current_exception();
    }
}

/// What a handler is given: what was read, or a spare value beside an error. Where a value's
/// constructor or move may throw, it is made with the call, whose maker can hear of that; when the
/// call ends, nobody could. Before anything is read, a move costs next to nothing.
template <class Value, bool = std::is_nothrow_move_constructible_v<Value>,
          bool = std::is_nothrow_default_constructible_v<Value>>
class given_value {
public:
    /// Where it is read into.
    std::optional<Value>& room() noexcept { return read_; }
    Value& get() noexcept { return read_ ? *read_ : read_.emplace(); }

private:
    std::optional<Value> read_;
};
template <class Value>
class given_value<Value, true, false> {
public:
    std::optional<Value>& room() noexcept { return read_; }
    Value& get() noexcept { return read_ ? *read_ : spare_; }

private:
    std::optional<Value> read_;
    Value spare_{};
};
template <class Value, bool IsMadeSafely>
class given_value<Value, false, IsMadeSafely> {
public:
    std::optional<Value>& room() noexcept { return place_->read; }
    Value& get() noexcept { return place_->read ? *place_->read : place_->spare; }

private:
    /// A value stays where it is until the handler has it: whoever moved it on the way would have
    /// nobody to tell.
    struct settled {
        std::optional<Value> read;
        Value spare{};
    };
    std::unique_ptr<settled> place_ = std::make_unique<settled>();
};

/// Runs a completion handler with what its call gave.
template <class Result, class Handler>
void run_handler(Handler&& handler, std::exception_ptr failure,
                 given_value<kept_result<Result>>& value) {
    asio::get_associated_cancellation_slot(handler).clear();
    if constexpr (std::is_void_v<Result>) {
        static_cast<void>(value);
        std::forward<Handler>(handler)(std::move(failure));
    } else {
        static_assert(std::default_initializable<Result>,
                      "gatewire: an asynchronous call that fails completes with an empty result, "
                      "so a result needs a default constructor: use call, or std::optional of it");
        std::forward<Handler>(handler)(std::move(failure), std::move(value.get()));
    }
}

/// Whether a handler has an executor of its own: without one the default is taken, whatever it is.
template <class Handler>
inline constexpr bool has_executor =
    !std::is_same_v<asio::associated_executor_t<Handler, call_completion::strand>,
                    call_completion::strand> ||
    !std::is_same_v<asio::associated_executor_t<Handler, asio::system_executor>,
                    asio::system_executor>;

/// Runs a completion that holds its end, once, wherever it was posted to; owns it until then. If
/// there is no memory for posting it, it is still there to be posted again.
template <class Completion>
class completion_step {
public:
    explicit completion_step(Completion& what) noexcept
        : what_(&what), throwing_(std::uncaught_exceptions()) {}
    completion_step(completion_step&& other) noexcept
        : what_(std::exchange(other.what_, nullptr)), throwing_(other.throwing_) {}
    completion_step& operator=(completion_step&&) = delete;
    completion_step(const completion_step&) = delete;
    completion_step& operator=(const completion_step&) = delete;
    ~completion_step() {
        if (what_ != nullptr && std::uncaught_exceptions() <= throwing_) {
            what_->dispose();
        }
    }

    void operator()() { std::exchange(what_, nullptr)->run(); }

private:
    Completion* what_;
    int throwing_;  // exceptions on their way when it was made
};

/// Ends a call by running a completion handler on the gateway's strand.
///
/// It holds no work of its own: a call that waits has a connection or a deadline to wait for, which
/// keep the loop running.
template <class Result, class Handler>
class ordered_completion final : public call_completion {
public:
    explicit ordered_completion(Handler handler)
        : call_completion(turn::in_order), handler_(std::move(handler)) {}

    void succeed(std::string_view result) override {
        given_value<kept_result<Result>> value = std::move(value_);
        Handler handler = take_handler();
        std::exception_ptr failure = read_result<Result>(result, value.room());
        run_handler<Result>(std::move(handler), std::move(failure), value);
    }

    GATEWIRE_COLD void refuse(const error& why) override { end(std::make_exception_ptr(why)); }

    void fail(const error& why, const strand& gateway) noexcept override {
        failure_ = std::make_exception_ptr(why);
        session::retry_for_memory([&] { asio::post(gateway, completion_step(*this)); });
    }

    void dispose() noexcept override { session::destroy_completion(this); }

private:
    friend class completion_step<ordered_completion>;

    void run() { end(std::move(failure_)); }

    /// The memory goes first, so that a call which the handler makes can have it.
    Handler take_handler() noexcept {
        Handler handler = std::move(handler_);
        dispose();
        return handler;
    }

    GATEWIRE_COLD void end(std::exception_ptr failure) {
        given_value<kept_result<Result>> value = std::move(value_);
        run_handler<Result>(take_handler(), std::move(failure), value);
    }

    given_value<kept_result<Result>> value_;
    std::exception_ptr failure_;  // while it is on its way to the strand
    Handler handler_;
};

/// Ends a call by running a completion handler on its own executor.
template <class Result, class Handler>
class handler_completion final : public call_completion {
public:
    handler_completion(Handler handler, const strand& gateway)
        : call_completion(turn_of(asio::get_associated_executor(handler, gateway), gateway)),
          handler_(std::move(handler)),
          executor_(asio::get_associated_executor(handler_, gateway)),
          work_(asio::prefer(executor_, asio::execution::outstanding_work.tracked)) {}

    void succeed(std::string_view result) noexcept override {
        failure_ = read_result<Result>(result, value_.room());
        end();
    }

    GATEWIRE_COLD void refuse(const error& why) noexcept override {
        failure_ = std::make_exception_ptr(why);
        end();
    }

    void fail(const error& why, const strand&) noexcept override {
        failure_ = std::make_exception_ptr(why);
        const executor where = executor_;  // This may be gone before the post returns.
        session::retry_for_memory([&] { asio::post(where, completion_step(*this)); });
    }

    void dispose() noexcept override { session::destroy_completion(this); }

private:
    using executor = asio::associated_executor_t<Handler, strand>;

    template <class Other>
    static turn turn_of(const Other& other, const strand& gateway) noexcept {
        if constexpr (std::is_same_v<Other, strand>) {
            return other == gateway ? turn::in_order : turn::after_read;
        } else {
            return turn::after_read;
        }
    }

    friend class completion_step<handler_completion>;

    void end() noexcept {
        const executor where = executor_;  // This may be gone before the dispatch returns.
        session::retry_for_memory([&] { asio::dispatch(where, completion_step(*this)); });
    }

    /// The memory goes first, so that a call which the handler makes can have it. What the handler
    /// throws leaves the loop: here it would look as if this had not been run.
    void run() noexcept {
        Handler handler = std::move(handler_);
        const executor where = executor_;
        [[maybe_unused]] const auto working = std::move(work_);
        std::exception_ptr failure = std::move(failure_);
        given_value<kept_result<Result>> value = std::move(value_);
        dispose();
        try {
            run_handler<Result>(std::move(handler), std::move(failure), value);
        } catch (...) {
            session::retry_for_memory(
                [&] { session::throw_later(where, std::current_exception()); });
        }
    }

    given_value<kept_result<Result>> value_;
    std::exception_ptr failure_;
    Handler handler_;
    executor executor_;
    // Keeps the handler's context running. Not an executor_work_guard: that of Asio 1.22 does not
    // take a strand over any_io_executor.
    std::decay_t<decltype(asio::prefer(std::declval<const executor&>(),
                                       asio::execution::outstanding_work.tracked))>
        work_;
};

/// The completion of a call with this handler.
template <class Result, class Handler>
session::completion_ptr completion_for(Handler&& handler, const call_completion::strand& gateway) {
    using kept = std::decay_t<Handler>;
    if constexpr (has_executor<kept>) {
        return session::make_completion<handler_completion<Result, kept>>(
            std::forward<Handler>(handler), gateway);
    } else {
        return session::make_completion<ordered_completion<Result, kept>>(
            std::forward<Handler>(handler));
    }
}

/// Ends a call for a thread that waits for it, and that owns this.
template <class Result>
class waiting_completion final : public call_completion {
public:
    waiting_completion() : call_completion(turn::at_once) {}

    void succeed(std::string_view result) noexcept override {
        end(read_result<Result>(result, value_));  // Nobody looks at it before the end.
    }

    GATEWIRE_COLD void refuse(const error& why) noexcept override {
        end(std::make_exception_ptr(why));
    }

    void fail(const error& why, const strand&) noexcept override { refuse(why); }

    /// There was no memory for its end.
    void dispose() noexcept override { end(std::make_exception_ptr(std::bad_alloc())); }

    awaited_end& end() noexcept { return end_; }

    /// What the call gave, once it has ended. @throws rpc::error  What it failed with.
    Result take() {
        if (failure_) {
            // Not kept here: this object may go on another thread while the exception is read.
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
        if constexpr (!std::is_void_v<Result>) {
            try {
                return std::move(codec::value_in(*value_));
            } catch (...) {
                codec::read_error unmoved;
                unmoved.message = codec::printable(detail::thrown_text(), 200);
                std::rethrow_exception(unreadable_result(unmoved));
            }
        }
    }

private:
    void end(std::exception_ptr failure) {
        end_.end([&] { failure_ = std::move(failure); });
    }

    awaited_end end_;
    std::optional<kept_result<Result>> value_;
    std::exception_ptr failure_;
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_COMPLETION_HPP
