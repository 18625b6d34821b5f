// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_EXTENSIONS_HPP
#define GATEWIRE_PROTOCOL_SERVER_EXTENSIONS_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/envelope.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/call_slots.hpp>
#include <gatewire/protocol/contract.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/peer_limits.hpp>
#include <gatewire/protocol/response_writer.hpp>
#include <gatewire/protocol/server_outcome.hpp>
#include <gatewire/protocol/server_resume_state.hpp>
#include <gatewire/protocol/server_subscriptions.hpp>
#include <gatewire/protocol/service.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// Reads `rpc.ack` as clients send it, as a notification. @return false for anything else. Its
/// params are read whole, so whoever takes it needs no more of it to be validated.
inline bool read_ack(const codec::message& received, ack_request& read) {
    codec::read_error unused;
    return received.method == ack_method && received.id.empty() &&
           codec::read_text(received.params, read, unused);
}

/// The queries about the whole server that one connection sends. Their responses are large, so none
/// is made before the one before it is queued, and none twice for one batch.
class server_queries {
public:
    server_queries(response_writer& writer, std::size_t answer_size_max)
        : writer_(writer), answer_size_max_(answer_size_max) {}

    /// Takes a query. It is answered later, without the mutex of the connection.
    void receive(server_query::subject about, std::string_view id, const batch_ptr& batch,
                 server_outcome& out) const {
        const bool is_asked = std::any_of(out.queries.begin(), out.queries.end(),
                                          [about](const auto& one) { return one.about == about; });
        if (id.empty()) {
            writer_.end(out.responses, batch);
        } else if (is_asked) {
            writer_.refuse({out.responses, batch, id}, overloaded_code,
                           "this was asked in the same batch already");
        } else {
            out.queries.push_back({about, std::string(id), batch});
        }
    }

    /// @param text  JSON, or empty if there is none.
    void answer(const server_query& asked, std::string_view text, wire::buffer& out) const {
        if (text.empty()) {
            writer_.refuse({out, asked.batch, asked.id}, internal_error_code, "there is no answer");
        } else if (text.size() > answer_size_max_) {
            writer_.refuse({out, asked.batch, asked.id}, answer_too_large_code,
                           "the answer has " + std::to_string(text.size()) +
                               " bytes, the limit is " + std::to_string(answer_size_max_));
        } else {
            writer_.answer({out, asked.batch, asked.id},
                           [text](wire::buffer& to) { to.append(text); });
        }
    }

    /// The peer has had too much already.
    void put_off(const server_query& asked, wire::buffer& out) const {
        writer_.refuse({out, asked.batch, asked.id}, overloaded_code,
                       "this was asked too often for its size; later it is answered again");
    }

private:
    response_writer& writer_;
    std::size_t answer_size_max_;
};

/// The methods that begin with `rpc.`, as one connection of a server answers them.
class server_extensions {
public:
    using message = codec::message;

    server_extensions(const service& offers, const server_limits& limits, server_facts facts,
                      response_writer& writer, call_slots& all_slots,
                      server_resume_state& resume_state, peer_limits& peer)
        : offers_(offers),
          limits_(limits),
          facts_(std::move(facts)),
          writer_(writer),
          queries_(writer, limits.answer_size_max),
          slots_(all_slots),
          resume_state_(resume_state),
          peer_(peer) {}

    const std::string& session() const noexcept { return facts_.session; }
    std::string_view epoch() const noexcept { return facts_.epoch; }
    /// Whether one side said that the session ends with the connection.
    bool said_bye() const noexcept { return said_bye_; }
    /// Whether the session outlives its connection.
    bool is_lasting() const noexcept {
        return peer_.said_hello() && !said_bye_ && facts_.grace.count() > 0;
    }

