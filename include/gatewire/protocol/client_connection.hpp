// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP
#define GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/envelope.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/protocol/client_requests.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/contract.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// Something that one frame brought for the client.
struct delivery {
    enum class kind : unsigned char {
        result,
        error,
        event,
        welcome,       ///< The hello was answered.
        subscription,  ///< A subscription request was.
        ended          ///< No response: a call that was given up takes no place in flight any more.
    };

    /// Whether it ends a call.
    bool is_of_call() const noexcept { return what == kind::result || what == kind::error; }

    kind what;
    /// The call's id, the event's place among the handlers, or the subscription request's number.
    std::uint64_t number;
    /// The result, the error object or the event's data, as written. Of a subscription request the
    /// error object, or nothing.
    std::string_view text;
};

/// What the frames of a server brought. Several frames add to one outcome.
struct client_outcome {
    std::vector<delivery> deliveries;   ///< In the order of arrival; they point into the frames.
    std::vector<std::string> notices;   ///< Where the contracts differ, for the log.
    std::optional<close_reason> close;  ///< The connection must end, and why: the first reason.

    void end(errc code, std::string text) {
        if (!close) {
            close = close_reason{code, std::move(text)};
        }
    }
};

/// The frames of one kind that arrived on a connection, and how many the server knows of.
class frame_counter {
public:
    /// After so many frames, or so many bytes, an acknowledgement is due.
    frame_counter(std::uint64_t frames_max, std::size_t bytes_max)
        : frames_max_(frames_max), bytes_max_(bytes_max) {}

    void add(std::size_t bytes) noexcept {
        ++count_;
        new_bytes_ += bytes;
    }

    std::uint64_t count() const noexcept { return count_; }
    bool has_new() const noexcept { return count_ != acknowledged_; }
    bool is_acknowledgement_due() const noexcept {
        return count_ - acknowledged_ >= frames_max_ || new_bytes_ >= bytes_max_;
    }

    /// The server is told of all of them. @return How many that are.
    std::uint64_t acknowledge() noexcept {
        acknowledged_ = count_;
        new_bytes_ = 0;
        return count_;
    }

private:
    std::uint64_t frames_max_;
    std::size_t bytes_max_;
    std::uint64_t count_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::size_t new_bytes_ = 0;
};

/// One connection of a client as a value: it says hello, compares the contracts, subscribes, pings,
/// and tells responses and events apart. Calls pass through it as ids only. Frames to be sent are
/// added to the buffer that is given.
class client_connection {
public:
    enum class phase : unsigned char {
        greeting,     // hello is sent, its response not here
        subscribing,  // it is: the wanted events are asked for
        ready         // calls may be sent
    };

    /// @param contract  Must outlive this.
    client_connection(const client_contract& contract, const client_times& times)
        : contract_(contract), newest_(contract.events.size()), server_(times) {}

    /// The connection is up: says hello.
    void open(time_point now, const hello_request& hello, wire::buffer& out) {
        server_.opened(now);
        token_ = hello.token.value_or(std::string());
        responses_before_ = hello.answers.value_or(0);
        events_before_ = hello.events_arrived.value_or(0);
        client_requests(out).hello(hello);
    }

    /// Takes one frame's body, into which deliveries point then.
    /// @return Whether more frames may be taken; if not, the connection must end.
    bool receive(std::string_view body, time_point now, client_outcome& out) {
        std::uint64_t id = 0;
        std::string_view result;
        if (codec::fast_parse_result(body, id, result)) {
            out.deliveries.push_back({delivery::kind::result, id, result});
            responses_.add(body.size());
        } else if (receive_any(body, now, out)) {
            responses_.add(body.size());
        }
        return !out.close;
    }

    /// Says how many responses and events have arrived, now and then or, if `at_once`, now.
    /// @return Whether it said anything.
    bool acknowledge(bool at_once, wire::buffer& out) {
        const bool is_due =
            at_once || responses_.is_acknowledgement_due() || events_.is_acknowledgement_due();
        if (!is_due || !is_lasting() || phase_ != phase::ready) {
            return false;
        }
        ack_request arrived{(welcome_.resumed ? responses_before_ : 0) + responses_.acknowledge(),
                            {}};
        if (events_.has_new()) {
            arrived.events_arrived =
                (welcome_.resumed ? events_before_ : 0) + events_.acknowledge();
        }
        client_requests(out).ack(arrived);
        return true;
    }

    /// Whether the session can go on on another connection.
    bool is_lasting() const noexcept { return welcome_.grace_ms && !is_over_; }
    /// Whether the server said that the session ends.
    bool is_over() const noexcept { return is_over_; }

    /// The client leaves for good.
    GATEWIRE_COLD void say_bye(std::string reason, wire::buffer& out) {
        if (is_lasting()) {
            client_requests(out).bye(std::move(reason));
        }
    }

