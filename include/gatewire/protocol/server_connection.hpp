// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP
#define GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/block.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/call_slots.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/peer_limits.hpp>
#include <gatewire/protocol/response_writer.hpp>
#include <gatewire/protocol/server_extensions.hpp>
#include <gatewire/protocol/server_outcome.hpp>
#include <gatewire/protocol/server_resume_state.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/statistics.hpp>
#include <gatewire/wire/buffer.hpp>

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// One client as its server sees it: frames go in, and what is to be done comes out.
///
/// It decides what is a request, what is refused and how, what is in flight, what must be sent
/// again, and when the peer has been silent for too long. It never runs a method, sends a byte or
/// changes a subscription: an outcome says what is to be done, and its owner reports what became of
/// it. Frames to be sent are added to the buffer that is given.
class server_connection {
public:
    /// @param offers, limits  Must outlive this.
    server_connection(const service& offers, const server_limits& limits, const server_facts& facts,
                      time_point now)
        : offers_(offers),
          limits_(limits),
          writer_(limits.answer_size_max),
          peer_(limits, facts.heartbeat_timeout, now, facts.needs_token),
          extensions_(offers, limits, facts, writer_, slots_, resume_state_, peer_) {}
    server_connection(const server_connection&) = delete;
    server_connection& operator=(const server_connection&) = delete;

    /// Takes one frame's body, into which calls point then.
    /// @return Whether more frames may be taken before the outcome is carried out.
    bool receive(std::string_view body, time_point now, server_outcome& out) {
        peer_.on_frame(now);
        if (!receive_known(body, now, out) && !receive_any(body, now, out)) {
            out.close = peer_.check_flood();
            return false;
        }
        out.is_full = is_full() && !out.calls.empty();
        return !out.is_full && !out.hello && out.queries.empty() &&
               !server_extensions::has_many_changes(out);
    }

    /// Refuses the connection as such; it must end then.
    GATEWIRE_COLD void refuse(std::string_view why, wire::buffer& out) {
        respond(out, [&] {
            writer_.put(out, nullptr,
                        [why](wire::buffer& to) { write_error(to, {}, overloaded_code, why); });
        });
    }

    /// The client was quiet: frees what a busier time needed.
    void shrink() noexcept {
        slots_.shrink();
        resume_state_.shrink();
        known_request_.reset();
    }

    /// From here on new calls are refused: the server is draining.
    void drain() noexcept { is_draining_ = true; }

    // The hello that an outcome has.

    /// It is accepted as that of `who`.
    /// @param resumed  The session that it asked for, if it is there.
    GATEWIRE_COLD void admit(const pending_hello& hello, std::shared_ptr<const identity> who,
                             const resumption* resumed, wire::buffer& out) {
        respond(out, [&] { extensions_.admit(hello, std::move(who), resumed, out); });
    }
    /// It is not; the connection must end when this is sent.
    GATEWIRE_COLD void turn_away(const pending_hello& hello, int code, std::string_view why,
                                 wire::buffer& out) {
        respond(out, [&] { extensions_.turn_away(hello, code, why, out); });
    }

    // Subscriptions and queries that an outcome has.

    /// @param position  Number of the newest event.
    GATEWIRE_COLD void finish_change(const subscription_change& done, std::uint64_t position,
                                     wire::buffer& out) {
        respond(out, [&] { extensions_.finish_change(done, position, out); });
    }
    GATEWIRE_COLD void refuse_change(const subscription_change& refused, std::string_view why,
                                     wire::buffer& out) {
        respond(out, [&] { extensions_.refuse_change(refused, overloaded_code, why, out); });
    }
    /// @param text  JSON, or empty if there is none.
    void answer(const server_query& asked, std::string_view text, wire::buffer& out) {
        respond(out, [&] { extensions_.answering().answer(asked, text, out); });
    }
    /// The peer has had too much already.
    void put_off(const server_query& asked, wire::buffer& out) {
        respond(out, [&] { extensions_.answering().put_off(asked, out); });
    }

    // Calls.

    /// These calls have ended, whose responses are written, `errors` of them errors.
    void end_calls(const std::vector<std::uint32_t>& ended, std::uint64_t errors, time_point now) {
        for (const std::uint32_t slot : ended) {
            end_call(slot, now);
        }
        counters_.errors += errors;
    }