    /// Whether the peer may ask for more than a hello and a ping.
    bool is_open() const noexcept { return !facts_.needs_token || peer_.said_hello(); }

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
    /// @param resumed  The session that it asked for, if it is there.
    GATEWIRE_COLD void admit(const pending_hello& pending, std::shared_ptr<const identity> who,
                             const resumption* resumed, wire::buffer& out) {
        who_ = std::move(who);
        is_hello_pending_ = false;
        if (resumed != nullptr) {
            facts_.session = resumed->session;
        }
        welcome({out, pending.batch, pending.id}, pending.hello, resumed);
        if (resumed != nullptr) {
            resume_state_.resume_events(resumed->last_event, pending.hello.events_arrived);
        }
    }

    /// It is not; the connection must end when this is sent.
    GATEWIRE_COLD void turn_away(const pending_hello& pending, int code, std::string_view why,
                                 wire::buffer& out) {
        is_hello_pending_ = false;
        writer_.refuse({out, pending.batch, pending.id}, code, why);
    }

    /// Tells a client with a session that it ends.
    GATEWIRE_COLD void say_bye(const std::string& why, wire::buffer& out) {
        if (is_lasting()) {
            write_notification(out, bye_method, bye_request{why});
            said_bye_ = true;
        }
    }

    /// Tells the client that a call of an earlier connection has ended that it did not ask for
    /// again.
    void write_ended(const std::string& id, wire::buffer& out) const {
        if (hears_ended_) {
            write_notification(out, ended_method, ended_call{{id}});
        }
    }

    /// Answers a request of somebody who must say hello first.
    void refuse_without_hello(const message& received, const batch_ptr& batch, wire::buffer& out) {
        writer_.refuse({out, batch, received.id}, unauthenticated_code,
                       "the server wants to know who is calling: rpc.hello comes first");
    }

