// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_ENGINE_RUNNER_HPP
#define GATEWIRE_TYPED_ENGINE_RUNNER_HPP

#include <gatewire/log.hpp>
#include <gatewire/session/cork.hpp>
#include <gatewire/session/gate.hpp>
#include <gatewire/session/publishing_scope.hpp>
#include <gatewire/session/server_core.hpp>
#include <gatewire/typed/answer_sheet.hpp>
#include <gatewire/typed/arguments.hpp>
#include <gatewire/typed/call_method.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/typed/detached_call.hpp>

#include <asio/post.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::typed {

/// Runs the calls of batches on an engine: reads arguments, calls, writes results.
///
/// `run` is called on the engine's strand. What does not end there, because it is offloaded or
/// awaits something, goes on by itself and answers by itself.
template <class Engine>
class engine_runner {
public:
    using methods = typename detail::entries_of<Engine>::methods;

    explicit engine_runner(Engine& engine) : engine_(engine) {}

    /// Set once, before the first batch.
    void serve(session::server_core& core) noexcept { core_ = &core; }

    /// Whether the engine wants to hear of connections that ended.
    static constexpr bool hears_ends =
        requires(Engine& engine, const session_end& what) { engine.on_session_end(what); };

    void run(session::call_batch& batch) {
        if (batch.end) {
            tell_end(*batch.end);
            core_->end_told();
            return;
        }
        session::cork held;
        session::publishing_scope publishing(core_->hub());
        {
            answer_sheet sheet(batch.from, core_->options().limits.answer_size_max,
                               std::move(batch.answers));
            held.hold_with(&sheet);
            time_point last_sent = core_->now();
            time_point now = last_sent;
            for (const protocol::call& what : batch.calls) {
                run_one(what, sheet, now);
                const time_point after = core_->now();
                note_slow(what, after - now);
                sheet.ended(after);
                // An answer is not kept back for calls that take their time.
                if (!publishing.is_empty() || after - last_sent > std::chrono::milliseconds(1)) {
                    sheet.hand_over();
                    publishing.release();
                    held.draw_all();
                    last_sent = after;
                }
                now = after;
            }
            held.hold_with(nullptr);
            sheet.hand_over();
            batch.answers = sheet.take_room();
        }
        batch.from->recycle(batch);
    }

    /// Waits for offloaded methods; none is begun any more.
    void close() { offloaded_->close(); }

private:
    using time_point = protocol::time_point;
    using run_function = void (*)(engine_runner&, const protocol::call&, answer_sheet&);

    void tell_end(const session_end& what) const {
        if constexpr (hears_ends) {
            try {
                engine_.on_session_end(what);
            } catch (const std::exception& thrown) {
                core_->log(log_event::handler_threw, what.peer, thrown.what());
            } catch (...) {
                core_->log(log_event::handler_threw, what.peer,
                           "on_session_end threw something unknown");
            }
        }
    }

    void run_one(const protocol::call& what, answer_sheet& sheet, time_point now) {
        if (what.state->cancelled.load(std::memory_order_relaxed)) {
            sheet.fail(what, protocol::cancelled_code, "the call was cancelled before it ran");
        } else if (now >= what.deadline) {
            sheet.fail(what, protocol::deadline_code, "the deadline passed before the call ran");
        } else if (what.state->key.empty() || is_first(what, sheet)) {
            run_functions(methods{})[what.method](*this, what, sheet);
        }
    }

    /// Looks the key of a call up, and answers the call if its key was used before.
    /// @return Whether it must run.
    bool is_first(const protocol::call& what, answer_sheet& sheet) {
        using meeting = session::once_book::meeting;
        const std::size_t answer_size_max = core_->options().limits.answer_size_max;
        session::once_book::finding found =
            core_->once().begin(detail::index_of<methods>.names()[what.method],
                                sheet.session()->record().identity_text(), what.state->key,
                                what.params, [&]() -> protocol::once_waiter {
                                    const auto waiting = std::make_shared<detached_call>(
                                        sheet.session(), what, answer_size_max);
                                    return [waiting](const std::string& tail) {
                                        waiting->sheet().repeat(waiting->what(), tail);
                                        waiting->sheet().hand_over();
                                    };
                                });
        switch (found.what) {
            case meeting::first: what.state->once = std::move(found.entry); return true;
            case meeting::answered: sheet.repeat(what, found.answer); return false;
            case meeting::joined: return false;
            case meeting::conflict:
                sheet.fail(what, protocol::key_conflict_code,
                           "the key was used before, with other params");
                return false;
            case meeting::full:
                sheet.fail(what, protocol::overloaded_code,
                           "too many calls with keys are remembered");
                return false;
        }
        return false;
    }

    template <class... Entries>
    static const auto& run_functions(type_list<Entries...>) {
        static constexpr std::array<run_function, sizeof...(Entries)> table{
            &engine_runner::template run_method<entry<Entries>>...};
        return table;
    }

    template <class Entry>
    static void run_method(engine_runner& self, const protocol::call& what, answer_sheet& sheet) {
        using result = std::remove_cvref_t<typename Entry::result>;
        typename Entry::arguments::values values{};
        wire::json::read_error failure;
        if (!read_arguments(what.params, values, Entry::names::names, failure)) {
            sheet.fail_params(what, failure);
        } else if constexpr (detail::awaited_result<result>::is_awaitable) {
            await_call<Entry>(self.engine_, executor_for<Entry>(self), sheet.session(), what,
                              std::move(values), self.core_->options().limits.answer_size_max);
        } else if constexpr (Entry::is_offloaded) {
            self.offload<Entry>(sheet.session(), what, std::move(values));
        } else {
            self.call_now<Entry>(what, values, caller_of<Entry>(*sheet.session(), what), sheet);
        }
    }

    template <class Entry, class Values>
    void call_now(const protocol::call& what, Values& values, const caller& who,
                  answer_sheet& sheet) {
        try {
            if constexpr (std::is_void_v<typename Entry::result>) {
                call_method<Entry>(engine_, who, values);
                sheet.result(what, nothing{});
            } else {
                sheet.result(what, call_method<Entry>(engine_, who, values));
            }
        } catch (...) {
            sheet.fail_exception(what, std::current_exception());
        }
    }

    template <class Entry, class Values>
    void offload(const std::shared_ptr<session::server_session>& from, const protocol::call& what,
                 Values&& values) {
        struct task {
            detached_call call;
            std::decay_t<Values> values;
        };
        auto work = std::make_shared<task>(
            task{detached_call(from, what, core_->options().limits.answer_size_max),
                 std::forward<Values>(values)});
        asio::post(worker(), [this, work, entrance = offloaded_] {
            if (!entrance->enter()) {
                work->call.sheet().refuse(work->call.what(), protocol::shutting_down_code,
                                          "the server is shutting down");
            } else {
                call_now<Entry>(work->call.what(), work->values, work->call.template who<Entry>(),
                                work->call.sheet());
                entrance->leave();
            }
            work->call.sheet().hand_over();
        });
    }

    asio::any_io_executor worker() const {
        const asio::any_io_executor& chosen = core_->options().worker;
        return chosen ? chosen : core_->executor();
    }

    template <class Entry>
    static asio::any_io_executor executor_for(engine_runner& self) {
        if constexpr (Entry::is_offloaded) {
            return self.worker();
        } else {
            return self.core_->engine().executor();
        }
    }

    void note_slow(const protocol::call& what, protocol::duration taken) const {
        const auto bound = core_->options().slow_call;
        if (bound.count() > 0 && taken > bound && core_->options().log) {
            const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(taken);
            core_->log(log_event::call_slow, {},
                       std::string(detail::index_of<methods>.names()[what.method]) +
                           " held the engine for " + std::to_string(time.count()) + " ms");
        }
    }

    Engine& engine_;
    session::server_core* core_ = nullptr;
    std::shared_ptr<session::gate> offloaded_ = std::make_shared<session::gate>();
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_ENGINE_RUNNER_HPP
