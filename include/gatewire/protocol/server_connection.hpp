// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP
#define GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP

#include <gatewire/limits.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/answer_queue.hpp>
#include <gatewire/protocol/call_slots.hpp>
#include <gatewire/protocol/contract.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/wire/frame.hpp>
#include <gatewire/wire/json/message.hpp>
#include <gatewire/wire/json/read.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// A call for the engine. The views point into the frame that brought it.
struct call {
    std::uint32_t slot;
    std::uint32_t method;
    std::string_view id;      ///< As it was written; empty for a notification.
    std::string_view params;  ///< As they were written, not yet checked; empty when absent.
    time_point deadline;      ///< Not to be started from here on.
    bool is_batched;          ///< The answer is gathered, not sent by itself.
    call_state* state;        ///< Lives until the call is finished.
};

/// A wish to receive an event or no longer. It ends with `finish`.
struct subscription_change {
    std::uint32_t slot;
    bool is_wanted;
    std::size_t event;
    std::optional<std::vector<std::string>> keys;
};

/// What a connection is told about the server it belongs to.
struct server_facts {
    std::string session;                         ///< Names this connection's session.
    std::string epoch;                           ///< Names this run of the server.
    const std::atomic<std::uint64_t>* position;  ///< `seq` of the newest event.
    std::chrono::milliseconds heartbeat;
    std::chrono::milliseconds heartbeat_timeout;
};

/// One client as its server sees it: frames go in; answers, calls and wishes come out.
///
/// It decides what is a request, what is refused and how, what is in flight, and when the peer has
/// been silent for too long. It never runs a method: `calls` holds what the engine must do, and
/// `finish` says that it was done.
class server_connection {
public:
    server_connection(const service& offers, const server_limits& limits, server_facts facts,
                      time_point now)
        : answers(limits.answer_size_max),
          offers_(offers),
          limits_(limits),
          facts_(std::move(facts)),
          opened_(now) {}

    /// Takes one frame's body. Fills `answers`, `calls`, `changes` and `cancels`.
    void receive(std::string_view body, time_point now) {
        ++frames_;
        if (wire::json::is_batch(body)) {
            receive_batch(body, now);
        } else {
            receive_message(body, nullptr, now);
        }
    }

    /// From here on new calls are refused: the server is draining.
    void drain() noexcept { is_draining_ = true; }

    /// Ends the call in `slot`. `part` is the answer of a batched call, else empty, since the
    /// answer of a call that stands alone is sent as soon as it is written.
    void finish(std::uint32_t slot, std::string_view part) {
        const batch_ptr batch = slots_.at(slot)->batch;
        slots_.close(slot);
        if (!part.empty()) {
            answers.put(batch, [part](wire::buffer& to) { to.append(part); });
        }
        answers.end(batch);
    }

    /// Ends a subscription change with its answer.
    void finish_change(std::uint32_t slot, std::uint64_t position) {
        answer_slot(slot, [position](wire::buffer& to, std::string_view id) {
            begin_result(to, id);
            wire::json::write_error unused;
            wire::json::write(to, subscribe_answer{position}, unused);
            to.append('}');
        });
    }
    void refuse_change(std::uint32_t slot, int code, std::string_view text) {
        answer_slot(slot, [code, text](wire::buffer& to, std::string_view id) {
            write_error(to, id, code, text);
        });
    }

    /// Whether one more call would be refused.
    bool is_full() const noexcept { return slots_.in_use() >= limits_.calls_in_flight_max; }
    std::size_t in_flight() const noexcept { return slots_.in_use(); }
    const std::shared_ptr<call_state>& state(std::uint32_t slot) const { return slots_.at(slot); }
    std::vector<std::function<void()>> cancel_all() { return slots_.cancel_all(); }
    bool said_hello() const noexcept { return said_hello_; }

    /// Why the peer must be given up, if it must. `resting` is true when it has no subscription.
    std::optional<close_reason> check(time_point now, time_point last_received, bool resting) const {
        if (now < deadline(last_received, resting)) {
            return std::nullopt;
        }
        if (said_hello_) {
            return close_reason{errc::peer_silent, "no sign of life for " + seconds_text(
                                                       facts_.heartbeat_timeout)};
        }
        if (frames_ == 0) {
            return close_reason{errc::peer_silent,
                                "nothing was said for " + seconds_text(limits_.first_frame_deadline)};
        }
        return close_reason{errc::peer_silent,
                            "idle for " + seconds_text(limits_.plain_idle_max)};
    }

    time_point deadline(time_point last_received, bool resting) const noexcept {
        if (said_hello_) {
            return last_received + facts_.heartbeat_timeout;
        }
        if (frames_ == 0) {
            return opened_ + limits_.first_frame_deadline;
        }
        return resting && slots_.in_use() == 0 ? last_received + limits_.plain_idle_max : never;
    }

