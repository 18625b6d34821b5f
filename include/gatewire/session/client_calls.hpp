// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CLIENT_CALLS_HPP
#define GATEWIRE_SESSION_CLIENT_CALLS_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/observer.hpp>
#include <gatewire/protocol/call_table.hpp>
#include <gatewire/protocol/client_connection.hpp>
#include <gatewire/protocol/pending_calls.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/client_session.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/optional_mutex.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/wire/buffer.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// A completion that tells an observer of the end before it passes it on.
class observed_completion final : public call_completion {
public:
    /// @param method  Outlives the call; empty: `name` is the method's.
    observed_completion(completion_ptr inner, std::shared_ptr<observer> who,
                        std::shared_ptr<environment> world, std::string_view method,
                        std::string traceparent, std::string name)
        : call_completion(inner->when()),
          inner_(std::move(inner)),
          who_(std::move(who)),
          world_(std::move(world)),
          name_(std::move(name)),
          method_(method.empty() ? std::string_view(name_) : method),
          traceparent_(std::move(traceparent)),
          begun_(world_->now()) {}

    void succeed(std::string_view result) override {
        report({}, {}, result.size());
        pass([&](call_completion& inner) { inner.succeed(result); });
    }
    GATEWIRE_COLD void refuse(const error& why) override {
        report(why.code(), why.outcome(), 0);
        pass([&](call_completion& inner) { inner.refuse(why); });
    }
    void fail(const error& why, const strand& gateway) noexcept override {
        report(why.code(), why.outcome(), 0);
        pass([&](call_completion& inner) { inner.fail(why, gateway); });
    }
    void dispose() noexcept override { destroy_completion(this); }

private:
    void report(std::error_code code, rpc::outcome outcome, std::size_t size) noexcept {
        who_->on_reply({method_, traceparent_, begun_, world_->now(), code, outcome, size});
    }

    template <class End>
    void pass(End&& end) {
        completion_ptr inner = std::move(inner_);
        destroy_completion(this);
        end(end_of(std::move(inner)));
    }

    completion_ptr inner_;
    std::shared_ptr<observer> who_;
    std::shared_ptr<environment> world_;
    std::string name_;
    std::string_view method_;
    std::string traceparent_;
    protocol::time_point begun_;
};

/// The calls of a client from submission to completion, over any number of connections: carries
/// out what `protocol::call_table` decides.
///
/// Each call completes exactly once: whoever takes it out of the table completes it, outside of
/// the mutex.
class client_calls final : public wakeable, public std::enable_shared_from_this<client_calls> {
public:
    using table = protocol::call_table<completion_ptr>;
    using failed_calls = table::failed_calls;

    client_calls(const call_completion::strand& gateway, std::shared_ptr<environment> world,
                 const client_limits& limits, bool is_single_threaded)
        : gateway_(gateway),
          environment_(std::move(world)),
          mutex_(!is_single_threaded),
          table_(limits),
          timer_(environment_->make_timer(gateway.get_inner_executor())) {}

    /// Takes calls: the client was started, or tries again to be let in.
    void accept() {
        const std::lock_guard lock(mutex_);
        table_.accept();
    }

    /// Takes a call; its completion runs later, never inside of this.
    /// @return The call's id, for `give_up`.
    /// @throws rpc::error  If it cannot be taken and has no completion that could be given the
    /// error.
    protocol::call_id submit(const protocol::call_request& call, completion_ptr completion) {
        table::submitted made;
        std::shared_ptr<client_session> session;
        {
            const std::lock_guard lock(mutex_);
            const time_point now = environment_->now();
            const bool needs_flush = write_if(table_.has_room(), now, [&](wire::buffer& out) {
                made = table_.submit(call, completion, now, out);
            });
            if (!made.refused) {
                if (needs_flush) {
                    session = session_;
                }
                if (!timer_.is_armed_for(table_.next_deadline())) {
                    retry_for_memory([this] { arm(); });
                }
            }
        }
        if (made.refused && !completion) {
            throw *made.refused;
        }
        if (made.refused) {
            end_of(std::move(completion)).fail(*made.refused, gateway_);
        } else if (session) {
            session->flush(call.is_awaited);
        }
        return made.id;
    }

