// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP
#define GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP

#include <gatewire/limits.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/answer_queue.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/call_gate.hpp>
#include <gatewire/protocol/call_slots.hpp>
#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/protocol/peer_patience.hpp>
#include <gatewire/protocol/server_extensions.hpp>
#include <gatewire/protocol/read_ack.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/session_counters.hpp>
#include <gatewire/protocol/session_memory.hpp>
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

/// One client as its server sees it: frames go in; answers, calls and wishes come out.
///
/// It decides what is a request, what is refused and how, what is in flight, and when the peer has
/// been silent for too long. It never runs a method: `calls` holds what the engine must do, and
/// `finish` says that it was done.
class server_connection {
public:
    /// @param offers, limits  Must outlive this.
    server_connection(const service& offers, const server_limits& limits, const server_facts& facts,
                      time_point now)
        : answers(limits.answer_size_max),
          extensions(offers, limits, facts, answers, slots_, memory, patience_),
          offers_(offers),
          limits_(limits),
          gate_(limits, extensions, memory),
          patience_(limits, facts.heartbeat_timeout, now, facts.needs_token) {}
    server_connection(const server_connection&) = delete;
    server_connection& operator=(const server_connection&) = delete;

    /// Takes one frame's body. Fills `answers`, `calls` and what `extensions` holds.
    void receive(std::string_view body, time_point now) {
        patience_.heard_frame(now);
        if (wire::json::is_batch(body)) {
            receive_batch(body, now);
        } else {
            receive_message(body, nullptr, now);
        }
        patience_.heard_nonsense(answers.refusals);
    }

    /// From here on new calls are refused: the server is draining.
    void drain() noexcept { is_draining_ = true; }

    /// The answer of the call in `slot` is written; it is to be finished.
    void answered(std::uint32_t slot, time_point now) {
        const call_state& state = *slots_.at(slot);
        if (!state.id.empty()) {
            counters.answered(now - state.arrived);
        }
    }

    /// Ends the call in `slot`. `part` is the answer of a batched call, else empty, since the
    /// answer of a call that stands alone is sent as soon as it is written.
    void finish(std::uint32_t slot, std::string_view part) {
        const batch_ptr batch = slots_.at(slot)->batch;
        slots_.close(slot);
        if (!part.empty()) {
            answers.put_kept(batch, [part](wire::buffer& to) { to.append(part); });
        }
        answers.end(batch);
    }

    /// Whether one more call would be refused.
    bool is_full() const noexcept { return in_flight() >= limits_.calls_in_flight_max; }
    /// Calls that were read and have not ended, those of the session's earlier connections too.
    std::size_t in_flight() const noexcept { return slots_.in_use() + memory.running_elsewhere(); }
    /// Those of them that were read here.
    std::size_t in_flight_here() const noexcept { return slots_.in_use(); }
    /// The ids of the calls in flight that were read here.
    std::vector<std::string> running() const { return slots_.ids(); }
    /// The session goes on elsewhere, where no answer waits for others; see `call_slots`.
    template <class Use>
    void break_batches(Use&& use) {
        slots_.break_batches(use);
    }
    std::vector<std::function<void()>> cancel(std::string_view id) { return slots_.cancel(id); }

    const std::shared_ptr<call_state>& state(std::uint32_t slot) const { return slots_.at(slot); }
    std::vector<std::function<void()>> cancel_all() { return slots_.cancel_all(); }

    bool said_hello() const noexcept { return patience_.has_greeted(); }

    /// Whether the peer must be given up for what it sent, and why. Ask after each frame.
    bool is_flooded() const noexcept { return patience_.is_flooded(); }
    std::optional<close_reason> check_flood() const { return patience_.check_flood(); }

    /// Why the peer must be given up, if it must, and when to ask again. `has_subscriptions`: it
    /// receives events.
    std::optional<close_reason> reason_to_end(time_point now, time_point last_received,
                                              bool has_subscriptions) const {
        return patience_.reason_to_end(now, last_received, is_resting(has_subscriptions));
    }
    time_point deadline(time_point last_received, bool has_subscriptions) const noexcept {
        return patience_.deadline(last_received, is_resting(has_subscriptions));
    }

    session_memory memory;         ///< What goes from connection to connection.
    answer_queue answers;          ///< Frames to be sent.
    std::vector<call> calls;       ///< To be run, in order.
    server_extensions extensions;  ///< What `rpc.` methods ask for.
    session_counters counters;     ///< Whoever runs calls and queues events counts here too.

private:
    using message = wire::json::message;

    bool is_resting(bool has_subscriptions) const noexcept {
        return !has_subscriptions && in_flight() == 0;
    }

    void receive_batch(std::string_view body, time_point now) {
        if (refuse_malformed(body, nullptr)) {
            return;
        }
        std::vector<std::string_view> messages;
        wire::json::split_array(body, messages);
        if (messages.empty()) {
            answers.refuse_as(nullptr, {}, invalid_request_code, "the batch is empty");
            return;
        }
        if (messages.size() > limits_.batch_max) {
            answers.refuse_as(
                nullptr, {}, invalid_request_code,
                "a batch holds at most " + std::to_string(limits_.batch_max) + " messages");
            return;
        }
        const batch_ptr batch = answer_queue::open_batch(messages.size());
        for (std::string_view text : messages) {
            receive_message(text, batch, now);
            patience_.heard_nonsense(answers.refusals);
            if (patience_.is_flooded()) {
                return;  // The connection ends here, and nobody reads the rest of the answers.
            }
        }
        answers.end(batch);
    }

