// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_SERVED_ENGINE_HPP
#define GATEWIRE_TYPED_SERVED_ENGINE_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/table_entries.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/session/await_result.hpp>  // IWYU pragma: keep
#include <gatewire/session/close_barrier.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/session_end.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/detached_call.hpp>
#include <gatewire/typed/params.hpp>
#include <gatewire/typed/response_sink.hpp>
#include <gatewire/typed/result_in_parts.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/post.hpp>

#if defined(ASIO_HAS_CO_AWAIT)
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#endif

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// An engine as functions that know its types, for those who know none.
namespace rpc::inline v1::typed {

/// Calls the function of a method's entry with values that were read for it; they are moved from.
/// @param who  A `caller`, or whatever where the function takes none.
template <class Entry, class Engine, class Who, class Values>
decltype(auto) call_method(Engine& engine, [[maybe_unused]] const Who& who, Values& values) {
    return std::apply(
        [&](auto&... value) -> decltype(auto) {
            constexpr auto function = Entry::function;
            using codec::value_in;
            if constexpr (Entry::is_member && Entry::takes_caller) {
                return (engine.*function)(who, std::move(value_in(value))...);
            } else if constexpr (Entry::is_member) {
                return (engine.*function)(std::move(value_in(value))...);
            } else if constexpr (Entry::takes_caller) {
                return function(engine, who, std::move(value_in(value))...);
            } else {
                return function(engine, std::move(value_in(value))...);
            }
        },
        values);
}

#if defined(ASIO_HAS_CO_AWAIT)

// Qt has an empty macro of this name, unless it is told not to.
#pragma push_macro("emit")
#undef emit
inline void end_what_waits(asio::cancellation_signal& signal) {
    signal.emit(asio::cancellation_type::terminal);
}
#pragma pop_macro("emit")

/// Where a method was called, and where its timer runs.
struct calling_place {
    asio::any_io_executor strand;
    asio::any_io_executor loop;
};

/// An awaitable method on its way. Everything happens on the strand, or what stands for it, but the
/// timer: there Asio takes memory in a place that ends the process if there is none.
template <class Values>
struct awaited_call final : session::wakeable, std::enable_shared_from_this<awaited_call<Values>> {
    awaited_call(detached_call started, Values given, const calling_place& place)
        : call(std::move(started)), values(std::move(given)), where(place) {}

    void on_wake() override {
        session::retry_for_memory([this] {
            asio::post(where.strand, [self = this->shared_from_this()] { self->expire(); });
        });
    }

    GATEWIRE_COLD void expire() {
        is_expired = true;
        call.state().cancelled.store(true, std::memory_order_relaxed);
        end_what_waits(signal);
    }

    detached_call call;
    Values values;
    calling_place where;
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
    response_sink& responses = running->call.responses();
    const protocol::call& what = running->call.what();
    std::exception_ptr thrown;
    bool is_due = false;
    running->call.guard([&] { is_due = running->call.is_due(); });
    if (!is_due) {
        responses.hand_over();
        co_return;
    }
    try {
        const auto who = running->call.template who<Entry>();
        if constexpr (std::is_void_v<
                          typename detail::awaited_result<typename Entry::result>::type>) {
            co_await call_method<Entry>(engine, who, running->values);
            responses.result(what, no_result{});
        } else {
            auto result = co_await call_method<Entry>(engine, who, running->values);
            if constexpr (may_be_in_parts<Entry>()) {
                if (is_for_parts(what, result)) {
                    running->deadline.reset();
                    respond_in_parts({running, &running->call}, std::move(result),
                                     running->where.strand);
                    co_return;
                }
            }
            responses.result(what, result);
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    running->deadline.reset();
    running->call.guard([&] {
        if (thrown && running->is_expired) {
            responses.fail_expired(what);
        } else if (thrown) {
            responses.fail_exception(what, thrown);
        }
    });
    responses.hand_over();
}

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

/// Starts an awaitable method. A cancel of the client, the end of its connection and the call's
/// deadline reach it through Asio's cancellation, as `terminal`.
template <class Entry, class Engine, class Values>
void await_call(Engine& engine, const calling_place& where, detached_call call, Values values) {
    auto running =
        std::make_shared<awaited_call<Values>>(std::move(call), std::move(values), where);
    const protocol::time_point deadline = running->call.what().deadline;
    const std::weak_ptr<awaited_call<Values>> weak = running;
    running->call.reach_by([weak, executor = where.strand] {
        asio::post(executor, [weak] {
            if (const auto reached = weak.lock()) {
                end_what_waits(reached->signal);
            }
        });
    });
    if (deadline != protocol::never) {
        running->deadline = running->call.make_timer(where.loop);
        running->deadline->arm(deadline, weak);
    }
    asio::co_spawn(where.strand, drive_call<Entry, Engine, Values>(engine, running),
                   asio::bind_cancellation_slot(running->signal.slot(), asio::detached));
}

#endif

/// What a method needs of the one who runs it.
struct engine_access {
    void* engine = nullptr;
    std::size_t response_size_max = 0;
    asio::any_io_executor strand{};  ///< Where the engine's methods run.
    asio::any_io_executor worker{};  ///< Where those with `rpc::offload` run.
    asio::any_io_executor loop{};    ///< Where timers run.
    std::shared_ptr<session::close_barrier> offloaded = std::make_shared<session::close_barrier>();
};

/// Reads the arguments of a call, calls, writes the result. A call that does not end there, because
/// it is offloaded or awaits something, goes on by itself and responds by itself.
using run_function = void (*)(const engine_access&, const protocol::call&, response_sink&);

struct served_engine {
    void* engine;
    described_entries methods;
    described_entries events;
    std::size_t (*find_method)(std::string_view name) noexcept;
    std::size_t (*find_event)(std::string_view name) noexcept;
    const run_function* run;  ///< One for each method.
    /// Tells the engine of a connection that ended; null where it does not want to hear of that.
    void (*tell_end)(void* engine, const session_end& what);
};

template <class Entry, class Engine, class Values>
void call_now(const engine_access& access, const protocol::call& what, Values& values,
              response_sink& responses) {
    Engine& engine = *static_cast<Engine*>(access.engine);
    const auto who = caller_for<Entry>(*responses.origin(), what);
    try {
        if constexpr (std::is_void_v<typename Entry::result>) {
            call_method<Entry>(engine, who, values);
            responses.result(what, no_result{});
        } else {
            auto&& result = call_method<Entry>(engine, who, values);
            if constexpr (may_be_in_parts<Entry>()) {
                if (is_for_parts(what, result)) {
                    responses.hand_over();  // What was responded before need not wait for it.
                    respond_in_parts(std::make_shared<detached_call>(responses.origin(), what,
                                                                     access.response_size_max),
                                     std::move(result), access.strand);
                    return;
                }
            }
            responses.result(what, result);
        }
    } catch (...) {
        responses.fail_exception(what, std::current_exception());
    }
}

template <class Entry, class Engine, class Values>
void offload(const engine_access& access, const std::shared_ptr<session::call_origin>& from,
             const protocol::call& what, Values&& values) {
    struct task {
        detached_call call;
        std::decay_t<Values> values;
    };
    auto work = std::make_shared<task>(
        task{detached_call(from, what, access.response_size_max), std::forward<Values>(values)});
    // Whoever runs the engine waits for all who have entered.
    asio::post(access.worker, [&access, work, entrance = access.offloaded] {
        if (!entrance->enter()) {
            work->call.guard([&] {
                work->call.responses().refuse(work->call.what(), protocol::shutting_down_code,
                                              "the server is shutting down");
            });
        } else {
            work->call.guard([&] {
                if (!work->call.is_due()) {
                    return;
                }
                call_now<Entry, Engine>(access, work->call.what(), work->values,
                                        work->call.responses());
            });
            entrance->leave();
        }
        work->call.responses().hand_over();
    });
}

/// Calls a method whose arguments were read.
template <class Engine, class Entry>
void start_method(const engine_access& access, const protocol::call& what,
                  argument_values<Entry>& values, response_sink& responses) {
    using result = std::remove_cvref_t<typename Entry::result>;
    if constexpr (detail::awaited_result<result>::is_awaitable) {
        await_call<Entry>(*static_cast<Engine*>(access.engine),
                          {Entry::is_offloaded ? access.worker : access.strand, access.loop},
                          detached_call(responses.origin(), what, access.response_size_max),
                          std::move(values));
    } else if constexpr (Entry::is_offloaded) {
        offload<Entry, Engine>(access, responses.origin(), what, std::move(values));
    } else {
        call_now<Entry, Engine>(access, what, values, responses);
    }
}

template <class Engine, class Entry>
void run_method(const engine_access& access, const protocol::call& what, response_sink& responses) {
    std::optional<codec::read_error> failure;
    bool is_read = false;
    try {
        argument_values<Entry> values{};
        is_read = read_arguments(what.params, values, Entry::names::names, failure);
        if (is_read) {
            start_method<Engine, Entry>(access, what, values, responses);
            return;
        }
    } catch (...) {
        if (is_read) {  // It was not started, or has no response.
            responses.fail_anyhow(what);
            return;
        }
        // Not even the parameters' constructors did their work.
        failure.emplace();
        failure->kind = codec::read_failure::value;
        failure->message = codec::printable(detail::thrown_text(), 200);
    }
    responses.fail_params(what, *failure);
}

template <class Engine, class... Entries>
const run_function* run_functions(type_list<Entries...>) noexcept {
    // One more than needed: a table may have no methods, an array must have something.
    static constexpr std::array<run_function, sizeof...(Entries) + 1> table{
        &run_method<Engine, entry<Entries>>..., nullptr};
    return table.data();
}

template <class Engine>
served_engine serve_engine(Engine& engine) {
    using entries = detail::entries_of<Engine>;
    using methods = typename entries::methods;
    using events = typename entries::events;
    served_engine result{const_cast<void*>(static_cast<const void*>(std::addressof(engine))),
                         methods_of<methods>,
                         events_of<events>,
                         &find_name<methods>,
                         &find_name<events>,
                         run_functions<Engine>(methods{}),
                         nullptr};
    if constexpr (requires(const session_end& what) { engine.on_session_end(what); }) {
        result.tell_end = [](void* receiver, const session_end& what) {
            static_cast<Engine*>(receiver)->on_session_end(what);
        };
    }
    return result;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_SERVED_ENGINE_HPP
