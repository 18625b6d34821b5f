// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_SERVED_ENGINE_HPP
#define GATEWIRE_TYPED_SERVED_ENGINE_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/session/gate.hpp>
#include <gatewire/session_end.hpp>
#include <gatewire/typed/answer_sheet.hpp>
#include <gatewire/typed/arguments.hpp>
#include <gatewire/typed/call_method.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/detached_call.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

/// An engine as functions that know its types, for those who know none.
namespace rpc::inline v1::typed {

/// What a method needs of the one who runs it.
struct engine_access {
    void* engine = nullptr;
    std::size_t answer_size_max = 0;
    asio::any_io_executor strand;  ///< Where the engine's methods run.
    asio::any_io_executor worker;  ///< Where those with `rpc::offload` run.
    asio::any_io_executor loop;    ///< Where timers run.
    std::shared_ptr<session::gate> offloaded = std::make_shared<session::gate>();
};

/// Reads the arguments of a call, calls, writes the result. A call that does not end there, because
/// it is offloaded or awaits something, goes on by itself and answers by itself.
using run_function = void (*)(const engine_access&, const protocol::call&, answer_sheet&);

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

template <class Entry, class Engine, class Values, class Who>
void call_now(Engine& engine, const protocol::call& what, Values& values, const Who& who,
              answer_sheet& sheet) {
    try {
        if constexpr (std::is_void_v<typename Entry::result>) {
            call_method<Entry>(engine, who, values);
            sheet.result(what, nothing{});
        } else {
            sheet.result(what, call_method<Entry>(engine, who, values));
        }
    } catch (...) {
        sheet.fail_exception(what, std::current_exception());
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
        task{detached_call(from, what, access.answer_size_max), std::forward<Values>(values)});
    asio::post(access.worker, [engine = access.engine, work, entrance = access.offloaded] {
        if (!entrance->enter()) {
            work->call.guard([&] {
                work->call.sheet().refuse(work->call.what(), protocol::shutting_down_code,
                                          "the server is shutting down");
            });
        } else {
            work->call.guard([&] {
                if (!work->call.is_due()) {
                    return;
                }
                call_now<Entry>(*static_cast<Engine*>(engine), work->call.what(), work->values,
                                work->call.template who<Entry>(), work->call.sheet());
            });
            entrance->leave();
        }
        work->call.sheet().hand_over();
    });
}

/// Calls a method whose arguments were read.
template <class Engine, class Entry>
void start_method(const engine_access& access, const protocol::call& what,
                  argument_values<Entry>& values, answer_sheet& sheet) {
    using result = std::remove_cvref_t<typename Entry::result>;
    if constexpr (detail::awaited_result<result>::is_awaitable) {
        await_call<Entry>(*static_cast<Engine*>(access.engine),
                          {Entry::is_offloaded ? access.worker : access.strand, access.loop},
                          sheet.origin(), what, std::move(values), access.answer_size_max);
    } else if constexpr (Entry::is_offloaded) {
        offload<Entry, Engine>(access, sheet.origin(), what, std::move(values));
    } else {
        call_now<Entry>(*static_cast<Engine*>(access.engine), what, values,
                        caller_for<Entry>(*sheet.origin(), what), sheet);
    }
}

template <class Engine, class Entry>
void run_method(const engine_access& access, const protocol::call& what, answer_sheet& sheet) {
    std::optional<codec::read_error> failure;
    bool is_read = false;
    try {
        argument_values<Entry> values{};
        is_read = read_arguments(what.params, values, Entry::names::names, failure);
        if (is_read) {
            start_method<Engine, Entry>(access, what, values, sheet);
            return;
        }
    } catch (...) {
        if (is_read) {  // It was not started, or not answered.
            sheet.fail_anyhow(what);
            return;
        }
        // Not even the parameters' constructors did their work.
        failure.emplace();
        failure->kind = codec::read_failure::value;
        failure->message = codec::printable(detail::thrown_text(), 200);
    }
    sheet.fail_params(what, *failure);
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
        result.tell_end = [](void* told, const session_end& what) {
            static_cast<Engine*>(told)->on_session_end(what);
        };
    }
    return result;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_SERVED_ENGINE_HPP