    answer_queue answers;                        ///< Frames to be sent.
    std::vector<call> calls;                     ///< To be run, in order.
    std::vector<subscription_change> changes;    ///< To be carried out, in order.
    std::vector<std::function<void()>> cancels;  ///< Reach methods that were given up.
    std::string refused;                         ///< Why the last bad frame was refused, if one was.

private:
    using message = wire::json::message;

    static std::string seconds_text(std::chrono::milliseconds time) {
        return std::to_string(time.count()) + " ms";
    }

    void receive_batch(std::string_view body, time_point now) {
        wire::json::read_error failure;
        if (!wire::json::validate(body, failure)) {
            refuse(nullptr, {}, parse_error_code, "Parse error: " + failure.text("batch"));
            return;
        }
        std::vector<std::string_view> messages;
        wire::json::split_array(body, messages);
        if (messages.empty()) {
            refuse(nullptr, {}, invalid_request_code, "Invalid Request: the batch is empty");
            return;
        }
        if (messages.size() > limits_.batch_max) {
            refuse(nullptr, {}, invalid_request_code,
                   "Invalid Request: a batch holds at most " + std::to_string(limits_.batch_max) +
                       " messages");
            return;
        }
        const batch_ptr batch = answer_queue::open_batch(messages.size());
        for (std::string_view text : messages) {
            receive_message(text, batch, now);
        }
        answers.end(batch);
    }

    void receive_message(std::string_view text, const batch_ptr& batch, time_point now) {
        message received;
        wire::json::read_error failure;
        if (!wire::json::parse_message(text, received, failure)) {
            refuse_text(text, batch, received, failure);
        } else if (received.is_answer()) {
            refused = "an answer to a call that was never made";
            answers.end(batch);
        } else if (received.id.size() > limits_.id_size_max) {
            refuse(batch, {}, invalid_request_code,
                   "Invalid Request: an id has at most " + std::to_string(limits_.id_size_max) +
                       " bytes");
        } else if (received.method.size() > limits_.method_size_max) {
            refuse(batch, received.id, method_not_found_code,
                   "Method not found: a name has at most " +
                       std::to_string(limits_.method_size_max) + " bytes");
        } else if (received.method.starts_with("rpc.")) {
            receive_extension(text, received, batch);
        } else {
            receive_call(text, received, batch, now);
        }
    }

    /// The fast way through the envelope leaves the params unchecked, so a text is only judged to
    /// be JSON, or not, once it turns out to be needed.
    void refuse_text(std::string_view text, const batch_ptr& batch, const message& received,
                     const wire::json::read_error& failure) {
        wire::json::read_error syntax;
        if (!wire::json::validate(text, syntax)) {
            refuse(batch, {}, parse_error_code, "Parse error: " + syntax.text("message"));
        } else {
            refuse(batch, received.id, invalid_request_code,
                   "Invalid Request: " + failure.text("message"));
        }
    }

    void receive_call(std::string_view text, const message& received, const batch_ptr& batch,
                      time_point now) {
        const std::size_t method = offers_.find_method(received.method);
        if (method == not_listed || is_draining_ || is_full()) {
            refuse_call(text, received, batch, method);
            return;
        }
        const std::uint32_t slot = slots_.open(received.id, batch);
        const time_point deadline =
            received.timeout ? now + std::chrono::milliseconds(*received.timeout) : never;
        calls.push_back({slot, static_cast<std::uint32_t>(method), received.id, received.params,
                         deadline, batch != nullptr, slots_.at(slot).get()});
    }

    void refuse_call(std::string_view text, const message& received, const batch_ptr& batch,
                     std::size_t method) {
        wire::json::read_error syntax;
        if (!wire::json::validate(text, syntax)) {
            refuse(batch, {}, parse_error_code, "Parse error: " + syntax.text("message"));
        } else if (received.id.empty()) {
            answers.end(batch);  // Nobody hears why a notification comes to nothing.
        } else if (method == not_listed) {
            refuse(batch, received.id, method_not_found_code,
                   "Method not found: " + wire::json::printable(received.method));
        } else if (is_draining_) {
            refuse(batch, received.id, shutting_down_code, "the server is shutting down");
        } else {
            refuse(batch, received.id, overloaded_code,
                   "too many calls in flight: the limit is " +
                       std::to_string(limits_.calls_in_flight_max));
        }
    }