    /// A call of a batch has ended.
    /// @param part  Its response; empty for a notification.
    /// @param out   Gets the response to the batch, once its last call has ended, if nobody will
    ///              ask for it again.
    /// @return The response to the batch if somebody may: it is to be kept where the session goes
    ///         on.
    wire::buffer end_part(std::uint32_t slot, std::string_view part, std::uint64_t errors,
                          time_point now, wire::buffer& out) {
        const batch_ptr batch = slots_.at(slot)->batch;
        end_call(slot, now);
        if (!part.empty()) {
            writer_.put_kept(batch, [part](wire::buffer& to) { to.append(part); });
        }
        const std::size_t begin = out.size();
        writer_.end(out, batch);
        resume_state_.skip(out.view().substr(begin));
        counters_.errors += errors;
        return writer_.take_kept();
    }

    /// Responses to calls are sent: they are kept until the client says that they arrived.
    void keep(std::string_view frames) { resume_state_.keep(frames); }
    void keep(const shared_frame& frames) { resume_state_.keep(frames); }

    /// Takes responses to calls that ran for an earlier connection of the session.
    GATEWIRE_COLD void take_over(std::string_view frames, wire::buffer& out) {
        wire::buffer again;
        resume_state_.take_responses(frames, again);
        send_kept(std::move(again), out);
        for (const std::string& id : resume_state_.take_ended()) {
            extensions_.write_ended(id, out);
        }
    }

    /// Calls that were read and have not ended, those of the session's earlier connections too.
    std::size_t in_flight() const noexcept { return slots_.in_use() + resume_state_.running(); }
    /// Those of them that were read here.
    std::size_t in_flight_here() const noexcept { return slots_.in_use(); }

    /// What reaches the methods of calls that are cancelled; to be called without any mutex.
    std::vector<std::function<void()>> cancel(std::string_view id) { return slots_.cancel(id); }
    std::vector<std::function<void()>> cancel_all() { return slots_.cancel_all(); }

    // The session.

    const std::string& session() const noexcept { return extensions_.session(); }
    bool said_hello() const noexcept { return peer_.said_hello(); }
    /// Whether one side said that the session ends with the connection.
    bool said_bye() const noexcept { return extensions_.said_bye(); }
    /// Whether the session outlives its connection.
    bool is_lasting() const noexcept { return extensions_.is_lasting(); }

    /// Tells a client with a session that it ends.
    void say_bye(const std::string& why, wire::buffer& out) { extensions_.say_bye(why, out); }

    /// Goes on with the session of another connection. No response waits for others then: whatever
    /// is there of batches is kept.
    /// @param received  So many responses arrived in the session, if the client says so.
    GATEWIRE_COLD void resume(server_connection& before, std::optional<std::uint64_t> received) {
        resume_state_.resume(before.resume_state_, before.slots_.ids(), received);
        before.slots_.break_batches(
            [this](std::string_view text) { resume_state_.add_unsent(text); });
    }

    /// An event is sent, or, with `is_sent` false, would have been if the connection still stood.
    void event_sent(std::uint64_t number, bool is_sent) {
        resume_state_.event_sent(number, is_sent);
    }

    /// @param last   The highest number that the client has.
    /// @param count  How many events have arrived, if it says so.
    GATEWIRE_COLD lacking_events lacking(std::uint64_t last,
                                         std::optional<std::uint64_t> count) const {
        return resume_state_.lacking(last, count);
    }

    /// Why the peer must be given up, if it must, and when to ask again. `has_subscriptions`: it
    /// receives events.
    GATEWIRE_COLD std::optional<close_reason> reason_to_end(time_point now,
                                                            time_point last_received,
                                                            bool has_subscriptions) const {
        return peer_.reason_to_end(now, last_received, is_resting(has_subscriptions));
    }
    time_point deadline(time_point last_received, bool has_subscriptions) const noexcept {
        return peer_.deadline(last_received, is_resting(has_subscriptions));
    }

    /// An event is queued. @param is_conflated  It took the place of an older one.
    void count_event(bool is_conflated) noexcept {
        ++counters_.events;
        counters_.conflated += is_conflated ? 1U : 0U;
    }
    const session_counters& counters() const noexcept { return counters_; }
    /// How many messages made no sense.
    std::uint64_t nonsense() const noexcept { return writer_.refusals(); }

private:
    using message = codec::message;

    /// What a message came in, and what is to be done for it.
    struct frame {
        const batch_ptr& batch;
        time_point now;
        server_outcome& out;
    };

    bool is_resting(bool has_subscriptions) const noexcept {
        return !has_subscriptions && in_flight() == 0;
    }