    void receive_message(std::string_view text, const batch_ptr& batch, time_point now) {
        message received;
        wire::json::read_error failure;
        if (!wire::json::parse_hasty_request(text, received) &&
            !wire::json::parse_message(text, received, failure)) {
            if (!refuse_malformed(text, batch)) {
                answers.refuse_as(batch, echo(received), invalid_request_code,
                                  failure.text("message"));
            }
        } else if (is_odd(received) && refuse_malformed(text, batch)) {
            return;
        } else if (received.is_answer()) {
            answers.note_refusal("an answer to a call that was never made");
            answers.end(batch);
        } else if (received.id.size() > limits_.id_size_max) {
            answers.refuse_as(
                batch, {}, invalid_request_code,
                "an id has at most " + std::to_string(limits_.id_size_max) + " bytes");
        } else if (received.method.size() > limits_.method_size_max) {
            answers.refuse_as(
                batch, received.id, method_not_found_code,
                "a name has at most " + std::to_string(limits_.method_size_max) + " bytes");
        } else if (received.method.starts_with("rpc.")) {
            receive_extension(text, received, batch);
        } else {
            receive_call(text, received, batch, now);
        }
    }

    /// Whether the message is refused, or ignored, before its method is looked for.
    bool is_odd(const message& received) const noexcept {
        return received.is_answer() || received.id.size() > limits_.id_size_max ||
               received.method.size() > limits_.method_size_max;
    }

    /// The fast way through the envelope leaves the params unchecked, so a text is only judged to
    /// be JSON, or not, once it turns out to be needed. @return Whether it was refused.
    bool refuse_malformed(std::string_view text, const batch_ptr& batch) {
        wire::json::read_error failure;
        if (wire::json::validate(text, failure)) {
            return false;
        }
        const bool is_json = failure.kind == wire::json::read_failure::value;
        answers.refuse_as(batch, {}, is_json ? invalid_request_code : parse_error_code,
                          failure.text("message"));
        return true;
    }

    /// The id to answer with, unless it is too long to be repeated.
    std::string_view echo(const message& received) const noexcept {
        return received.id.size() > limits_.id_size_max ? std::string_view() : received.id;
    }

    void receive_call(std::string_view text, const message& received, const batch_ptr& batch,
                      time_point now) {
        ++counters.calls;
        const std::size_t method = offers_.find_method(received.method);
        if (is_of_before(received, batch)) {
            return;
        }
        if (!extensions.is_open() || method == not_listed ||
            !gate_.admits(received, offers_.methods[method], {is_draining_, is_full()})) {
            refuse_call(text, received, batch, method);
            return;
        }
        const std::uint32_t slot = slots_.open(received.id, batch);
        call_state& state = *slots_.at(slot);
        state.arrived = now;
        if (!received.key.empty() || !received.traceparent.empty()) {
            state.key = received.key;
            state.traceparent = received.traceparent;
        }
        const time_point deadline =
            received.timeout ? after(now, std::chrono::milliseconds(*received.timeout)) : never;
        calls.push_back({slot, static_cast<std::uint32_t>(method), received.id, received.params,
                         deadline, batch != nullptr, &state});
    }

    /// Answers a call that the client sent before, on an earlier connection of its session.
    bool is_of_before(const message& received, const batch_ptr& batch) {
        std::string answer;
        switch (received.id.empty() ? session_memory::meeting::fresh
                                    : memory.meet(received.id, answer)) {
            case session_memory::meeting::fresh: return false;
            case session_memory::meeting::joined: break;
            case session_memory::meeting::answered:
                answers.put_kept(batch, [&](wire::buffer& to) { to.append(answer); });
                break;
        }
        answers.end(batch);
        ++counters.repeated;
        return true;
    }

    void refuse_call(std::string_view text, const message& received, const batch_ptr& batch,
                     std::size_t method) {
        if (refuse_malformed(text, batch)) {
            counters.refused(true);
            return;
        }
        counters.refused(!received.id.empty());
        if (!extensions.is_open()) {
            extensions.refuse_stranger(received, batch);
        } else if (method == not_listed) {
            answers.refuse_as(batch, received.id, method_not_found_code,
                              wire::json::printable(received.method));
        } else {
            const auto [code, why] =
                gate_.refusal(received, offers_.methods[method], {is_draining_, is_full()});
            if (code == overloaded_code && keeps_refusal(received)) {
                answers.put_kept(
                    batch, [&](wire::buffer& to) { write_error(to, received.id, code, why); });
                answers.end(batch);
            } else {
                answers.refuse(batch, received.id, code, why);
            }
        }
    }

    /// Whether a call must be refused again if it is sent again, since later ones were not: else it
    /// would run after them. More of them than this nobody needs who heeds the limits.
    bool keeps_refusal(const message& received) const noexcept {
        return memory.is_kept && !received.id.empty() &&
               memory.answers.size() <= 2 * limits_.answers_kept_max;
    }

    void receive_extension(std::string_view text, const message& received, const batch_ptr& batch) {
        ack_request arrived;
        if (!batch && extensions.is_open() && read_ack(received, arrived)) {
            extensions.acknowledged(arrived);
        } else if (!refuse_malformed(text, batch)) {
            extensions.receive(received, batch);
        }
    }

    const service& offers_;
    const server_limits& limits_;
    call_gate gate_;
    peer_patience patience_;
    call_slots slots_;
    bool is_draining_ = false;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP
