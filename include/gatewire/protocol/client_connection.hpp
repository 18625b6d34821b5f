// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP
#define GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/answer_tally.hpp>
#include <gatewire/protocol/contract_check.hpp>
#include <gatewire/protocol/delivery.hpp>
#include <gatewire/protocol/event_intake.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/greeting.hpp>
#include <gatewire/protocol/kept_answers.hpp>
#include <gatewire/protocol/link_watch.hpp>
#include <gatewire/protocol/own_requests.hpp>
#include <gatewire/protocol/server_patience.hpp>
#include <gatewire/protocol/service.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
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
        subscribing,  // it is: the wanted events are asked for
        ready         // calls may be sent
    };

    client_connection(const client_contract& contract, const client_times& times)
        : contract_(contract), patience_(times) {}

    /// The connection is up: says hello.
    void open(time_point now, const hello_request& hello) {
        patience_.opened(now);
        token_ = hello.token.value_or(std::string());
        answers_before_ = hello.answers.value_or(0);
        events_before_ = hello.events_arrived.value_or(0);
        requests_.hello(hello);
    }
    void open(time_point now, const std::string& token = {}) {
        open(now, hello_of(contract_, token));
    }

    /// Takes one frame's body. Fills `deliveries` and `out`; sets `failure` if the server cannot be
    /// understood.
    void receive(std::string_view body, time_point now) {
        std::uint64_t id = 0;
        std::string_view result;
        if (codec::read_plain_result(body, id, result)) {
            deliveries.push_back({delivery::kind::result, id, result});
            answers_.arrived(body.size());
            return;
        }
        is_answer_ = false;
        receive_body(body, now);
        if (is_answer_) {
            answers_.arrived(body.size());
        }
    }

    /// Says how many answers and events have arrived, now and then or, if `at_once`, now.
    /// @return Whether it said anything.
    bool acknowledge(bool at_once) {
        const bool is_due =
            (at_once || answers_.is_due() || events_.count() - events_told_ >= events_untold_max) &&
            is_lasting() && phase_ == phase::ready;
        if (is_due) {
            ack_request arrived{(welcome_.resumed ? answers_before_ : 0) + answers_.tell(), {}};
            if (std::exchange(events_told_, events_.count()) != events_.count()) {
                arrived.events_arrived = (welcome_.resumed ? events_before_ : 0) + events_told_;
            }
            requests_.ack(arrived);
        }
        return is_due;
    }

    /// Whether the session can go on on another connection.
    bool is_lasting() const noexcept { return welcome_.grace_ms && !is_over; }

    /// The client leaves for good.
    void say_bye(std::string reason) {
        if (is_lasting()) {
            requests_.bye(std::move(reason));
        }
    }

    /// The newest `seq` that arrived of each event, by the handler's place.
    const std::vector<std::uint64_t>& newest() const noexcept { return events_.newest(); }
    /// Frames of answers that have arrived on this connection.
    std::uint64_t answers() const noexcept { return answers_.count(); }
    /// Frames of events that have.
    std::uint64_t events() const noexcept { return events_.count(); }

    /// Asks for events, or ends them, once the server has said welcome.
    void subscribe(const std::vector<subscription_request>& wishes, time_point now) {
        open_subscriptions_ += wishes.size();
        if (phase_ == phase::ready && wishes.size() == 1) {
            requests_.subscribe(wishes.front());
            return;
        }
        const hello_limits& limits = welcome_.limits;
        constexpr std::uint64_t plenty = 256 << 10;
        requests_.subscribe(wishes, limits.batch_max, (std::min)(limits.frame_size_max, plenty));
        patience_.prolong(now);
    }

    /// All that is wanted is there, as far as it can be.
    /// @return  Events with a higher number are sure to come.
    std::uint64_t become_ready() noexcept {
        phase_ = phase::ready;
        return position_;
    }

    /// Bytes were sent: no ping is needed for a while.
    void sent(time_point now) noexcept { patience_.sent(now); }

    /// Sends a ping if it is time, or says why the server must be given up.
    std::optional<close_reason> look(time_point now, time_point last_received) {
        if (auto why = patience_.reason_to_end(now, last_received, is_waiting_for_nothing())) {
            return why;
        }
        if (is_waiting_for_nothing() && now >= patience_.ping_time(last_received)) {
            acknowledge(answers_.has_untold() || events_.count() != events_told_);
            requests_.ping();
            patience_.pinged(now);
        }
        return std::nullopt;
    }

    time_point next_deadline(time_point last_received) const noexcept {
        return patience_.deadline(last_received, is_waiting_for_nothing());
    }

    phase where() const noexcept { return phase_; }
    const hello_answer& welcome() const noexcept { return welcome_; }
    /// Why events cannot be read here, by their place; empty for those that can.
    const std::vector<std::string>& mismatches() const noexcept { return check_.events(); }
    /// Which methods must not be called here.
    const contract_check& contract() const noexcept { return check_; }

    wire::buffer out;                     ///< Frames to be sent.
    std::vector<delivery> deliveries;     ///< In the order of arrival.
    std::vector<std::string> notices;     ///< Where the contracts differ, for the log.
    std::optional<close_reason> failure;  ///< The connection must end.
    bool is_over = false;                 ///< The server said that the session ends.
