// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP
#define GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP

#include <gatewire/error.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/client_times.hpp>
#include <gatewire/protocol/contract_check.hpp>
#include <gatewire/protocol/delivery.hpp>
#include <gatewire/protocol/event_message.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/greeting.hpp>
#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/wire/frame.hpp>
#include <gatewire/wire/json/message.hpp>
#include <gatewire/wire/json/read.hpp>

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

/// One connection of a client as a value: it says hello, compares the contracts, subscribes, pings,
/// and tells answers and events apart. Calls pass through it as ids only.
class client_connection {
public:
    enum class phase : unsigned char {
        greeting,     // hello is sent, its answer not here
        welcome,      // it is: somebody must say what to subscribe to
        subscribing,  // the wanted events are asked for
        ready         // calls may be sent
    };

    client_connection(const client_contract& contract, const client_times& times)
        : newest(contract.events.size()), contract_(contract), times_(times) {}

    /// The connection is up: says hello.
    void open(time_point now, const hello_request& hello) {
        opened_ = last_sent_ = now;
        token_ = hello.token.value_or(std::string());
        request(hello_method, hello_id, hello);
    }
    void open(time_point now, const std::string& token = {}) {
        open(now, hello_of(contract_, token));
    }

    /// Takes one frame's body. Fills `deliveries` and `out`; sets `failure` if the server cannot be
    /// understood.
    void receive(std::string_view body, time_point now) {
        const std::uint64_t answers_before = answers_;
        receive_body(body, now);
        if (answers_ != answers_before) {
            answers_ = answers_before + 1;
            answer_bytes_ += body.size();
        }
    }

    /// Says how many answers have arrived, now and then or, if `at_once`, now.
    void acknowledge(bool at_once) {
        constexpr std::uint64_t step = 64;
        constexpr std::size_t byte_step = std::size_t{64} << 10;
        const bool is_time = answers_ - acknowledged_ >= step || answer_bytes_ >= byte_step;
        if (is_lasting() && phase_ == phase::ready && (is_time || at_once)) {
            acknowledged_ = answers_;
            answer_bytes_ = 0;
            request(ack_method, {}, ack_request{answers_});
        }
    }

    /// Whether the session can go on on another connection.
    bool is_lasting() const noexcept { return welcome_.grace_ms && !is_over; }

    /// The client leaves for good.
    void say_bye(std::string reason) {
        if (is_lasting()) {
            request(bye_method, {}, bye_request{std::move(reason)});
        }
    }

    /// Frames of answers that have arrived.
    std::uint64_t answers() const noexcept { return answers_; }

    /// Asks for all that is wanted, once the server has said welcome.
    void subscribe_all(std::vector<subscription> wishes) {
        phase_ = phase::subscribing;
        std::erase_if(
            wishes, [this](const subscription& wish) { return !check_.allows_event(wish.event); });
        if (wishes.empty()) {
            become_ready();
            return;
        }
        open_subscriptions_ = wishes.size();
        // In batches, so that the server answers before the first event of any of them.
        const std::size_t batch_max =
            (std::max)(std::size_t{1}, static_cast<std::size_t>(welcome_.limits.batch_max));
        for (std::size_t begin = 0; begin < wishes.size(); begin += batch_max) {
            const std::size_t end = (std::min)(wishes.size(), begin + batch_max);
            const std::size_t frame = wire::begin_frame(out);
            for (std::size_t at = begin; at < end; ++at) {
                out.append(at == begin ? '[' : ',');
                write_own_request(out, subscribe_method, subscribe_id, wishes[at]);
            }
            out.append(']');
            wire::end_frame(out, frame);
        }
    }

    /// Asks for events, or ends them.
    void change(const subscription& wish, bool is_wanted) {
        request(is_wanted ? subscribe_method : unsubscribe_method, change_id, wish);
    }

    /// Nobody waits for this call any more.
    void give_up(std::uint64_t id) { request(cancel_method, {}, cancel_request{id}); }
    /// Bytes were sent: no ping is needed for a while.
    void sent(time_point now) noexcept { last_sent_ = now; }

    /// Sends a ping if it is time, or says why the server must be given up.
    std::optional<close_reason> look(time_point now, time_point last_received) {
        if (phase_ != phase::ready) {
            return now < opened_ + times_.greeting
                       ? std::nullopt
                       : std::optional(close_reason{errc::peer_silent,
                                                    "the server did not answer the hello in time"});
        }
        if (now >= last_received + times_.heartbeat_timeout) {
            return close_reason{errc::peer_silent,
                                "no sign of life from the server for " +
                                    std::to_string(times_.heartbeat_timeout.count()) + " ms"};
        }
        if (now >= ping_time(last_received)) {
            acknowledge(answers_ != acknowledged_);
            request(ping_method, ping_id, nlohmann::json::object());
            last_sent_ = last_ping_ = now;
        }
        return std::nullopt;
    }

    time_point next_deadline(time_point last_received) const noexcept {
        if (phase_ != phase::ready) {
            return opened_ + times_.greeting;
        }
        return (std::min)(last_received + times_.heartbeat_timeout, ping_time(last_received));
    }

    phase where() const noexcept { return phase_; }
    const hello_answer& welcome() const noexcept { return welcome_; }
    /// Events with a higher number are sure to come, as far as they are subscribed to.
    std::uint64_t position() const noexcept {
        return (std::max)(position_, welcome_.event_position);
    }
    /// Why the method at this place must not be called; empty if it may.
    const std::string& mismatch(std::size_t method) const noexcept { return check_.method(method); }

    wire::buffer out;                     ///< Frames to be sent.
    std::vector<delivery> deliveries;     ///< In the order of arrival.
    std::vector<std::string> notices;     ///< Where the contracts differ, for the log.
    std::vector<std::string> refusals;    ///< Why subscriptions were refused, for the log.
    std::optional<close_reason> failure;  ///< The connection must end.
    bool became_ready = false;            ///< Set once; whoever sees it clears it.
    /// The newest `seq` that arrived of each event, by the handler's place.
    std::vector<std::uint64_t> newest;
    bool is_over = false;  ///< The server said that the session ends.

private:
    using message = wire::json::message;
    // The protocol's own ids are texts, those of calls are numbers.
    static constexpr std::string_view hello_id = "\"hello\"";
    static constexpr std::string_view subscribe_id = "\"subscribe\"";
    static constexpr std::string_view change_id = "\"change\"";
    static constexpr std::string_view ping_id = "\"ping\"";

    void receive_body(std::string_view body, time_point now) {
        if (!wire::json::is_batch(body)) {
            receive_message(body, now);
            return;
        }
        wire::json::read_error syntax;
        if (!wire::json::validate(body, syntax)) {
            fail(errc::protocol_violation, "the server sent no JSON: " + syntax.text("batch"));
            return;
        }
        std::vector<std::string_view> messages;
        wire::json::split_array(body, messages);
        for (std::string_view text : messages) {
            receive_message(text, now);
        }
    }

    time_point ping_time(time_point last_received) const noexcept {
        const time_point quiet = (std::min)(last_received, last_sent_);
        return (std::max)(quiet, last_ping_) + times_.heartbeat;
    }

    void fail(errc code, std::string text) {
        if (!failure) {
            failure = close_reason{code, std::move(text)};
        }
    }

    void receive_message(std::string_view text, time_point now) {
        message received;
        wire::json::read_error problem;
        if (receive_plain_event(text)) {
            return;
        }
        if (!wire::json::parse_message(text, received, problem)) {
            fail(errc::protocol_violation,
                 "the server sent no JSON-RPC message: " + problem.text("message"));
        } else if (!received.is_answer()) {
            receive_event(received);
        } else if (++answers_; received.id.starts_with('"')) {
            receive_own_answer(received, now);
        } else {
            receive_answer(received);
        }
    }

    void receive_answer(const message& received) {
        std::uint64_t id = 0;
        const char* const end = received.id.data() + received.id.size();
        const auto [last, problem] = std::from_chars(received.id.data(), end, id);
        if (problem == std::errc::result_out_of_range) {
            fail(errc::protocol_violation, "the server answered a call that was never made");
        } else if (last != end) {
            // An error without an id is about the connection: what was sent made no sense there.
            fail(errc::protocol_violation,
                 "the server refused: " + read_error_text(received.error).message);
        } else if (received.error.empty()) {
            deliveries.push_back({delivery::kind::result, id, received.result});
        } else {
            deliveries.push_back({delivery::kind::error, id, received.error});
        }
    }

