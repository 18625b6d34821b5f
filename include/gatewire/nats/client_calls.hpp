// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_CLIENT_CALLS_HPP
#define GATEWIRE_NATS_CLIENT_CALLS_HPP

#include <gatewire/error.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/gateway_work.hpp>
#include <gatewire/nats/mailbox.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/pending_call.hpp>
#include <gatewire/nats/pending_table.hpp>
#include <gatewire/protocol/call_request.hpp>
#include <gatewire/session/deadline_timer.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::nats {

/// The calls of a client from submission to completion, over any number of connections.
///
/// Each call completes exactly once: whoever takes it out completes it, outside of the mutex.
class client_calls final : public session::wakeable,
                           public std::enable_shared_from_this<client_calls> {
public:
    using time_point = protocol::time_point;

    client_calls(const client_options& options, std::string inbox,
                 std::shared_ptr<gateway_queue> gateway, session::environment& world)
        : options_(options),
          inbox_(std::move(inbox)),
          gateway_(std::move(gateway)),
          world_(world),
          timer_(world.make_timer(gateway_->executor().get_inner_executor())) {}

    void start() {
        const std::lock_guard lock(mutex_);
        is_running_ = true;
    }

    /// Takes a call; its completion runs later, never inside of this.
    /// @return The call's id, for `give_up`.
    /// @throws rpc::error  If it cannot be taken and has no completion that could be told.
    protocol::call_id submit(const protocol::call_request& what, std::string_view method,
                             session::completion_ptr completion) {
        std::optional<error> refused;
        protocol::call_id id = no_id;
        {
            const std::lock_guard lock(mutex_);
            refused = refusal(what);
            if (!refused) {
                id = add(what, method, completion);
            }
        }
        if (refused && !completion) {
            throw *refused;
        }
        if (refused) {
            session::end_of(std::move(completion)).fail(*refused, gateway_->executor());
        }
        return id;
    }

    /// Ends a call for this side and tells the engines.
    void give_up(protocol::call_id id, errc code, std::string_view text) {
        std::optional<pending_call> call;
        {
            const std::lock_guard lock(mutex_);
            call = pending_.take(id);
            if (call && call->attempts != 0 && link_) {
                link_->publish(cancel_subject(options_.name), nullptr, reply_of(id));
            }
        }
        if (call) {
            fail(*call, code, std::string(text));
        }
    }

    /// There is a connection: sends what waits.
    void open(std::shared_ptr<connection> link) {
        const std::lock_guard lock(mutex_);
        link_ = std::move(link);
        for (const protocol::call_id id :
             pending_.ids([](const auto& call) { return !call.is_sent; })) {
            send(id, pending_.at(id), world_.now());
        }
    }

    /// It is gone: what was sent may have run, unless it may be sent again.
    void close(const std::string& why) {
        pending_table::calls lost;
        {
            const std::lock_guard lock(mutex_);
            link_.reset();
            lost = pending_.take_lost();
        }
        for (auto& [id, call] : lost) {
            fail(call, errc::connection_lost, "the connection to the broker was lost: " + why);
        }
    }

    /// Ends every call, and takes no more until `start`.
    void stop(const std::string& why) {
        pending_table::calls ended;
        {
            const std::lock_guard lock(mutex_);
            is_running_ = false;
            link_.reset();
            timer_.cancel();
            ended = pending_.take_all();
        }
        for (auto& [id, call] : ended) {
            fail(call, errc::cancelled, why);
        }
    }

    /// Takes a message if it answers a call. @return Whether it does.
    bool receive(message& arrived) {
        std::uint64_t id = 0;
        if (!read_ticket(last_token(arrived.subject()), 'c', id)) {
            return false;
        }
        std::optional<pending_call> call;
        {
            const std::lock_guard lock(mutex_);
            call = pending_.take_answered(id, arrived.is_no_responders());
        }
        if (!call) {
            return true;  // Nobody waits any more, or another attempt may still be answered.
        }
        if (arrived.is_no_responders()) {
            fail(*call, errc::not_connected, "no engine listens at " + call->subject);
        } else if (call->completion->when() == session::call_completion::turn::at_once) {
            end_with(std::move(call->completion), arrived);
        } else {
            gateway_->push({{}, std::move(call->completion), std::move(arrived)});
            gateway_->kick();
        }
        return true;
    }

    static constexpr protocol::call_id no_id = static_cast<protocol::call_id>(-1);

private:
    void fail(pending_call& call, errc code, const std::string& text) {
        if (call.completion) {
            session::end_of(std::move(call.completion))
                .fail(error(code, text,
                            call.attempts != 0 ? outcome::may_have_run : outcome::not_sent),
                      gateway_->executor());
        }
    }

    void on_wake() override {
        pending_table::calls over;
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
            const time_point now = world_.now();
            over = pending_.take_expired(now);
            send_again(now);
            arm();
        }
        for (auto& [id, call] : over) {
            fail(call, errc::deadline_exceeded,
                 call.attempts != 0 ? "no answer in time" : "no connection in time");
        }
    }

    // With the mutex held.

    std::optional<error> refusal(const protocol::call_request& what) const {
        if (!is_running_) {
            return error(errc::not_connected, "the client is not started", outcome::not_sent);
        }
        if (pending_.size() >= options_.calls_pending_max) {
            return error(errc::overloaded, "too many calls are pending", outcome::not_sent);
        }
        constexpr std::size_t rest = 128;  // What `request_text` adds, but for the key.
        if (link_ && what.body.size() + what.members.size() + rest > link_->message_size_max()) {
            return error(errc::frame_too_large,
                         "the call has " + std::to_string(what.body.size()) +
                             " bytes, the broker takes " +
                             std::to_string(link_->message_size_max()),
                         outcome::not_sent);
        }
        return std::nullopt;
    }

    protocol::call_id add(const protocol::call_request& what, std::string_view method,
                          session::completion_ptr& completion) {
        const time_point now = world_.now();
        pending_call call{std::move(completion),
                          call_subject(options_.name, what.engine, method),
                          std::string(what.body),
                          std::string(what.members),
                          protocol::after(now, what.timeout),
                          protocol::never,
                          0,
                          0,
                          what.is_idempotent,
                          false};
        if (!call.completion && link_ &&
            link_->publish(call.subject, nullptr, request_text(call, nullptr, now).view())) {
            return no_id;
        }
        const protocol::call_id id = pending_.add(std::move(call));
        if (what.timeout.count() > 0) {
            send(id, pending_.at(id), now);
        }
        arm();
        return id;
    }

    void send(protocol::call_id id, pending_call& call, time_point now) {
        if (!link_) {
            return;
        }
        if (!call.completion) {
            link_->publish(call.subject, nullptr, request_text(call, nullptr, now).view());
            pending_.close(id);
            return;
        }
        if (link_->publish(call.subject, reply_of(id).c_str(),
                           request_text(call, &id, now).view())) {
            call.is_sent = true;
            ++call.attempts;
        }
        if (call.is_idempotent) {
            call.again = protocol::after(now, options_.retry_after);
            next_again_ = (std::min)(next_again_, call.again);
        }
    }

    void send_again(time_point now) {
        if (now < next_again_) {
            return;
        }
        next_again_ = pending_.earliest_again(now);
        for (const protocol::call_id id :
             pending_.ids([now](const auto& call) { return call.again <= now; })) {
            send(id, pending_.at(id), now);
        }
    }

    void arm() {
        const time_point next = (std::min)(pending_.earliest_deadline(), next_again_);
        if (is_running_ && next != protocol::never) {
            timer_.arm(next, *this);
        }
    }

    std::string reply_of(protocol::call_id id) const { return inbox_ + ".c" + std::to_string(id); }

    const client_options& options_;
    const std::string inbox_;
    std::shared_ptr<gateway_queue> gateway_;
    session::environment& world_;
    std::mutex mutex_;
    pending_table pending_;
    session::deadline_timer timer_;
    std::shared_ptr<connection> link_;
    time_point next_again_ = protocol::never;
    bool is_running_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_CLIENT_CALLS_HPP