    /// The newest `seq` that arrived of each event, by the handler's place.
    const std::vector<std::uint64_t>& newest() const noexcept { return newest_; }
    /// Frames of responses that have arrived on this connection.
    std::uint64_t answers() const noexcept { return responses_.count(); }
    /// Frames of events that have, those without a handler too.
    std::uint64_t events() const noexcept { return events_.count(); }

    /// Asks for events, or ends them, once the server has said welcome.
    void subscribe(const std::vector<subscription_request>& requests, time_point now,
                   wire::buffer& out) {
        open_subscriptions_ += requests.size();
        if (phase_ == phase::ready && requests.size() == 1) {
            client_requests(out).subscribe(requests.front());
            return;
        }
        const hello_limits& limits = welcome_.limits;
        constexpr std::uint64_t plenty = 256 << 10;
        client_requests(out).subscribe(requests, limits.batch_max,
                                       (std::min)(limits.frame_size_max, plenty));
        server_.prolong(now);
    }

    /// All that is wanted is there, as far as it can be.
    /// @return  Events with a higher number are sure to come.
    GATEWIRE_COLD std::uint64_t become_ready() noexcept {
        phase_ = phase::ready;
        return position_;
    }

    /// Bytes were sent: no ping is needed for a while.
    void sent(time_point now) noexcept { server_.sent(now); }

    /// Sends a ping if it is time, or says why the server must be given up.
    std::optional<close_reason> check_peer(time_point now, time_point last_received,
                                           wire::buffer& out) {
        if (auto why = server_.reason_to_end(now, last_received, is_waiting_for_nothing())) {
            return why;
        }
        if (is_waiting_for_nothing() && now >= server_.ping_time(last_received)) {
            acknowledge(responses_.has_new() || events_.has_new(), out);
            client_requests(out).ping();
            server_.pinged(now);
        }
        return std::nullopt;
    }

    time_point next_deadline(time_point last_received) const noexcept {
        return server_.deadline(last_received, is_waiting_for_nothing());
    }

    phase where() const noexcept { return phase_; }
    const hello_response& welcome() const noexcept { return welcome_; }
    /// Why events cannot be read here, by their place; empty for those that can.
    const std::vector<std::string>& mismatches() const noexcept { return check_.events(); }
    /// Which methods must not be called here.
    const contract_check& contract() const noexcept { return check_; }

private:
    using message = codec::message;

    /// Takes a frame of any form. @return Whether there is a response in it.
    bool receive_any(std::string_view body, time_point now, client_outcome& out) {
        codec::read_error syntax;
        if (codec::is_batch(body) && !codec::validate(body, syntax)) {
            out.end(errc::protocol_violation, "the server sent no JSON: " + syntax.text("batch"));
            return false;
        }
        bool has_response = false;
        for_each_message(body, [&](std::string_view text) {
            has_response = receive_message(text, now, out) || has_response;
        });
        return has_response;
    }

    /// @return Whether it is a response.
    bool receive_message(std::string_view text, time_point now, client_outcome& out) {
        message received;
        codec::read_error problem;
        if (receive_plain_event(text, out)) {
            return false;
        }
        if (!codec::parse_message(text, received, problem)) {
            out.end(errc::protocol_violation,
                    "the server sent no JSON-RPC message: " + problem.text("message"));
            return false;
        }
        if (!received.is_response()) {
            receive_notification(received, out);
            return false;
        }
        if (received.id.starts_with('"')) {
            receive_own_response(received, now, out);
        } else {
            receive_response(received, out);
        }
        return true;
    }

    /// The response to a call.
    void receive_response(const message& received, client_outcome& out) const {
        std::uint64_t id = 0;
        const char* const end = received.id.data() + received.id.size();
        const auto [last, problem] = std::from_chars(received.id.data(), end, id);
        if (problem == std::errc::result_out_of_range) {
            out.end(errc::protocol_violation, "the server answered a call that was never made");
        } else if (last != end) {
            // An error without an id is about the connection: what was sent made no sense there.
            out.end(errc::protocol_violation,
                    "the server refused: " + read_error_text(received.error).message);
        } else {
            const bool is_error = !received.error.empty();
            out.deliveries.push_back({is_error ? delivery::kind::error : delivery::kind::result, id,
                                      is_error ? received.error : received.result});
        }
    }

    /// Takes an event in the very form in which this library writes it.
    /// @return false if the text has another form.
    bool receive_plain_event(std::string_view text, client_outcome& out) {
        std::string_view name;
        std::string_view data;
        std::uint64_t number = 0;
        if (!read_plain_event(text, name, number, data)) {
            return false;
        }
        events_.add(0);
        if (const std::size_t event = contract_.place_of(name); event != not_listed) {
            deliver_event(event, number, data, out);
        }
        return true;
    }