    /// Whether one more call would be refused.
    bool is_full() const noexcept { return in_flight() >= limits_.calls_in_flight_max; }

    /// Responses that are the protocol's own, which nobody asks for again.
    template <class Write>
    void respond(wire::buffer& out, Write&& write) {
        const std::size_t begin = out.size();
        write();
        count_responses(begin, out);
    }

    void count_responses(std::size_t begin, wire::buffer& out) {
        resume_state_.skip(out.view().substr(begin));
        send_kept(writer_.take_kept(), out);
    }

    /// Sends responses, and keeps them.
    void send_kept(wire::buffer kept, wire::buffer& out) {
        if (!kept.empty()) {
            resume_state_.keep(kept.view());
            out.append(kept.view());
        }
    }

    /// A peer must not fill the log: it has the first refusals, then ever fewer.
    void note_refusal(std::string why, server_outcome& out) {
        constexpr std::uint64_t logged_all = 8;
        ++refused_frames_;
        if (refused_frames_ > logged_all) {
            if (!std::has_single_bit(refused_frames_)) {
                return;
            }
            why += "; it is number " + std::to_string(refused_frames_) + " on this connection";
        }
        out.refusals.push_back(std::move(why));
    }

    void end_call(std::uint32_t slot, time_point now) {
        const call_state& state = *slots_.at(slot);
        if (!state.id.empty()) {
            counters_.answered(now - state.arrived);
        }
        slots_.close(slot);
    }

    /// Takes a call that differs from the last one in its params and its id only, and that nothing
    /// can speak against: what most frames are.
    bool receive_known(std::string_view body, time_point now, server_outcome& out) {
        std::string_view params;
        std::string_view id;
        if (!known_request_ || !known_request_->takes(body, params, id) ||
            id.size() > limits_.id_size_max || resume_state_.has_earlier() ||
            !admits(offers_.methods[known_method_])) {
            return false;
        }
        ++counters_.calls;
        open_call({known_method_, id, params, known_request_->timeout()}, {nullptr, now, out});
        return true;
    }

    /// Takes whatever a frame may be. @return False if the peer must be given up for it.
    [[gnu::noinline]] bool receive_any(std::string_view body, time_point now, server_outcome& out) {
        const std::size_t begin = out.responses.size();
        if (codec::is_batch(body)) {
            receive_batch(body, now, out);
        } else {
            receive_message(body, {nullptr, now, out});
        }
        if (writer_.has_refusal()) {
            peer_.on_nonsense(writer_.refusals());
            note_refusal(writer_.take_refusal(), out);
        }
        if (out.responses.size() != begin || writer_.has_kept()) {
            count_responses(begin, out.responses);
        }
        return !peer_.is_flooded();
    }

    void receive_batch(std::string_view body, time_point now, server_outcome& out) {
        if (refuse_malformed(body, nullptr, out)) {
            return;
        }
        std::vector<std::string_view> messages;
        codec::split_array(body, messages);
        if (messages.empty()) {
            writer_.refuse_as({out.responses, nullptr, {}}, invalid_request_code,
                              "the batch is empty");
            return;
        }
        if (messages.size() > limits_.batch_max) {
            writer_.refuse_as(
                {out.responses, nullptr, {}}, invalid_request_code,
                "a batch holds at most " + std::to_string(limits_.batch_max) + " messages");
            return;
        }
        const batch_ptr batch = response_writer::open_batch(messages.size());
        for (std::string_view text : messages) {
            receive_message(text, {batch, now, out});
            peer_.on_nonsense(writer_.refusals());
            if (peer_.is_flooded()) {
                return;  // The connection ends here, and nobody reads the rest of the responses.
            }
        }
        writer_.end(out.responses, batch);
    }

    void receive_message(std::string_view text, const frame& in) {
        message received;
        const bool is_plain = codec::fast_parse_request(text, received);
        if (!is_plain && !parse_slowly(text, received, in)) {
            return;
        }
        if (is_odd(received)) {
            receive_odd(text, received, in);
        } else if (received.method.size() >= 4 &&
                   codec::same_bytes<4>(received.method.data(), "rpc.")) {
            receive_extension(text, received, in.batch, in.out);
        } else if (receive_call(text, received, in) && is_plain) {
            learn(text, received);
        }
    }

    /// From here on calls like this one, which is to run, are taken on the short way.
    void learn(std::string_view text, const message& received) noexcept {
        if (!known_request_) {  // Without memory for it there is the long way.
            known_request_.reset(new (std::nothrow) codec::request_pattern);
        }
        if (known_request_) {
            known_request_->learn(text, received);
            known_method_ = last_method_;
        }
    }