    void receive_event(const message& received) {
        if (received.method == bye_method) {
            receive_bye(received);
            return;
        }
        const std::size_t event = contract_.find_event(received.method);
        if (event == not_listed || !received.id.empty()) {
            return;  // Nothing here serves requests, and nobody asked for this event.
        }
        std::string_view data;
        std::uint64_t number = 0;
        if (read_event(received.params, number, data)) {
            take_event(event, number, data);
        } else {
            fail(errc::protocol_violation,
                 "the event '" + std::string(received.method) + "' came without seq and data");
        }
    }

    bool receive_plain_event(std::string_view text) {
        std::string_view name;
        std::string_view data;
        std::uint64_t number = 0;
        const bool is_plain = read_plain_event(text, name, number, data);
        const std::size_t event = is_plain ? contract_.find_event(name) : not_listed;
        if (event != not_listed) {
            take_event(event, number, data);
        }
        return is_plain;
    }

    void take_event(std::size_t event, std::uint64_t number, std::string_view data) {
        newest[event] = (std::max)(newest[event], number);
        deliveries.push_back({delivery::kind::event, event, data});
    }

    void receive_bye(const message& received) {
        bye_request bye;
        wire::json::read_error unused;
        wire::json::read_text(received.params, bye, unused);
        is_over = true;
        fail(errc::connection_lost, "the server ended the session: " + bye.reason);
    }

    void receive_own_answer(const message& received, time_point now) {
        if (received.id == hello_id && phase_ == phase::greeting) {
            receive_welcome(received, now);
            return;
        }
        const bool is_subscription = received.id == subscribe_id;
        subscribe_answer answer;
        wire::json::read_error unused;
        if (is_subscription && wire::json::read_text(received.result, answer, unused)) {
            position_ = (std::max)(position_, answer.position);
        }
        if ((is_subscription || received.id == change_id) && !received.error.empty()) {
            refusals.push_back(read_error_text(received.error).message);
        }
        if (is_subscription && phase_ == phase::subscribing && --open_subscriptions_ == 0) {
            become_ready();
        }
    }

    void receive_welcome(const message& received, time_point now) {
        wire::json::read_error problem;
        if (!received.error.empty()) {
            const error_text refusal = read_error_text(received.error);
            // It goes into logs, where no secret may be seen, whatever the server wrote.
            const bool repeats =
                !token_.empty() && refusal.message.find(token_) != std::string::npos;
            fail(detail::errc_of(refusal.code),
                 "the server refused the hello: " + (repeats ? "unknown token" : refusal.message));
            return;
        }
        if (!wire::json::read_text(received.result, welcome_, problem)) {
            fail(errc::protocol_violation, "the answer to rpc.hello: " + problem.text("result"));
            return;
        }
        if (welcome_.protocol != version) {
            fail(errc::protocol_violation,
                 "the server speaks version " + std::to_string(welcome_.protocol) +
                     " of the protocol, this client version " + std::to_string(version));
            return;
        }
        if (welcome_.heartbeat_ms != 0) {
            times_.heartbeat =
                (std::min)(times_.heartbeat, std::chrono::milliseconds(welcome_.heartbeat_ms));
        }
        notices = check_.compare(contract_, welcome_.differs);
        phase_ = phase::welcome;
        last_sent_ = now;
        if (welcome_.resumed) {
            become_ready();  // The subscriptions are as they were.
        }
    }

    void become_ready() {
        phase_ = phase::ready;
        became_ready = true;
    }

    template <class Params>
    void request(std::string_view method, std::string_view id, const Params& params) {
        const std::size_t frame = wire::begin_frame(out);
        write_own_request(out, method, id, params);
        wire::end_frame(out, frame);
    }

    const client_contract& contract_;
    client_times times_;
    std::string token_;
    phase phase_ = phase::greeting;
    hello_answer welcome_;
    contract_check check_;
    std::size_t open_subscriptions_ = 0;
    std::uint64_t position_ = 0;  // the highest that a subscription began at
    std::uint64_t answers_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::size_t answer_bytes_ = 0;  // of answers that were not acknowledged
    time_point opened_{};
    time_point last_sent_{};
    time_point last_ping_{};
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP
