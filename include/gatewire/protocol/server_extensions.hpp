// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_EXTENSIONS_HPP
#define GATEWIRE_PROTOCOL_SERVER_EXTENSIONS_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/call_slots.hpp>
#include <gatewire/protocol/contract.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/greeting.hpp>
#include <gatewire/protocol/inquiries.hpp>
#include <gatewire/protocol/peer_patience.hpp>
#include <gatewire/protocol/response_writer.hpp>
#include <gatewire/protocol/server_facts.hpp>
#include <gatewire/protocol/server_outcome.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/session_memory.hpp>
#include <gatewire/protocol/subscription_change.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// The methods that begin with `rpc.`, as one connection of a server answers them.
class server_extensions {
public:
    using message = codec::message;

    server_extensions(const service& offers, const server_limits& limits, server_facts facts,
                      response_writer& writer, call_slots& all_slots, session_memory& memory,
                      peer_patience& patience)
        : offers_(offers),
          limits_(limits),
          facts_(std::move(facts)),
          writer_(writer),
          inquiries_(writer, limits.answer_size_max),
          slots_(all_slots),
          memory_(memory),
          patience_(patience) {}

    const std::string& session() const noexcept { return facts_.session; }
    const std::string& epoch() const noexcept { return facts_.epoch; }
    /// Whether one side said that the session ends with the connection.
    bool said_bye() const noexcept { return said_bye_; }
    /// Whether the session outlives its connection.
    bool is_lasting() const noexcept {
        return patience_.has_greeted() && !said_bye_ && facts_.grace.count() > 0;
    }

    /// Whether the peer may ask for more than a hello and a ping.
    bool is_open() const noexcept { return !facts_.needs_token || patience_.has_greeted(); }

    /// The role that the peer lacks for this method or event; empty if it lacks none.
    std::string_view lacking(const entry_description& entry) const noexcept {
        for (const std::string_view role : entry.needs) {
            if (!who_ || !who_->has_role(role)) {
                return role;
            }
        }
        return {};
    }

    /// The hello that waits is accepted as that of `who`.
    /// @param goes_on  The session that it asked for, if it is there.
    void admit(const pending_hello& judged, std::shared_ptr<const identity> who,
               const resumption* goes_on, wire::buffer& out) {
        who_ = std::move(who);
        is_judging_ = false;
        if (goes_on != nullptr) {
            facts_.session = goes_on->session;
        }
        welcome({out, judged.batch, judged.id}, judged.hello, goes_on);
        if (goes_on != nullptr) {
            memory_.events.begin_connection(goes_on->last_event, judged.hello.events_arrived);
        }
    }

    /// It is not; the connection must end when this is sent.
    void turn_away(const pending_hello& judged, int code, std::string_view why, wire::buffer& out) {
        is_judging_ = false;
        writer_.refuse({out, judged.batch, judged.id}, code, why);
    }

    /// Tells a client with a session that it ends.
    void say_bye(const std::string& why, wire::buffer& out) {
        if (is_lasting()) {
            write_notification(out, bye_method, bye_request{why});
            said_bye_ = true;
        }
    }

    /// Tells the client that a call of an earlier connection has ended that it did not ask for
    /// again.
    void tell_ended(const std::string& id, wire::buffer& out) const {
        if (hears_ended_) {
            write_notification(out, ended_method, ended_call{{id}});
        }
    }

    /// Answers a request of somebody who must say hello first.
    void refuse_stranger(const message& received, const batch_ptr& batch, wire::buffer& out) {
        writer_.refuse({out, batch, received.id}, unauthenticated_code,
                       "the server wants to know who is calling: rpc.hello comes first");
    }

    /// Takes a message whose text was validated.
    void receive(const message& received, const batch_ptr& batch, server_outcome& out) {
        if (received.method == ping_method) {
            patience_.heard_ping();
            writer_.answer({out.responses, batch, received.id},
                           [](wire::buffer& to) { to.append("{}"); });
        } else if (received.method == hello_method) {
            receive_hello(received, batch, out);
        } else if (!is_open()) {
            refuse_stranger(received, batch, out.responses);
        } else if (received.method == subscribe_method) {
            receive_subscription(received, batch, true, out);
        } else if (received.method == unsubscribe_method) {
            receive_subscription(received, batch, false, out);
        } else if (received.method == cancel_method) {
            receive_cancel(received, batch, out);
        } else if (received.method == ack_method) {
            receive_ack(received, batch, out);
        } else if (received.method == bye_method) {
            said_bye_ = true;
            writer_.answer({out.responses, batch, received.id},
                           [](wire::buffer& to) { to.append("true"); });
        } else if (received.method == discover_method && offers_.document) {
            receive_inquiry(inquiry::subject::document, received, batch, out);
        } else if (received.method == stats_method) {
            receive_inquiry(inquiry::subject::statistics, received, batch, out);
        } else {
            writer_.refuse_as({out.responses, batch, received.id}, method_not_found_code,
                              codec::printable(received.method));
        }
    }

    /// So many changes wait at most before they are carried out, and those of one more frame.
    static constexpr std::size_t changes_max = 256;
    /// Whether no more frames must be taken before the changes are carried out.
    static bool has_many_changes(const server_outcome& out) noexcept {
        return out.changes.size() >= changes_max;
    }

    /// The client says what has arrived.
    void acknowledged(const ack_request& what, server_outcome& out) {
        memory_.acknowledged(what.answers, out.earlier_cancels);
        memory_.events.arrived(what.events_arrived.value_or(0));
    }

    /// Ends a subscription change with its answer.
    void finish_change(const subscription_change& done, std::uint64_t position, wire::buffer& out) {
        memory_.events.assume(position);
        writer_.answer({out, done.batch, done.id}, [position](wire::buffer& to) {
            codec::write_error unused;
            codec::write(to, subscribe_answer{position}, unused);
        });
    }
    void refuse_change(const subscription_change& refused, int code, std::string_view text,
                       wire::buffer& out) {
        writer_.refuse({out, refused.batch, refused.id}, code, text);
    }

    /// How inquiries are answered.
    const inquiries& answering() const noexcept { return inquiries_; }

private:
    template <class Params>
    static void write_notification(wire::buffer& out, std::string_view method,
                                   const Params& params) {
        const std::size_t begin = wire::begin_frame(out);
        write_own_request(out, method, {}, params);
        wire::end_frame(out, begin);
    }

    void receive_inquiry(inquiry::subject about, const message& received, const batch_ptr& batch,
                         server_outcome& out) {
        patience_.heard_inquiry();
        inquiries_.receive(about, received.id, batch, out);
    }

    void receive_hello(const message& received, const batch_ptr& batch, server_outcome& out) {
        hello_request hello;
        if (!read_params(received, batch, hello, out.responses)) {
            return;
        }
        if (patience_.has_greeted() || is_judging_) {
            writer_.refuse_as({out.responses, batch, received.id}, invalid_request_code,
                              "a second rpc.hello");
            return;
        }
        if (hello.protocol != version) {
            writer_.refuse({out.responses, batch, received.id}, invalid_params_code,
                           "params.protocol: version " + std::to_string(hello.protocol) +
                               " is not known here, this server speaks version " +
                               std::to_string(version));
            return;
        }
        if (facts_.needs_token || (hello.session && hello.epoch == facts_.epoch)) {
            out.hello = pending_hello{std::string(received.id), batch, std::move(hello)};
            is_judging_ = true;
        } else {
            welcome({out.responses, batch, received.id}, hello, nullptr);
        }
    }

    void welcome(const response_writer::place& to, const hello_request& hello,
                 const resumption* goes_on) {
        patience_.heard_hello();
        hears_ended_ = hello.hears_ended.value_or(false);
        memory_.is_kept = facts_.grace.count() > 0;
        writer_.answer(to, [&](wire::buffer& out) {
            hello_answer answer = answer_to(hello);
            answer.resumed = goes_on != nullptr;
            if (goes_on != nullptr) {
                answer.missed = goes_on->missed;
                answer.running = running();
            } else {
                memory_.events.assume(answer.event_position);
            }
            codec::write_error unused;
            codec::write(out, answer, unused);
        });
    }

