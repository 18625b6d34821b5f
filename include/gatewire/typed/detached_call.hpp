// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DETACHED_CALL_HPP
#define GATEWIRE_TYPED_DETACHED_CALL_HPP

#include <gatewire/caller.hpp>
#include <gatewire/session/await_result.hpp>
#include <gatewire/session/insist.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/typed/answer_sheet.hpp>
#include <gatewire/typed/call_method.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/post.hpp>

#if defined(ASIO_HAS_CO_AWAIT)
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#endif

#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::typed {

/// Who made a call, for the method of an entry, if that asks; others cost nothing.
template <class Entry>
auto caller_for(const session::call_origin& from, const protocol::call& what) {
    if constexpr (Entry::takes_caller) {
        return from.caller_of(what);
    } else {
        return nothing{};
    }
}

/// A call that goes on after its batch: it keeps what it needs to answer.
class detached_call {
public:
    detached_call(std::shared_ptr<session::call_origin> from, const protocol::call& what,
                  std::size_t answer_size_max)
        : state_(what.state->shared_from_this()),
          what_(what),
          sheet_(std::make_unique<answer_sheet>(std::move(from), answer_size_max)) {
        // The frame that brought them goes away; the slot keeps the id until the call is answered.
        what_.id = state_->id;
        what_.params = {};
    }

    const protocol::call& what() const noexcept { return what_; }
    answer_sheet& sheet() noexcept { return *sheet_; }
    protocol::call_state& state() noexcept { return *state_; }

    /// Whether its method is still to be called, now that its turn has come; else it is answered.
    bool is_due() {
        if (sheet_->origin()->time() >= what_.deadline) {
            sheet_->refuse(what_, protocol::deadline_code, protocol::too_late_text);
            return false;
        }
        if (state_->cancelled.load(std::memory_order_relaxed)) {
            sheet_->refuse(what_, protocol::cancelled_code, protocol::cancelled_early_text);
            return false;
        }
        return true;
    }

    template <class Entry>
    auto who() const {
        return caller_for<Entry>(*sheet_->origin(), what_);
    }

    /// Runs `answer_it()`, which answers the call, and answers it if that throws.
    template <class Answer>
    void guard(Answer&& answer_it) noexcept {
        try {
            answer_it();
        } catch (...) {
            sheet_->fail_anyhow(what_);
        }
    }

    /// Lets the call be reached by a cancel; see `call_origin::reach_by`.
    void reach_by(std::function<void()> cancel) {
        sheet_->origin()->reach_by(*state_, std::move(cancel));
    }

    /// A timer of the world that the call came from.
    std::unique_ptr<session::timer> make_timer(const asio::any_io_executor& executor) const {
        return sheet_->origin()->make_timer(executor);
    }

private:
    std::shared_ptr<protocol::call_state> state_;
    protocol::call what_;
    std::unique_ptr<answer_sheet> sheet_;
};

#if defined(ASIO_HAS_CO_AWAIT)

// Qt has an empty macro of this name, unless it is told not to.
#pragma push_macro("emit")
#undef emit
inline void end_what_waits(asio::cancellation_signal& signal) {
    signal.emit(asio::cancellation_type::terminal);
}
#pragma pop_macro("emit")

/// Where an awaitable method runs, and where its timer does: one of an executor that is a strand
/// takes memory where Asio ends the process if there is none.
struct awaiting_place {
    asio::any_io_executor executor;
    asio::any_io_executor loop;
};

/// An awaitable method on its way. Everything happens on its executor.
template <class Values>
struct awaited_call final : session::wakeable, std::enable_shared_from_this<awaited_call<Values>> {
    awaited_call(detached_call started, Values given, const asio::any_io_executor& where)
        : call(std::move(started)), values(std::move(given)), executor(where) {}

    void on_wake() override {
        session::insist([this] {
            asio::post(executor, [self = this->shared_from_this()] { self->expire(); });
        });
    }

    void expire() {
        is_expired = true;
        call.state().cancelled.store(true, std::memory_order_relaxed);
        end_what_waits(signal);
    }

    detached_call call;
    Values values;
    asio::any_io_executor executor;
    asio::cancellation_signal signal;
    std::unique_ptr<session::timer> deadline{};  // null without one
    bool is_expired = false;
};

// GCC 12 says of every coroutine that it uses zero as a null pointer.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wzero-as-null-pointer-constant"
#endif

template <class Entry, class Engine, class Values>
asio::awaitable<void> drive_call(Engine& engine, std::shared_ptr<awaited_call<Values>> running) {
    answer_sheet& sheet = running->call.sheet();
    const protocol::call& what = running->call.what();
    std::exception_ptr thrown;
    bool is_due = false;
    running->call.guard([&] { is_due = running->call.is_due(); });
    if (!is_due) {
        sheet.hand_over();
        co_return;
    }
    try {
        const auto who = running->call.template who<Entry>();
        if constexpr (std::is_void_v<
                          typename detail::awaited_result<typename Entry::result>::type>) {
            co_await call_method<Entry>(engine, who, running->values);
            sheet.result(what, nothing{});
        } else {
            sheet.result(what, co_await call_method<Entry>(engine, who, running->values));
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    running->deadline.reset();
    running->call.guard([&] {
        if (thrown && running->is_expired) {
            // Not the code of a deadline, which says that the method was never called.
            sheet.fail(what, protocol::cancelled_code, "the deadline passed while the call ran",
                       protocol::deadline_reason);
        } else if (thrown) {
            sheet.fail_exception(what, thrown);
        }
    });
    sheet.hand_over();
}

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

/// Starts an awaitable method. A cancel of the client, the end of its connection and the call's
/// deadline reach it through Asio's cancellation, as `terminal`.
template <class Entry, class Engine, class Values>
void await_call(Engine& engine, const awaiting_place& where,
                const std::shared_ptr<session::call_origin>& from, const protocol::call& what,
                Values values, std::size_t answer_size_max) {
    auto running = std::make_shared<awaited_call<Values>>(
        detached_call(from, what, answer_size_max), std::move(values), where.executor);
    const std::weak_ptr<awaited_call<Values>> weak = running;
    running->call.reach_by([weak, executor = where.executor] {
        asio::post(executor, [weak] {
            if (const auto reached = weak.lock()) {
                end_what_waits(reached->signal);
            }
        });
    });
    if (what.deadline != protocol::never) {
        running->deadline = running->call.make_timer(where.loop);
        running->deadline->arm(what.deadline, weak);
    }
    asio::co_spawn(where.executor, drive_call<Entry, Engine, Values>(engine, running),
                   asio::bind_cancellation_slot(running->signal.slot(), asio::detached));
}

#endif

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_DETACHED_CALL_HPP
