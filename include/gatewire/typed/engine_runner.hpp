// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_ENGINE_RUNNER_HPP
#define GATEWIRE_TYPED_ENGINE_RUNNER_HPP

#include <gatewire/detail/thrown.hpp>
#include <gatewire/log.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/idempotency_keys.hpp>
#include <gatewire/typed/response_sink.hpp>
#include <gatewire/typed/served_engine.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::typed {

/// What the calls of an engine need of its server, which outlives them.
struct engine_host {
    const protocol::service* offers = nullptr;
    const session::environment* world = nullptr;
    const log_callback* log = nullptr;
    std::chrono::milliseconds slow_call{};  ///< Zero: none is too slow.
};

/// Runs calls on an engine, whose type it does not know, whatever brought them. All but `close` is
/// called on the engine's strand.
class engine_runner {
public:
    explicit engine_runner(const served_engine& served)
        : methods_(served.run), tell_end_(served.tell_end) {
        access_.engine = served.engine;
    }

    /// Called once, before the first call.
    /// @param access  The engine and what is offloaded are known here.
    void serve(const engine_host& host, engine_access access) {
        host_ = host;
        slow_call_ = protocol::bounded(host.slow_call);
        if (slow_call_ == protocol::duration::zero()) {
            slow_call_ = (protocol::duration::max)();
        }
        access.engine = access_.engine;
        access.offloaded = access_.offloaded;
        access_ = std::move(access);
    }

    /// Runs one call, whose turn has come, and writes the response, unless the call goes on by
    /// itself.
    void run(const protocol::call& what, response_sink& responses, protocol::time_point now) {
        try {
            run_due(what, responses, now);
        } catch (...) {
            responses.fail_anyhow(what);
        }
    }

    /// Logs that a call held the engine for longer than it should.
    void note_slow(const protocol::call& what, protocol::duration taken) const {
        if (taken > slow_call_ && *host_.log) {
            const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(taken);
            log(log_event::call_slow, {},
                std::string(name_of(what)) + " held the engine for " +
                    std::to_string(time.count()) + " ms");
        }
    }

    /// Tells the engine of a connection that ended, if it wants to hear of that.
    void tell_end(const session_end& what) const {
        if (tell_end_ == nullptr) {
            return;
        }
        try {
            tell_end_(access_.engine, what);
        } catch (const std::exception& thrown) {
            log(log_event::handler_threw, what.peer, detail::words_of(thrown));
        } catch (...) {
            log(log_event::handler_threw, what.peer, "on_session_end threw something unknown");
        }
    }

    /// Waits for offloaded methods; none is begun any more.
    void close() { access_.offloaded->close(); }

    protocol::time_point now() const noexcept { return host_.world->now(); }
    std::size_t response_size_max() const noexcept { return access_.response_size_max; }

private:
    void run_due(const protocol::call& what, response_sink& responses, protocol::time_point now) {
        if (what.state->cancelled.load(std::memory_order_relaxed)) {
            responses.fail(what, protocol::cancelled_code, protocol::cancelled_early_text);
        } else if (now >= what.deadline) {
            responses.fail(what, protocol::deadline_code, protocol::too_late_text);
        } else if (what.state->key.empty() || begin_once(what, responses)) {
            if (responses.watch() != nullptr) {
                responses.watch()->started(what, responses.origin()->number(), now);
                if (this->now() >= what.deadline) {  // The observer took its time.
                    responses.refuse(what, protocol::deadline_code, protocol::too_late_text);
                    return;
                }
            }
            methods_[what.method](access_, what, responses);
        }
    }

    /// Looks up the key of a call, and responds if it was used before.
    /// @return Whether the call must run.
    bool begin_once(const protocol::call& what, response_sink& responses) const {
        using meeting = session::idempotency_keys::state;
        session::call_origin& from = *responses.origin();
        session::idempotency_keys::lookup found = from.used_keys().begin(
            name_of(what), from.caller_of(what).identity(), what.state->key, what.params,
            [&]() -> protocol::keyed_call_waiter {
                const auto waiting =
                    std::make_shared<detached_call>(responses.origin(), what, response_size_max());
                return [waiting](const std::string& tail) {
                    waiting->guard([&] { waiting->responses().repeat(waiting->what(), tail); });
                    waiting->responses().hand_over();
                };
            });
        switch (found.what) {
            case meeting::first: what.state->once = std::move(found.entry); return true;
            case meeting::answered: responses.repeat(what, found.answer); return false;
            case meeting::joined: return false;
            case meeting::conflict:
                responses.fail(what, protocol::key_conflict_code,
                               "the key was used before, with other params");
                return false;
            case meeting::full:
                responses.fail(what, protocol::overloaded_code,
                               "too many calls with keys are remembered");
                return false;
        }
        return false;
    }

    std::string_view name_of(const protocol::call& what) const {
        return host_.offers->methods[what.method].name;
    }

    void log(log_event event, std::string_view peer, std::string_view text) const {
        if (*host_.log) {
            (*host_.log)({event, peer, text});
        }
    }

    const run_function* methods_;
    void (*tell_end_)(void* engine, const session_end& what);
    engine_host host_;
    protocol::duration slow_call_{};  // what takes longer is logged
    engine_access access_;
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_ENGINE_RUNNER_HPP