    /// Takes a message whose text was validated.
    void receive(const message& received, const batch_ptr& batch, server_outcome& out) {
        if (received.method == ping_method) {
            peer_.on_ping();
            writer_.answer({out.responses, batch, received.id},
                           [](wire::buffer& to) { to.append("{}"); });
        } else if (received.method == hello_method) {
            receive_hello(received, batch, out);
        } else if (!is_open()) {
            refuse_without_hello(received, batch, out.responses);
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
            receive_query(server_query::subject::document, received, batch, out);
        } else if (received.method == stats_method) {
            receive_query(server_query::subject::statistics, received, batch, out);
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
    void acknowledge(const ack_request& what, server_outcome& out) {
        resume_state_.acknowledge(what.answers, what.events_arrived.value_or(0),
                                  out.earlier_cancels);
    }

    /// Responds to a subscription change that was carried out.
    GATEWIRE_COLD void finish_change(const subscription_change& done, std::uint64_t position,
                                     wire::buffer& out) {
        resume_state_.assume_position(position);
        writer_.answer({out, done.batch, done.id}, [position](wire::buffer& to) {
            codec::write_error unused;
            codec::write(to, subscribe_response{position}, unused);
        });
    }
    GATEWIRE_COLD void refuse_change(const subscription_change& refused, int code,
                                     std::string_view text, wire::buffer& out) {
        writer_.refuse({out, refused.batch, refused.id}, code, text);
    }

    /// How queries are answered.
    const server_queries& answering() const noexcept { return queries_; }

private:
    template <class Params>
    static void write_notification(wire::buffer& out, std::string_view method,
                                   const Params& params) {
        const std::size_t begin = wire::begin_frame(out);
        write_own_request(out, method, {}, params);
        wire::end_frame(out, begin);
    }

    void receive_query(server_query::subject about, const message& received, const batch_ptr& batch,
                       server_outcome& out) {
        peer_.on_query();
        queries_.receive(about, received.id, batch, out);
    }

    GATEWIRE_COLD void receive_hello(const message& received, const batch_ptr& batch,
                                     server_outcome& out) {
        hello_request hello;
        if (!read_params(received, batch, hello, out.responses)) {
            return;
        }
        if (peer_.said_hello() || is_hello_pending_) {
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
            out.hello = std::make_unique<pending_hello>(
                pending_hello{std::string(received.id), batch, std::move(hello)});
            is_hello_pending_ = true;
        } else {
            welcome({out.responses, batch, received.id}, hello, nullptr);
        }
    }

    GATEWIRE_COLD void welcome(const response_writer::place& to, const hello_request& hello,
                               const resumption* resumed) {
        peer_.on_hello();
        hears_ended_ = hello.hears_ended.value_or(false);
        resume_state_.set_resumable(facts_.grace.count() > 0);
        writer_.answer(to, [&](wire::buffer& out) {
            hello_response response = response_to(hello);
            response.resumed = resumed != nullptr;
            if (resumed != nullptr) {
                response.missed = resumed->missed;
                response.running = running();
            } else {
                resume_state_.assume_position(response.event_position);
            }
            codec::write_error unused;
            codec::write(out, response, unused);
        });
    }

    /// What the client must count as in flight.
    GATEWIRE_COLD std::optional<std::vector<codec::raw_text>> running() const {
        std::vector<codec::raw_text> ids;
        for (const std::string& id : resume_state_.running_ids()) {
            ids.push_back({id});
        }
        return ids.empty() ? std::nullopt : std::optional(std::move(ids));
    }

    GATEWIRE_COLD hello_response response_to(const hello_request& hello) const {
        hello_response result;
        if (facts_.grace.count() > 0) {
            result.grace_ms = wire_milliseconds(facts_.grace);
        }
        result.session = facts_.session;
        result.epoch = facts_.epoch;
        result.event_position = facts_.position->load(std::memory_order_relaxed);
        result.limits = {limits_.frame_size_max, limits_.calls_in_flight_max, limits_.batch_max,
                         limits_.subscriptions_max};
        result.heartbeat_ms = wire_milliseconds(facts_.heartbeat);
        if (hello.table) {
            result.differs = table_difference(*hello.table, offers_);
        }
        return result;
    }

    GATEWIRE_COLD void receive_subscription(const message& received, const batch_ptr& batch,
                                            bool is_wanted, server_outcome& out) {
        subscription wanted;
        if (!read_params(received, batch, wanted, out.responses)) {
            return;
        }
        const std::size_t event = offers_.find_event(wanted.event);
        if (event == not_listed) {
            writer_.refuse(
                {out.responses, batch, received.id}, invalid_params_code,
                "params.event: the server has no event '" + codec::printable(wanted.event) + "'");
        } else if (const auto role = lacking(offers_.events[event]); is_wanted && !role.empty()) {
            writer_.refuse(
                {out.responses, batch, received.id}, forbidden_code,
                "the event '" + wanted.event + "' needs the role '" + std::string(role) + "'");
        } else if (wanted.keys && !offers_.events[event].is_keyed) {
            writer_.refuse({out.responses, batch, received.id}, invalid_params_code,
                           "params.keys: the event '" + wanted.event + "' has no key");
        } else {
            out.changes.push_back(
                {std::string(received.id), batch, is_wanted, event, std::move(wanted.keys)});
        }
    }

    GATEWIRE_COLD void receive_cancel(const message& received, const batch_ptr& batch,
                                      server_outcome& out) {
        cancel_request request;
        if (!read_params(received, batch, request, out.responses)) {
            return;
        }
        for (auto& reach : slots_.cancel(request.id.text)) {
            out.cancels.push_back(std::move(reach));
        }
        if (resume_state_.give_up(request.id.text)) {
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
        acknowledge(request, out);
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
    GATEWIRE_COLD void refuse_params(const message& received, const batch_ptr& batch,
                                     const codec::read_error& failure, wire::buffer& out) {
        writer_.refuse({out, batch, received.id}, invalid_params_code,
                       received.params.empty() ? "params: missing" : failure.text("params"));
    }

    const service& offers_;
    const server_limits& limits_;
    server_facts facts_;
    response_writer& writer_;
    server_queries queries_;
    call_slots& slots_;
    server_resume_state& resume_state_;
    peer_limits& peer_;
    std::shared_ptr<const identity> who_;  // null: anonymous, without roles
    bool hears_ended_ = false;
    bool is_hello_pending_ = false;  // a hello waits to be admitted
    bool said_bye_ = false;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_EXTENSIONS_HPP
