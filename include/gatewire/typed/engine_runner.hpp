// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_ENGINE_RUNNER_HPP
#define GATEWIRE_TYPED_ENGINE_RUNNER_HPP

#include <gatewire/detail/thrown.hpp>
#include <gatewire/log.hpp>
#include <gatewire/session/cork.hpp>
#include <gatewire/session/publishing_scope.hpp>
#include <gatewire/session/server_core.hpp>
#include <gatewire/session/turn_executor.hpp>
#include <gatewire/typed/first_use.hpp>
#include <gatewire/typed/served_engine.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace rpc::inline v1::typed {

/// Runs the calls of batches on an engine, whose type it does not know. `run` is called on the
/// engine's strand.
class engine_runner {
public:
    explicit engine_runner(const served_engine& served)
        : methods_(served.run), tell_end_(served.tell_end) {
        access_.engine = served.engine;
    }

    /// Called once, before the first batch.
    void serve(session::server_core& core) {
        core_ = &core;
        slow_call_ = protocol::bounded(core.options().slow_call);
        if (slow_call_ == protocol::duration::zero()) {
            slow_call_ = (protocol::duration::max)();
        }
        access_.answer_size_max = core.options().limits.answer_size_max;
        access_.strand =
            session::turn_executor(core.engine().executor(), core.hub(), core.weak_from_this());
        access_.loop = core.executor();
        access_.worker = core.options().worker ? core.options().worker : core.executor();
    }

    void run(session::call_batch& batch) {
        if (batch.end) {
            tell_end(*batch.end);
            core_->end_told();
            return;
        }
        session::cork held;
        session::publishing_scope publishing(core_->hub());
        {
            answer_sheet sheet(batch.from, access_.answer_size_max, std::move(batch.answers));
            held.hold_with(&sheet);
            time_point last_sent = core_->now();
            time_point now = last_sent;
            for (const protocol::call& what : batch.calls) {
                const time_point begun = now;
                try {
                    run_one(what, sheet, now);
                } catch (...) {
                    sheet.fail_anyhow(what);
                }
                now = core_->now();
                note_slow(what, now - begun);
                sheet.ended(now);
                // An answer is not kept back for calls that take their time.
                if (!publishing.is_empty() || now - last_sent > std::chrono::milliseconds(1)) {
                    sheet.hand_over();
                    publishing.release();
                    held.draw_all();
                    // All this may take its time, and the user's code runs in it.
                    last_sent = now = core_->now();
                }
            }
            held.hold_with(nullptr);
            sheet.hand_over();
            batch.answers = sheet.take_room();
        }
        batch.from->recycle(batch);
    }

    /// Waits for offloaded methods; none is begun any more.
    void close() { access_.offloaded->close(); }

private:
    using time_point = protocol::time_point;

    void tell_end(const session_end& what) const {
        if (tell_end_ == nullptr) {
            return;
        }
        try {
            tell_end_(access_.engine, what);
        } catch (const std::exception& thrown) {
            core_->log(log_event::handler_threw, what.peer, detail::words_of(thrown));
        } catch (...) {
            core_->log(log_event::handler_threw, what.peer,
                       "on_session_end threw something unknown");
        }
    }

    void run_one(const protocol::call& what, answer_sheet& sheet, time_point now) {
        if (what.state->cancelled.load(std::memory_order_relaxed)) {
            sheet.fail(what, protocol::cancelled_code, protocol::cancelled_early_text);
        } else if (now >= what.deadline) {
            sheet.fail(what, protocol::deadline_code, protocol::too_late_text);
        } else if (what.state->key.empty() ||
                   is_first_use(core_->offers().methods[what.method].name, what, sheet,
                                access_.answer_size_max)) {
            if (sheet.watch() != nullptr) {
                sheet.watch()->started(what, sheet.origin()->number(), now);
                if (core_->now() >= what.deadline) {  // The observer took its time.
                    sheet.refuse(what, protocol::deadline_code, protocol::too_late_text);
                    return;
                }
            }
            methods_[what.method](access_, what, sheet);
        }
    }

    void note_slow(const protocol::call& what, protocol::duration taken) const {
        if (taken > slow_call_ && core_->options().log) {
            const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(taken);
            core_->log(log_event::call_slow, {},
                       std::string(core_->offers().methods[what.method].name) +
                           " held the engine for " + std::to_string(time.count()) + " ms");
        }
    }

    const run_function* methods_;
    void (*tell_end_)(void* engine, const session_end& what);
    session::server_core* core_ = nullptr;
    protocol::duration slow_call_{};  // what takes longer is logged
    engine_access access_;
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_ENGINE_RUNNER_HPP