    /// Takes a message apart whatever its form is, or refuses it.
    [[gnu::noinline]] bool parse_slowly(std::string_view text, message& received, const frame& in) {
        codec::read_error failure;
        if (codec::parse_message(text, received, failure)) {
            return true;
        }
        if (!refuse_malformed(text, in.batch, in.out)) {
            writer_.refuse_as({in.out.responses, in.batch, echo(received)}, invalid_request_code,
                              failure.text("message"));
        }
        return false;
    }

    /// Refuses or ignores what `is_odd`.
    [[gnu::noinline]] void receive_odd(std::string_view text, const message& received,
                                       const frame& in) {
        const auto& [batch, now, out] = in;
        if (refuse_malformed(text, batch, out)) {
            return;
        }
        if (received.is_response()) {
            writer_.note_refusal("an answer to a call that was never made");
            writer_.end(out.responses, batch);
        } else if (received.id.size() > limits_.id_size_max) {
            writer_.refuse_as(
                {out.responses, batch, {}}, invalid_request_code,
                "an id has at most " + std::to_string(limits_.id_size_max) + " bytes");
        } else {
            writer_.refuse_as(
                {out.responses, batch, received.id}, method_not_found_code,
                "a name has at most " + std::to_string(limits_.method_size_max) + " bytes");
        }
    }

    /// Whether the message is refused, or ignored, before its method is looked for.
    bool is_odd(const message& received) const noexcept {
        return received.is_response() || received.id.size() > limits_.id_size_max ||
               received.method.size() > limits_.method_size_max;
    }

    /// The fast reader of requests leaves the params unchecked, so whether a text is JSON at all is
    /// only checked where it matters. @return Whether it was refused.
    bool refuse_malformed(std::string_view text, const batch_ptr& batch, server_outcome& out) {
        codec::read_error failure;
        if (codec::validate(text, failure)) {
            return false;
        }
        const bool is_json = failure.kind == codec::read_failure::value;
        writer_.refuse_as({out.responses, batch, {}},
                          is_json ? invalid_request_code : parse_error_code,
                          failure.text("message"));
        return true;
    }

    /// The id to answer with, unless it is too long to be repeated.
    std::string_view echo(const message& received) const noexcept {
        return received.id.size() > limits_.id_size_max ? std::string_view() : received.id;
    }

    /// @return Whether the call is to run, now that its method is `last_method_`.
    bool receive_call(std::string_view text, const message& received, const frame& in) {
        ++counters_.calls;
        const std::size_t method = find_method(received.method);
        if (is_resent(received, in.batch, in.out)) {
            return false;
        }
        if (!extensions_.is_open() || method == not_listed || !takes_key(received, method) ||
            !admits(offers_.methods[method])) {
            refuse_call(text, received, method, in);
            return false;
        }
        call_state& state = open_call({method, received.id, received.params, received.timeout}, in);
        if (!received.key.empty() || !received.traceparent.empty()) {
            state.key = received.key;
            state.traceparent = received.traceparent;
        }
        return true;
    }

    /// A call that is to run.
    struct admitted_call {
        std::size_t method;
        std::string_view id;
        std::string_view params;
        std::optional<std::uint32_t> timeout;
    };

    [[gnu::always_inline]] call_state& open_call(const admitted_call& call, const frame& in) {
        const std::uint32_t slot = slots_.open(call.id, in.batch);
        call_state& state = *slots_.at(slot);
        state.arrived = in.now;
        const time_point deadline =
            call.timeout ? after(in.now, std::chrono::milliseconds(*call.timeout)) : never;
        in.out.calls.push_back({slot, static_cast<std::uint32_t>(call.method), call.id, call.params,
                                deadline, in.batch != nullptr, &state});
        return state;
    }

    /// The place of a method. Whoever calls one often calls it again.
    std::size_t find_method(std::string_view name) {
        if (last_method_ == not_listed ||
            !codec::are_same(offers_.methods[last_method_].name, name)) {
            last_method_ = offers_.find_method(name);
        }
        return last_method_;
    }

    /// Whether a call of a method that is served may run, whatever it is.
    bool admits(const entry_description& method) const {
        return !is_draining_ && !is_full() &&
               resume_state_.kept_size() <= limits_.answers_kept_max &&
               (method.needs.empty() || extensions_.lacking(method).empty());
    }

    /// Whether the call has no key, or one that its method takes.
    bool takes_key(const message& call, std::size_t method) const {
        return call.key.empty() || knows_key(call, offers_.methods[method]);
    }

    /// Whether the key of a call means something here.
    bool knows_key(const message& call, const entry_description& method) const {
        return method.is_once && (call.epoch.empty() || call.epoch == extensions_.epoch());
    }

    /// The error for a call that may not run: its code and its text.
    GATEWIRE_COLD std::pair<int, std::string> refusal(const message& call,
                                                      const entry_description& method) const {
        const std::string name = "the method '" + codec::printable(call.method) + "'";
        if (const std::string_view role = extensions_.lacking(method); !role.empty()) {
            return {forbidden_code, name + " needs the role '" + std::string(role) + "'"};
        }
        if (is_draining_) {
            return {shutting_down_code, "the server is shutting down"};
        }
        if (!call.key.empty() && !method.is_once) {
            return {invalid_params_code, "rpc.key: " + name + " takes no key"};
        }
        if (!call.key.empty() && !knows_key(call, method)) {
            return {outcome_unknown_code,
                    "rpc.epoch: the server was started anew since the key was made, so it does not "
                    "know whether the call ran"};
        }
        if (is_full()) {
            return {overloaded_code, "too many calls in flight: the limit is " +
                                         std::to_string(limits_.calls_in_flight_max)};
        }
        return {overloaded_code, "too many bytes of answers are kept: the limit is " +
                                     std::to_string(limits_.answers_kept_max) +
                                     "; rpc.ack says which of them arrived"};
    }

    /// Answers a call that the client sent before, on an earlier connection of its session.
    bool is_resent(const message& received, const batch_ptr& batch, server_outcome& out) {
        if (received.id.empty() || !resume_state_.has_earlier()) {
            return false;
        }
        std::string answer;
        switch (resume_state_.take_resent(received.id, answer)) {
            case server_resume_state::resent::no: return false;
            case server_resume_state::resent::running: break;
            case server_resume_state::resent::answered:
                writer_.put_kept(batch, [&](wire::buffer& to) { to.append(answer); });
                break;
        }
        writer_.end(out.responses, batch);
        ++counters_.repeated;
        return true;
    }

    [[gnu::noinline]] void refuse_call(std::string_view text, const message& received,
                                       std::size_t method, const frame& in) {
        const auto& [batch, now, out] = in;
        if (refuse_malformed(text, batch, out)) {
            counters_.refused(true);
            return;
        }
        counters_.refused(!received.id.empty());
        if (!extensions_.is_open()) {
            extensions_.refuse_without_hello(received, batch, out.responses);
        } else if (method == not_listed) {
            writer_.refuse_as({out.responses, batch, received.id}, method_not_found_code,
                              codec::printable(received.method));
        } else {
            const auto [code, why] = refusal(received, offers_.methods[method]);
            if (code == overloaded_code && keeps_refusal(received)) {
                writer_.put_kept(batch, [&, error = code](wire::buffer& to) {
                    write_error(to, received.id, error, why);
                });
                writer_.end(out.responses, batch);
            } else {
                writer_.refuse({out.responses, batch, received.id}, code, why);
            }
        }
    }

    /// Whether a refusal is kept, so that a call that is sent again is refused again: later calls
    /// ran meanwhile, and it would run after them. A client that heeds the limits needs few of
    /// these.
    bool keeps_refusal(const message& received) const noexcept {
        return resume_state_.is_resumable() && !received.id.empty() &&
               resume_state_.kept_size() <= 2 * limits_.answers_kept_max;
    }

    void receive_extension(std::string_view text, const message& received, const batch_ptr& batch,
                           server_outcome& out) {
        ack_request arrived;
        if (!batch && extensions_.is_open() && read_ack(received, arrived)) {
            extensions_.acknowledge(arrived, out);
        } else if (!refuse_malformed(text, batch, out)) {
            extensions_.receive(received, batch, out);
        }
    }

    const service& offers_;
    const server_limits& limits_;
    response_writer writer_;
    call_slots slots_;
    server_resume_state resume_state_;  // what goes from connection to connection
    peer_limits peer_;
    server_extensions extensions_;
    session_counters counters_;
    std::uint64_t refused_frames_ = 0;  // in which something was refused
    bool is_draining_ = false;
    std::size_t last_method_ = not_listed;                   // that was called
    std::unique_ptr<codec::request_pattern> known_request_;  // of a call that was taken, or null
    std::size_t known_method_ = not_listed;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_CONNECTION_HPP