    /// Ends a call for this side and tells the server.
    void give_up(protocol::call_id id, errc code, std::string_view text) {
        failed_calls failed;
        std::shared_ptr<client_session> session;
        close_reason why{code, {}};
        retry_for_memory([&] { why.text = text; });
        {
            const std::lock_guard lock(mutex_);
            session = session_;
            write_if(true, environment_->now(), [&](wire::buffer& out) {
                retry_for_memory([&] { table_.give_up(id, why, out, failed); });
            });
        }
        if (session && !failed.empty()) {
            session->flush();
        }
        complete(failed);
    }

    /// A connection is ready: sends again what was sent on the one before, then what waits.
    /// @param is_same_server  The server was not started anew.
    /// @param failed  What can never be sent there, or must not be sent again: for `complete`, once
    ///                the caller holds no mutex.
    void open(std::shared_ptr<client_session> session, bool is_same_server, failed_calls& failed) {
        const std::lock_guard lock(mutex_);
        const time_point now = environment_->now();
        session_ = std::move(session);
        const protocol::client_connection& server = session_->protocol();
        session_->write(now, [&](wire::buffer& out) {
            table_.open({server.welcome(), server.contract(), is_same_server}, now, out, failed);
        });
        if (server.welcome().resumed) {
            session_->acknowledge();
        }
        send_waiting(now);
    }

    /// The connection is gone.
    /// @param grace   The server keeps the session so long; zero: it is over.
    /// @param failed  As of `open`.
    void close(const close_reason& why, std::chrono::milliseconds grace, failed_calls& failed) {
        const std::lock_guard lock(mutex_);
        table_.close(why, grace, environment_->now(), failed);
        session_.reset();
        arm();
    }

    /// Ends every call, and takes no more until `accept`.
    void stop(const std::string& why, failed_calls& failed) {
        const std::lock_guard lock(mutex_);
        table_.stop(why, failed);
        session_.reset();
        timer_.cancel();
    }

    void complete(failed_calls& failed) const {
        for (auto& call : failed) {
            end_of(std::move(call.completion)).fail(call.why, gateway_);
        }
    }

    /// Runs `take(delivery)` for each, with the call that a response belongs to in `completion`,
    /// null if nobody waits for it any more; sends what they made room for, if the connection goes
    /// on.
    template <class Take>
    void take_answered(const std::vector<protocol::delivery>& deliveries,
                       completion_ptr& completion, bool may_send, Take&& take) {
        const std::lock_guard lock(mutex_);
        for (const protocol::delivery& what : deliveries) {
            if (what.is_of_call()) {
                completion = table_.take_answered(what.number);
            } else if (what.what == protocol::delivery::kind::ended) {
                table_.take_ended(what.number);
            }
            take(what);
        }
        if (may_send && table_.has_to_send()) {
            send_waiting(environment_->now());
        }
    }

private:
    /// Runs `write(out)`: to the connection if `is_wanted`, and if there is one.
    /// @return Whether the connection needs a `flush`.
    template <class Write>
    bool write_if(bool is_wanted, time_point now, Write&& write) {
        if (session_ && is_wanted) {
            return session_->write(now, write);
        }
        wire::buffer nowhere;
        write(nowhere);
        return false;
    }

    void send_waiting(time_point now) {
        if (table_.has_to_send()) {
            session_->write(now, [&](wire::buffer& out) { table_.send_waiting(now, out); });
        }
    }

    void arm() { timer_.arm(table_.next_deadline(), *this); }

    void on_wake() override {
        failed_calls failed;
        std::shared_ptr<client_session> session;
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
            const time_point now = environment_->now();
            write_if(true, now, [&](wire::buffer& out) {
                retry_for_memory([&] { table_.expire(now, out, failed); });
            });
            session = session_;
            arm();
        }
        if (session && !failed.empty()) {
            session->flush();
        }
        complete(failed);
    }

    const call_completion::strand gateway_;
    std::shared_ptr<environment> environment_;
    optional_mutex mutex_;
    table table_;
    deadline_timer timer_;
    std::shared_ptr<client_session> session_;  // while it is ready
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CLIENT_CALLS_HPP