private:
    using message = codec::message;

    void receive_body(std::string_view body, time_point now) {
        codec::read_error syntax;
        if (codec::is_batch(body) && !codec::validate(body, syntax)) {
            fail(errc::protocol_violation, "the server sent no JSON: " + syntax.text("batch"));
            return;
        }
        for_each_message(body, [this, now](std::string_view text) { receive_message(text, now); });
    }

    void fail(errc code, std::string text) {
        if (!failure) {
            failure = close_reason{code, std::move(text)};
        }
    }

    void receive_message(std::string_view text, time_point now) {
        message received;
        codec::read_error problem;
        if (events_.take_plain(text)) {
            return;
        }
        if (!codec::parse_message(text, received, problem)) {
            fail(errc::protocol_violation,
                 "the server sent no JSON-RPC message: " + problem.text("message"));
        } else if (!received.is_answer()) {
            receive_event(received);
        } else {
            is_answer_ = true;
            if (received.id.starts_with('"')) {
                receive_own_answer(received, now);
            } else {
                receive_answer(received);
            }
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
        } else {
            const bool is_error = !received.error.empty();
            deliveries.push_back({is_error ? delivery::kind::error : delivery::kind::result, id,
                                  is_error ? received.error : received.result});
        }
    }

    void receive_event(const message& received) {
        if (received.method == bye_method) {
            receive_bye(received);
        } else if (received.method == ended_method) {
            receive_ended(received);
        } else if (!events_.take(received)) {
            fail(errc::protocol_violation,
                 "the event '" + std::string(received.method) + "' came without seq and data");
        }
    }

    void receive_bye(const message& received) {
        bye_request bye;
        codec::read_error unused;
        codec::read_text(received.params, bye, unused);
        is_over = true;
        fail(errc::connection_lost, "the server ended the session: " + bye.reason);
    }

    void receive_ended(const message& received) {
        ended_call ended;
        codec::read_error unused;
        if (codec::read_text(received.params, ended, unused)) {
            if (const auto id = number_of(ended.id.text)) {
                deliveries.push_back({delivery::kind::ended, *id, {}});
            }
        }
    }

    void receive_own_answer(const message& received, time_point now) {
        if (received.id == own_requests::hello_id && phase_ == phase::greeting) {
            receive_welcome(received, now);
            return;
        }
        const auto number = own_requests::number_in(received.id);
        if (!number || open_subscriptions_ == 0) {
            return;
        }
        --open_subscriptions_;
        patience_.prolong(now);
        subscribe_answer answer;
        codec::read_error unused;
        if (codec::read_text(received.result, answer, unused)) {
            position_ = (std::max)(position_, answer.position);
        }
        deliveries.push_back({delivery::kind::subscription, *number, received.error});
    }

    void receive_welcome(const message& received, time_point now) {
        codec::read_error problem;
        if (!received.error.empty()) {
            const error_text refusal = read_error_text(received.error);
            fail(detail::errc_of(refusal.code),
                 "the server refused the hello: " + without_secret(refusal.message, token_));
            return;
        }
        if (!codec::read_text(received.result, welcome_, problem)) {
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
            patience_.hasten(std::chrono::milliseconds(welcome_.heartbeat_ms));
        }
        notices = check_.compare(contract_, welcome_.differs);
        position_ = welcome_.event_position;
        phase_ = phase::subscribing;
        patience_.sent(now);
        patience_.prolong(now);
        deliveries.push_back({delivery::kind::welcome, 0, {}});
    }

    /// Whether the server owes nothing without which nothing goes on.
    bool is_waiting_for_nothing() const noexcept {
        return phase_ == phase::ready || (phase_ == phase::subscribing && open_subscriptions_ == 0);
    }

    /// So many events may arrive before the server, which notes some of them, hears of it.
    static constexpr std::uint64_t events_untold_max = 1024;

    const client_contract& contract_;
    own_requests requests_{out};
    event_intake events_{contract_, deliveries};
    server_patience patience_;
    std::string token_;
    phase phase_ = phase::greeting;
    hello_answer welcome_;
    contract_check check_;
    std::size_t open_subscriptions_ = 0;
    std::uint64_t position_ = 0;  // the hello's, or the highest that a subscription began at
    answer_tally answers_;
    std::uint64_t answers_before_ = 0;  // in the session, as the hello said
    std::uint64_t events_before_ = 0;
    std::uint64_t events_told_ = 0;  // of this connection
    bool is_answer_ = false;         // the frame that is received
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CLIENT_CONNECTION_HPP
