// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CLIENT_SIDE_MEMBERS_HPP
#define GATEWIRE_TYPED_CLIENT_SIDE_MEMBERS_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/protocol/pending_calls.hpp>
#include <gatewire/session/client_calls.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/loop_access.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What clients over sockets and over a broker do alike.
namespace rpc::inline v1::typed {

/// Refuses what cannot be sent as text before it is part of a message, which it would spoil.
/// @throws rpc::error  `invalid_value`, with `what` and without the text itself.
inline void require_text(const std::string& text, const std::string& what) {
    wire::buffer unused;
    codec::write_error failure;
    if (!codec::write(unused, text, failure)) {
        throw error(errc::invalid_value, failure.text(what), outcome::not_sent);
    }
}

/// Lets a thread wait for what a client's loop brings about, even if it is the loop's own thread.
class caller_thread {
public:
    /// @param spin  How long to poll before sleeping.
    caller_thread(std::shared_ptr<session::environment> world,
                  const asio::any_io_executor& executor, std::chrono::nanoseconds spin)
        : environment_(std::move(world)), access_(environment_->access(executor)), spin_(spin) {}

    /// @throws rpc::error  `would_deadlock`: what this thread would wait for needs this thread.
    void refuse_if_stuck() const {
        if (access_.is_stuck_here() ||
            (access_.threads != 0 && access_.runs_here() && sleepers_ + 1 >= access_.threads)) {
            throw error(errc::would_deadlock,
                        "a blocking call on the only thread that could bring its answer: use "
                        "async_call, or give the loop one more thread",
                        outcome::not_sent);
        }
    }

    /// Waits until `is_done()` holds. @return Whether it does; false after `timeout`.
    /// @param sleep  Sleeps until a time point or until it is done, and tells whether it is.
    template <class IsDone, class Sleep>
    bool wait(IsDone&& is_done, Sleep&& sleep, std::chrono::milliseconds timeout) {
        refuse_if_stuck();
        const protocol::time_point until = protocol::after(environment_->now(), timeout);
        if (!access_.runs_here()) {
            return poll(is_done, until) || sleep(until);
        }
        const session::blocking_scope hands;
        if (!access_.run_some) {
            ++sleepers_;
            const bool done = sleep(until);
            --sleepers_;
            return done;
        }
        while (!is_done()) {
            const protocol::time_point now = environment_->now();
            // Another thread of the loop may do the work without waking this one.
            if (now >= until || !access_.run_some((std::min)(until, protocol::after(now, nap)))) {
                return is_done();
            }
        }
        return true;
    }

private:
    static constexpr std::chrono::milliseconds nap{10};

    template <class IsDone>
    bool poll(IsDone& is_done, protocol::time_point until) const {
        if (spin_.count() > 0) {
            until = (std::min)(until, protocol::after(environment_->now(), spin_));
            while (environment_->now() < until) {
                if (is_done()) {
                    return true;
                }
            }
        }
        return false;
    }

    std::shared_ptr<session::environment> environment_;
    session::loop_access access_;
    std::chrono::nanoseconds spin_;
    std::atomic<std::size_t> sleepers_{0};
};

/// The name in a request of `write_dynamic_request`, as it is written there.
inline std::string_view name_in(std::string_view body) noexcept {
    body.remove_prefix(dynamic_request_begin.size());
    return body.substr(1, body.find(R"(","params":)") - 1);
}

/// The completion, if there is one, with the client's observer in front of it.
template <class Core>
session::completion_ptr observed(Core& core, const protocol::call_request& what,
                                 session::completion_ptr completion) {
    if (!completion) {
        return completion;
    }
    const auto& options = core.options();
    const bool is_listed = what.method != protocol::not_listed;
    return session::make_completion<session::observed_completion>(
        std::move(completion), options.observer, options.environment,
        is_listed ? core.method_name(what.method) : std::string_view(), std::string(what.trace),
        is_listed ? std::string() : std::string(name_in(what.body)));
}

template <class Core>
std::unique_ptr<caller_thread> make_caller_thread(const asio::any_io_executor& executor,
                                                  const Core& core) {
    if constexpr (requires { core.options().environment; }) {
        return std::make_unique<caller_thread>(core.options().environment, executor,
                                               core.options().spin.value);
    } else {
        return std::make_unique<caller_thread>(core.world(), executor, std::chrono::nanoseconds(0));
    }
}

template <class Core>
client_side<Core>::client_side(const asio::any_io_executor& executor, std::shared_ptr<Core> core)
    : core_(std::move(core)), thread_(make_caller_thread(executor, *core_)) {}

template <class Core>
client_side<Core>::~client_side() = default;

template <class Core>
void client_side<Core>::start() {
    if constexpr (requires { core_->options().token; }) {  // A broker's is never part of JSON.
        require_text(core_->options().token, "client_options::token");
    }
    core_->start();
}

template <class Core>
void client_side<Core>::stop() {
    core_->stop("the client was stopped");
}

template <class Core>
bool client_side<Core>::wait_connected(std::chrono::milliseconds timeout) {
    return thread_->wait([this] { return core_->is_connected(); },
                         [this](auto until) { return core_->wait_connected(until); }, timeout);
}

template <class Core>
bool client_side<Core>::is_connected() const {
    return core_->is_connected();
}

template <class Core>
void client_side<Core>::shut() {
    core_->shut();
}

template <class Core>
protocol::call_id client_side<Core>::submit(const protocol::call_request& what,
                                            session::completion_ptr completion) {
    if constexpr (requires { core_->options().observer; }) {  // A broker's client has none.
        if (core_->options().observer) {
            completion = observed(*core_, what, std::move(completion));
        }
    }
    return core_->calls().submit(what, std::move(completion));
}

template <class Core>
void client_side<Core>::fail_later(session::completion_ptr completion, const error& why) {
    session::end_of(std::move(completion)).fail(why, executor());
}

template <class Core>
void client_side<Core>::call(protocol::call_request what, session::completion_ptr completion,
                             awaited_end& end) {
    thread_->refuse_if_stuck();
    what.is_awaited = true;
    const protocol::call_id id = submit(what, std::move(completion));
    const auto give_up = [&](errc code, std::string_view why) {
        core_->calls().give_up(id, code, why);
        end.wait(protocol::never);
    };
    try {
        if (!thread_->wait([&] { return end.is_done(); },
                           [&](auto until) { return end.wait(until); }, what.timeout)) {
            give_up(errc::deadline_exceeded, "no answer in time");
        }
    } catch (...) {
        // What the loop ran meanwhile threw; the end of the call must not outlive this frame.
        give_up(errc::cancelled, "waiting for the answer ended with an exception");
        throw;
    }
}

template <class Core>
void client_side<Core>::cancel(protocol::call_id id) {
    core_->calls().give_up(id, errc::cancelled, "the call was cancelled");
}

template <class Core>
void client_side<Core>::change(std::size_t place, const std::vector<std::string>& keys,
                               bool is_wanted) {
    for (const std::string& key : keys) {
        require_text(key, "a key of event '" + std::string(core_->event_name(place)) + "'");
    }
    core_->change(place, keys, is_wanted);
}

template <class Core>
std::chrono::milliseconds client_side<Core>::timeout() const noexcept {
    return core_->options().call_timeout;
}

template <class Core>
std::string client_side<Core>::next_key() {
    return core_->keys().next();
}

template <class Core>
const typename client_side<Core>::strand& client_side<Core>::executor() const noexcept {
    return core_->gateway().executor();
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CLIENT_SIDE_MEMBERS_HPP