    /// What the client must count as in flight.
    std::optional<std::vector<codec::raw_text>> running() const {
        std::vector<codec::raw_text> ids;
        for (const std::string& id : memory_.elsewhere()) {
            ids.push_back({id});
        }
        return ids.empty() ? std::nullopt : std::optional(std::move(ids));
    }

    hello_answer answer_to(const hello_request& hello) const {
        hello_answer result;
        if (facts_.grace.count() > 0) {
            result.grace_ms = told_milliseconds(facts_.grace);
        }
        result.session = facts_.session;
        result.epoch = facts_.epoch;
        result.event_position = facts_.position->load(std::memory_order_relaxed);
        result.limits = {limits_.frame_size_max, limits_.calls_in_flight_max, limits_.batch_max,
                         limits_.subscriptions_max};
        result.heartbeat_ms = told_milliseconds(facts_.heartbeat);
        if (hello.table) {
            result.differs = table_difference(*hello.table, offers_);
        }
        return result;
    }

    void receive_subscription(const message& received, const batch_ptr& batch, bool is_wanted,
                              server_outcome& out) {
        subscription wish;
        if (!read_params(received, batch, wish, out.responses)) {
            return;
        }
        const std::size_t event = offers_.find_event(wish.event);
        if (event == not_listed) {
            writer_.refuse(
                {out.responses, batch, received.id}, invalid_params_code,
                "params.event: the server has no event '" + codec::printable(wish.event) + "'");
        } else if (const auto role = lacking(offers_.events[event]); is_wanted && !role.empty()) {
            writer_.refuse(
                {out.responses, batch, received.id}, forbidden_code,
                "the event '" + wish.event + "' needs the role '" + std::string(role) + "'");
        } else if (wish.keys && !offers_.events[event].is_keyed) {
            writer_.refuse({out.responses, batch, received.id}, invalid_params_code,
                           "params.keys: the event '" + wish.event + "' has no key");
        } else {
            out.changes.push_back(
                {std::string(received.id), batch, is_wanted, event, std::move(wish.keys)});
        }
    }

    void receive_cancel(const message& received, const batch_ptr& batch, server_outcome& out) {
        cancel_request request;
        if (!read_params(received, batch, request, out.responses)) {
            return;
        }
        for (auto& reach : slots_.cancel(request.id.text)) {
            out.cancels.push_back(std::move(reach));
        }
        if (memory_.give_up(request.id.text)) {
            out.earlier_cancels.emplace_back(request.id.text);
        }
        writer_.answer({out.responses, batch, received.id},
                       [](wire::buffer& to) { to.append("true"); });
    }

    void receive_ack(const message& received, const batch_ptr& batch, server_outcome& out) {
        ack_request request;
        if (!read_params(received, batch, request, out.responses)) {
            return;
        }
        acknowledged(request, out);
        writer_.answer({out.responses, batch, received.id},
                       [](wire::buffer& to) { to.append("true"); });
    }

    /// Reads the params of an extension, or refuses the message and says why.
    template <class Params>
    bool read_params(const message& received, const batch_ptr& batch, Params& params,
                     wire::buffer& out) {
        codec::read_error failure;
        if (!received.params.empty() && codec::read_text(received.params, params, failure)) {
            return true;
        }
        refuse_params(received, batch, failure, out);
        return false;
    }
    void refuse_params(const message& received, const batch_ptr& batch,
                       const codec::read_error& failure, wire::buffer& out) {
        writer_.refuse({out, batch, received.id}, invalid_params_code,
                       received.params.empty() ? "params: missing" : failure.text("params"));
    }

    const service& offers_;
    const server_limits& limits_;
    server_facts facts_;
    response_writer& writer_;
    inquiries inquiries_;
    call_slots& slots_;
    session_memory& memory_;
    peer_patience& patience_;
    std::shared_ptr<const identity> who_;  // null: anonymous, without roles
    bool hears_ended_ = false;
    bool is_judging_ = false;  // a hello waits to be admitted
    bool said_bye_ = false;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_EXTENSIONS_HPP