    void receive_notification(const message& received, client_outcome& out) {
        if (received.method == bye_method) {
            receive_bye(received, out);
        } else if (received.method == ended_method) {
            receive_ended(received, out);
        } else if (received.id.empty()) {  // Nothing here serves requests.
            receive_event(received, out);
        }
    }

    void receive_event(const message& received, client_outcome& out) {
        events_.add(0);
        const std::size_t event = contract_.place_of(received.method);
        if (event == not_listed) {
            return;  // Nobody asked for it.
        }
        std::string_view data;
        std::uint64_t number = 0;
        if (read_event(received.params, number, data)) {
            deliver_event(event, number, data, out);
        } else {
            out.end(errc::protocol_violation,
                    "the event '" + std::string(received.method) + "' came without seq and data");
        }
    }

    void deliver_event(std::size_t event, std::uint64_t number, std::string_view data,
                       client_outcome& out) {
        newest_[event] = (std::max)(newest_[event], number);
        out.deliveries.push_back({delivery::kind::event, event, data});
    }

    GATEWIRE_COLD void receive_bye(const message& received, client_outcome& out) {
        bye_request bye;
        codec::read_error unused;
        codec::read_text(received.params, bye, unused);
        is_over_ = true;
        out.end(errc::connection_lost, "the server ended the session: " + bye.reason);
    }

    static void receive_ended(const message& received, client_outcome& out) {
        ended_call ended;
        codec::read_error unused;
        if (codec::read_text(received.params, ended, unused)) {
            if (const auto id = number_of(ended.id.text)) {
                out.deliveries.push_back({delivery::kind::ended, *id, {}});
            }
        }
    }

    /// The response to a request of the library's own.
    GATEWIRE_COLD void receive_own_response(const message& received, time_point now,
                                            client_outcome& out) {
        if (received.id == client_requests::hello_id && phase_ == phase::greeting) {
            receive_welcome(received, now, out);
            return;
        }
        const auto number = client_requests::number_in(received.id);
        if (!number || open_subscriptions_ == 0) {
            return;
        }
        --open_subscriptions_;
        server_.prolong(now);
        subscribe_response response;
        codec::read_error unused;
        if (codec::read_text(received.result, response, unused)) {
            position_ = (std::max)(position_, response.position);
        }
        out.deliveries.push_back({delivery::kind::subscription, *number, received.error});
    }

    GATEWIRE_COLD void receive_welcome(const message& received, time_point now,
                                       client_outcome& out) {
        codec::read_error problem;
        if (!received.error.empty()) {
            const error_text refusal = read_error_text(received.error);
            out.end(detail::errc_of(refusal.code),
                    "the server refused the hello: " + without_secret(refusal.message));
            return;
        }
        if (!codec::read_text(received.result, welcome_, problem)) {
            out.end(errc::protocol_violation, "the answer to rpc.hello: " + problem.text("result"));
            return;
        }
        if (welcome_.protocol != version) {
            out.end(errc::protocol_violation,
                    "the server speaks version " + std::to_string(welcome_.protocol) +
                        " of the protocol, this client version " + std::to_string(version));
            return;
        }
        if (welcome_.heartbeat_ms != 0) {
            server_.shorten_heartbeat(std::chrono::milliseconds(welcome_.heartbeat_ms));
        }
        out.notices = check_.compare(contract_, welcome_.differs);
        position_ = welcome_.event_position;
        phase_ = phase::subscribing;
        server_.sent(now);
        server_.prolong(now);
        out.deliveries.push_back({delivery::kind::welcome, 0, {}});
    }

    /// What a server wrote, for the log, where no secret may be seen.
    std::string without_secret(const std::string& text) const {
        const bool has_secret = !token_.empty() && text.find(token_) != std::string::npos;
        return has_secret ? "unknown token" : text;
    }

    /// Whether no response is awaited without which the greeting cannot go on.
    bool is_waiting_for_nothing() const noexcept {
        return phase_ == phase::ready || (phase_ == phase::subscribing && open_subscriptions_ == 0);
    }

    const client_contract& contract_;
    std::vector<std::uint64_t> newest_;  // by the event's place
    // The server keeps responses, and notes some of the events, until it hears that they arrived.
    frame_counter responses_{64, std::size_t{64} << 10};
    frame_counter events_{1024, static_cast<std::size_t>(-1)};
    server_watch server_;
    std::string token_;
    phase phase_ = phase::greeting;
    hello_response welcome_;
    contract_check check_;
    std::size_t open_subscriptions_ = 0;
    std::uint64_t position_ = 0;  // the hello's, or the highest that a subscription began at
    std::uint64_t responses_before_ = 0;  // in the session, as the hello said
    std::uint64_t events_before_ = 0;
    bool is_over_ = false;  // the server said that the session ends
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP
