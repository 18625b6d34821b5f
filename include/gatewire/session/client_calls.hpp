// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CLIENT_CALLS_HPP
#define GATEWIRE_SESSION_CLIENT_CALLS_HPP

#include <gatewire/session/call_queue.hpp>
#include <gatewire/session/deadline_timer.hpp>
#include <gatewire/session/insist.hpp>
#include <gatewire/session/optional_mutex.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// The calls of a client from submission to completion, over any number of connections.
///
/// Each call completes exactly once: whoever takes it out of the queue completes it, outside of
/// the mutex.
class client_calls : public wakeable, public std::enable_shared_from_this<client_calls> {
public:
    client_calls(const call_completion::strand& gateway, std::shared_ptr<environment> world,
                 const client_limits& limits, bool is_single_threaded)
        : gateway_(gateway),
          environment_(std::move(world)),
          mutex_(!is_single_threaded),
          queue_(limits),
          timer_(environment_->make_timer(gateway.get_inner_executor())) {}

    /// Calls are taken from here on.
    void start() {
        const std::lock_guard lock(mutex_);
        closed_.reset();
    }

    /// Takes a call; its completion runs later, never inside of this.
    /// @return The call's id, for `cancel` and `expire`.
    /// @throws rpc::error  If it cannot be taken and has no completion that could be told.
    protocol::call_id submit(outgoing_call call) {
        std::optional<error> refused;
        std::shared_ptr<client_link> link;
        protocol::call_id id = client_link::no_id;
        {
            const std::lock_guard lock(mutex_);
            refused = closed_ ? closed_ : queue_.refusal(call, link_.get());
            if (!refused) {
                link = link_;
                id = queue_.add(call, link_.get(), environment_->now());
                insist([this] { arm(); });
            }
        }
        if (refused && !call.completion) {
            throw *refused;
        }
        if (refused) {
            end_of(std::move(call.completion)).fail(*refused, gateway_);
        } else if (link) {
            link->flush(call.is_awaited);
        }
        return id;
    }

    /// Ends a call for this side and tells the server. @return Whether it had not ended yet.
    bool give_up(protocol::call_id id, errc code, std::string_view text) {
        std::optional<failed_call> ended;
        std::shared_ptr<client_link> link;
        {
            const std::lock_guard lock(mutex_);
            ended = queue_.take(id, code, text);
            link = link_;
            if (ended) {
                tell(*ended);
            }
        }
        if (!ended) {
            return false;
        }
        if (link) {
            link->flush();
        }
        end_of(std::move(ended->completion)).fail(ended->why, gateway_);
        return true;
    }

    // The next three end calls, which the caller must complete with `complete` once it holds no
    // mutex.

    /// Nobody says any more that this client is not let in: calls wait for a connection.
    void ask_again() {
        const std::lock_guard lock(mutex_);
        closed_.reset();
    }

    /// A connection is ready: sends again what was sent on the one before, then what waits.
    /// @param is_resumed      The session goes on.
    /// @param is_same_server  The server was not started anew.
    /// @return What can never be sent there, or must not be sent again.
    std::vector<failed_call> open(std::shared_ptr<client_link> link, bool is_resumed,
                                  bool is_same_server) {
        const std::lock_guard lock(mutex_);
        link_ = std::move(link);
        lost_until_ = protocol::never;
        std::vector<failed_call> failed;
        if (!is_resumed) {
            failed = queue_.take_sent(
                is_same_server ? repeat::keyed : repeat::harmless,
                error(errc::connection_lost, "the connection was lost, and the session with it",
                      outcome::may_have_run));
        }
        for (failed_call& call : queue_.open_window(*link_)) {
            failed.push_back(std::move(call));
        }
        queue_.send_again(*link_, environment_->now());
        if (is_resumed) {
            link_->acknowledge();
        }
        queue_.send_waiting(*link_, environment_->now());
        return failed;
    }

    /// The connection is gone: what was sent waits for the session to go on, or
    /// may have run; what waits goes on waiting, unless the server did not let this client in: its
    /// answer to all of them is known now, and to those that are made before it is asked again.
    /// @param grace  The server keeps the session so long; zero: it is over.
    std::vector<failed_call> close(const close_reason& why, std::chrono::milliseconds grace) {
        const std::lock_guard lock(mutex_);
        const bool was_ready = std::exchange(link_, nullptr) != nullptr;
        if (why.code == errc::unauthenticated || why.code == errc::forbidden) {
            lost_until_ = protocol::never;
            closed_ = error(why.code, why.text, outcome::not_sent);
            return queue_.take_all(why.code, why.text);
        }
        closed_.reset();
        if (!was_ready) {
            return {};  // It changed nothing for the calls of the connection before.
        }
        lost_ = error(errc::connection_lost, "the connection was lost: " + why.text,
                      outcome::may_have_run);
        if (grace.count() == 0) {
            return queue_.take_sent(repeat::keyed, lost_);
        }
        lost_until_ = protocol::after(environment_->now(), grace);
        arm();
        return {};
    }

    /// Ends every call, and takes no more until `start`.
    std::vector<failed_call> stop(const std::string& why) {
        const std::lock_guard lock(mutex_);
        closed_ = not_started();
        link_.reset();
        lost_until_ = protocol::never;
        timer_.cancel();
        return queue_.take_all(errc::cancelled, why);
    }

    void complete(std::vector<failed_call>& failed) const {
        for (failed_call& call : failed) {
            end_of(std::move(call.completion)).fail(call.why, gateway_);
        }
    }

    /// The calls that these answers belong to, null where nobody waits any more; sends what they
    /// made room for, if the connection goes on.
    void take_answered(const std::vector<protocol::delivery>& deliveries,
                       std::vector<completion_ptr>& completions, bool may_send) {
        completions.clear();
        completions.reserve(deliveries.size());
        const std::lock_guard lock(mutex_);
        for (const protocol::delivery& what : deliveries) {
            completions.push_back(what.is_of_call() ? queue_.take_answered(what.number) : nullptr);
            if (what.what == protocol::delivery::kind::ended) {
                queue_.take_ended(what.number);
            }
        }
        if (link_ && may_send) {
            queue_.send_waiting(*link_, environment_->now());
        }
    }

private:
    static error not_started() {
        return error(errc::not_connected, "the client is not started", outcome::not_sent);
    }

    /// With the mutex held.
    void tell(const failed_call& call) {
        if (link_ && call.why.outcome() == outcome::may_have_run) {
            link_->give_up(call.id);
        }
    }

    void arm() { timer_.arm((std::min)(queue_.earliest_deadline(), lost_until_), *this); }

    void on_wake() override {
        std::vector<failed_call> failed;
        std::shared_ptr<client_link> link;
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
            failed = queue_.take_expired(environment_->now());
            for (const failed_call& call : failed) {
                tell(call);
            }
            if (environment_->now() >= lost_until_) {
                lost_until_ = protocol::never;
                for (failed_call& call : queue_.take_sent(repeat::keyed, lost_)) {
                    failed.push_back(std::move(call));
                }
            }
            link = link_;
            arm();
        }
        if (link) {
            link->flush();
        }
        complete(failed);
    }

    const call_completion::strand gateway_;
    std::shared_ptr<environment> environment_;
    optional_mutex mutex_;
    call_queue queue_;
    deadline_timer timer_;
    std::shared_ptr<client_link> link_;        // while it is ready
    time_point lost_until_ = protocol::never;  // the lost session may go on until then
    error lost_{errc::connection_lost, {}};    // what its calls end with
    std::optional<error> closed_ = not_started();  // what every new call ends with
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CLIENT_CALLS_HPP