    void receive_extension(std::string_view text, const message& received, const batch_ptr& batch) {
        wire::json::read_error failure;
        if (!wire::json::validate(text, failure)) {
            refuse(batch, {}, parse_error_code, "Parse error: " + failure.text("message"));
        } else if (received.method == ping_method) {
            answer(batch, received.id, [](wire::buffer& to) { to.append("{}"); });
        } else if (received.method == hello_method) {
            receive_hello(received, batch);
        } else if (received.method == subscribe_method) {
            receive_subscription(received, batch, true);
        } else if (received.method == unsubscribe_method) {
            receive_subscription(received, batch, false);
        } else if (received.method == cancel_method) {
            receive_cancel(received, batch);
        } else {
            refuse(batch, received.id, method_not_found_code,
                   "Method not found: " + wire::json::printable(received.method));
        }
    }

    void receive_hello(const message& received, const batch_ptr& batch) {
        hello_request hello;
        if (!read_params(received, batch, hello)) {
            return;
        }
        if (said_hello_) {
            refuse(batch, received.id, invalid_request_code, "Invalid Request: a second rpc.hello");
            return;
        }
        if (hello.protocol != version) {
            refuse(batch, received.id, invalid_params_code,
                   "protocol version " + std::to_string(hello.protocol) +
                       " is not known here; this server speaks version " + std::to_string(version));
            return;
        }
        said_hello_ = true;
        hello_answer welcome;
        welcome.session = facts_.session;
        welcome.epoch = facts_.epoch;
        welcome.event_position = facts_.position->load(std::memory_order_relaxed);
        welcome.limits = {limits_.frame_size_max, limits_.calls_in_flight_max, limits_.batch_max,
                          limits_.subscriptions_max};
        welcome.heartbeat_ms = static_cast<std::uint32_t>(facts_.heartbeat.count());
        if (hello.table) {
            welcome.differs = table_difference(*hello.table, offers_);
        }
        answer(batch, received.id, [&welcome](wire::buffer& to) {
            wire::json::write_error unused;
            wire::json::write(to, welcome, unused);
        });
    }

    void receive_subscription(const message& received, const batch_ptr& batch, bool is_wanted) {
        subscription wish;
        if (!read_params(received, batch, wish)) {
            return;
        }
        const std::size_t event = offers_.find_event(wish.event);
        if (event == not_listed) {
            refuse(batch, received.id, invalid_params_code,
                   "params.event: the server has no event '" + wire::json::printable(wish.event) +
                       "'");
        } else if (wish.keys && !offers_.events[event].is_keyed) {
            refuse(batch, received.id, invalid_params_code,
                   "params.keys: the event '" + wish.event + "' has no key");
        } else if (is_full()) {
            refuse(batch, received.id, overloaded_code, "too many calls in flight");
        } else {
            const std::uint32_t slot = slots_.open(received.id, batch);
            changes.push_back({slot, is_wanted, event, std::move(wish.keys)});
        }
    }

    void receive_cancel(const message& received, const batch_ptr& batch) {
        cancel_request request;
        if (!read_params(received, batch, request)) {
            return;
        }
        wire::buffer id;
        wire::json::write_error unused;
        if (wire::json::write(id, request.id, unused)) {
            for (auto& reach : slots_.cancel(id.view())) {
                cancels.push_back(std::move(reach));
            }
        }
        answer(batch, received.id, [](wire::buffer& to) { to.append("true"); });
    }

    /// Reads the params of an extension, or refuses the message and says why.
    template <class Params>
    bool read_params(const message& received, const batch_ptr& batch, Params& params) {
        wire::json::read_error failure;
        if (!received.params.empty() &&
            wire::json::read_text(received.params, params, failure)) {
            return true;
        }
        refuse(batch, received.id, invalid_params_code,
               received.params.empty() ? "params: missing" : failure.text("params"));
        return false;
    }

    /// Answers at once, unless the message is a notification.
    template <class WriteResult>
    void answer(const batch_ptr& batch, std::string_view id, WriteResult&& write_result) {
        if (!id.empty()) {
            answers.put(batch, [&](wire::buffer& to) {
                begin_result(to, id);
                write_result(to);
                to.append('}');
            });
        }
        answers.end(batch);
    }

    void refuse(const batch_ptr& batch, std::string_view id, int code, std::string_view text) {
        if (code == parse_error_code || code == invalid_request_code) {
            refused = text;
        } else if (id.empty()) {
            answers.end(batch);
            return;
        }
        answers.put(batch, [&](wire::buffer& to) { write_error(to, id, code, text); });
        answers.end(batch);
    }

    template <class Write>
    void answer_slot(std::uint32_t slot, Write&& write) {
        const std::shared_ptr<call_state> state = slots_.at(slot);
        if (!state->id.empty()) {
            answers.put(state->batch, [&](wire::buffer& to) { write(to, state->id); });
        }
        const batch_ptr batch = state->batch;
        slots_.close(slot);
        answers.end(batch);
    }

    const service& offers_;
    const server_limits& limits_;
    server_facts facts_;
    time_point opened_;
    call_slots slots_;
    std::size_t frames_ = 0;
    bool said_hello_ = false;
    bool is_draining_ = false;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP
