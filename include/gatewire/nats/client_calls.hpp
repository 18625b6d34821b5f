// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_CLIENT_CALLS_HPP
#define GATEWIRE_NATS_CLIENT_CALLS_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/jetstream.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/pending_calls.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/gateway_batch.hpp>
#include <gatewire/session/serial_queue.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// A call of a client that has not completed.
struct pending_call {
    session::completion_ptr completion;
    std::string subject;
    std::string body;
    std::string key;
    protocol::time_point deadline{};
    protocol::time_point again = protocol::never;  ///< When to send it again.
    std::uint64_t order = 0;                       ///< Calls are sent in this order.
    unsigned attempts = 0;  ///< How often it was sent to where somebody may have listened.
    bool is_idempotent = false;
    bool is_sent = false;  ///< On this connection.
};

/// The whole request. The time that is left travels with it.
/// @param id  Null for a notification, which has no response.
inline wire::buffer request_text(const pending_call& call, const protocol::call_id* id,
                                 protocol::time_point now) {
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    wire::buffer text;
    text.append(call.body);
    if (id != nullptr) {
        constexpr std::int64_t timeout_max = 0xffffffff;
        const std::int64_t left = duration_cast<milliseconds>(call.deadline - now).count();
        text.append(R"(,"rpc":{"timeout_ms":)");
        codec::write_integer(text, std::clamp(left, std::int64_t{1}, timeout_max));
        text.append(call.key);
        text.append(R"(},"id":)");
        codec::write_integer(text, *id);
    }
    text.append('}');
    return text;
}

/// The calls of a client that have not completed, by id.
class unfinished_calls {
public:
    using calls = std::vector<std::pair<protocol::call_id, pending_call>>;

    std::size_t size() const noexcept { return calls_.size(); }
    protocol::time_point earliest_deadline() const noexcept { return calls_.earliest_deadline(); }

    protocol::call_id add(pending_call call) {
        call.order = ++last_order_;
        const protocol::time_point deadline = call.deadline;
        return calls_.insert(std::move(call), deadline);
    }

    /// The call with this id, which must be there.
    pending_call& at(protocol::call_id id) noexcept { return *calls_.find(id); }

    std::optional<pending_call> take(protocol::call_id id) { return calls_.take(id); }
    calls take_expired(protocol::time_point now) { return calls_.take_expired(now); }
    calls take_all() {
        return calls_.take_matching([](const pending_call&) { return true; });
    }

    /// The connection is gone. @return The calls that were sent and must not be sent again.
    calls take_lost() {
        calls lost = calls_.take_matching(
            [](const pending_call& call) { return call.is_sent && !call.is_idempotent; });
        for (const protocol::call_id id : ids([](const pending_call&) { return true; })) {
            at(id).is_sent = false;
        }
        return lost;
    }

    /// The call that a response ends; nothing if nobody waits, or another attempt may have one.
    std::optional<pending_call> take_answered(protocol::call_id id, bool nobody_listened) {
        pending_call* const call = calls_.find(id);
        if (call != nullptr && nobody_listened && --call->attempts != 0) {
            return std::nullopt;
        }
        return calls_.take(id);
    }

    void close(protocol::call_id id) noexcept { calls_.close(id); }

    /// The calls for which `wanted(call)` holds, in the order in which they were made.
    template <class Wanted>
    std::vector<protocol::call_id> ids(Wanted&& wanted) const {
        std::vector<std::pair<std::uint64_t, protocol::call_id>> found;
        calls_.for_each([&](protocol::call_id id, const pending_call& call) {
            if (wanted(call)) {
                found.emplace_back(call.order, id);
            }
        });
        std::sort(found.begin(), found.end());
        std::vector<protocol::call_id> result;
        result.reserve(found.size());
        for (const auto& [order, id] : found) {
            result.push_back(id);
        }
        return result;
    }

    /// When the next call is to be sent again.
    protocol::time_point earliest_again(protocol::time_point now) const {
        protocol::time_point next = protocol::never;
        calls_.for_each([&](protocol::call_id, const pending_call& call) {
            next = call.again <= now ? next : (std::min)(next, call.again);
        });
        return next;
    }

private:
    protocol::pending_calls<pending_call> calls_;
    std::uint64_t last_order_ = 0;
};

/// Ends a call with the response that a message holds.
inline void end_with(session::completion_ptr completion, const message& arrived) {
    codec::message response;
    codec::read_error failure;
    session::call_completion& end = session::end_of(std::move(completion));
    if (!codec::parse_message(arrived.data(), response, failure) || !response.is_response()) {
        end.refuse(error(errc::invalid_answer, "the engine's answer is no JSON-RPC answer"));
    } else if (response.error.empty()) {
        end.succeed(response.result);
    } else {
        end.refuse(session::read_response_error(response.error));
    }
}

/// One thing for the gateway's strand to do.
struct gateway_work {
    std::function<void()> run{};
    session::completion_ptr completion{};  ///< Of a call that `response` ends.
    message response{};

    void operator()() {
        if (completion) {
            end_with(std::move(completion), response);
        } else {
            run();
        }
    }
};

using gateway_queue = session::strand_queue<gateway_work>;

/// What the calls of a client have in common.
struct client_facts {
    const client_options& options;
    typed::described_entries methods;
    std::string inbox;  ///< Where responses arrive.
};

/// The calls of a client from submission to completion, over any number of connections.
///
/// Each call completes exactly once: whoever takes it out completes it, outside of the mutex.
class client_calls final : public session::wakeable,
                           public std::enable_shared_from_this<client_calls> {
public:
    using time_point = protocol::time_point;

    client_calls(client_facts facts, std::shared_ptr<gateway_queue> gateway,
                 session::environment& world)
        : facts_(std::move(facts)),
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
    protocol::call_id submit(const protocol::call_request& what,
                             session::completion_ptr completion) {
        std::optional<error> refused;
        protocol::call_id id = no_id;
        {
            const std::lock_guard lock(mutex_);
            refused = refusal(what);
            if (!refused) {
                id = add(what, completion);
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
            if (call && call->attempts != 0 && broker_) {
                broker_->publish(cancel_subject(facts_.options.name), nullptr, reply_of(id));
            }
        }
        if (call) {
            fail(*call, code, std::string(text));
        }
    }

    /// There is a connection: sends what waits.
    void open(std::shared_ptr<connection> broker) {
        const std::lock_guard lock(mutex_);
        broker_ = std::move(broker);
        for (const protocol::call_id id :
             pending_.ids([](const auto& call) { return !call.is_sent; })) {
            send(id, pending_.at(id), world_.now());
        }
    }

    /// It is gone: what was sent may have run, unless it may be sent again.
    void close(const std::string& why) {
        unfinished_calls::calls lost;
        {
            const std::lock_guard lock(mutex_);
            broker_.reset();
            lost = pending_.take_lost();
        }
        for (auto& [id, call] : lost) {
            fail(call, errc::connection_lost, "the connection to the broker was lost: " + why);
        }
    }

    /// Ends every call, and takes no more until `start`.
    void stop(const std::string& why) {
        unfinished_calls::calls ended;
        {
            const std::lock_guard lock(mutex_);
            is_running_ = false;
            broker_.reset();
            timer_.cancel();
            ended = pending_.take_all();
        }
        for (auto& [id, call] : ended) {
            fail(call, errc::cancelled, why);
        }
    }

    /// Takes a message if it is the response to a call. @return Whether it is.
    bool receive(message& arrived) {
        std::uint64_t id = 0;
        if (!read_number(last_token(arrived.subject()), 'c', id)) {
            return false;
        }
        std::optional<pending_call> call;
        {
            const std::lock_guard lock(mutex_);
            call = pending_.take_answered(id, arrived.is_no_responders());
        }
        if (!call) {
            return true;  // Nobody waits any more, or another attempt may still have one.
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
        unfinished_calls::calls over;
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
        if (pending_.size() >= facts_.options.calls_pending_max) {
            return error(errc::overloaded, "too many calls are pending", outcome::not_sent);
        }
        constexpr std::size_t rest = 128;  // What `request_text` adds, but for the key.
        if (broker_ &&
            what.body.size() + what.members.size() + rest > broker_->message_size_max()) {
            return error(errc::frame_too_large,
                         "the call has " + std::to_string(what.body.size()) +
                             " bytes, the broker takes " +
                             std::to_string(broker_->message_size_max()),
                         outcome::not_sent);
        }
        return std::nullopt;
    }

    protocol::call_id add(const protocol::call_request& what, session::completion_ptr& completion) {
        const time_point now = world_.now();
        pending_call call{std::move(completion),
                          call_subject(facts_.options.name,
                                       what.engine.empty() ? facts_.options.engine : what.engine,
                                       facts_.methods[what.method].name),
                          std::string(what.body),
                          std::string(what.members),
                          protocol::after(now, what.timeout),
                          protocol::never,
                          0,
                          0,
                          what.is_idempotent,
                          false};
        if (!call.completion && broker_ &&
            broker_->publish(call.subject, nullptr, request_text(call, nullptr, now).view())) {
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
        if (!broker_) {
            return;
        }
        if (!call.completion) {
            broker_->publish(call.subject, nullptr, request_text(call, nullptr, now).view());
            pending_.close(id);
            return;
        }
        if (broker_->publish(call.subject, reply_of(id).c_str(),
                             request_text(call, &id, now).view())) {
            call.is_sent = true;
            ++call.attempts;
        }
        if (call.is_idempotent) {
            call.again = protocol::after(now, facts_.options.retry_after);
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

    std::string reply_of(protocol::call_id id) const {
        return facts_.inbox + ".c" + std::to_string(id);
    }

    const client_facts facts_;
    std::shared_ptr<gateway_queue> gateway_;
    session::environment& world_;
    std::mutex mutex_;
    unfinished_calls pending_;
    session::deadline_timer timer_;
    std::shared_ptr<connection> broker_;
    time_point next_again_ = protocol::never;
    bool is_running_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_CLIENT_CALLS_HPP
