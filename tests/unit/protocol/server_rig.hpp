// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SERVER_RIG_HPP
#define TESTS_SERVER_RIG_HPP

#include "exact_text.hpp"
#include "framing.hpp"

#include <gatewire/json/describe.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/protocol/server_outcome.hpp>
#include <gatewire/protocol/service.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A server's connection with a service of a few names and an engine that is a function.
namespace test {

namespace protocol = rpc::protocol;

inline constexpr std::array<std::string_view, 7> served_methods = {
    "add", "echo", "fail", "subtract", "sum", "get_data", "update"};
inline constexpr std::array<std::string_view, 2> served_events = {"quote", "fill"};

template <std::size_t Count>
std::size_t place_in(const std::array<std::string_view, Count>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? protocol::not_listed
                                : static_cast<std::size_t>(found - names.begin());
}

template <class Sent, class... More>
protocol::entry_description entry_of(std::string_view name, bool is_keyed = false) {
    protocol::entry_description entry;
    entry.name = name;
    entry.types.sent = {rpc::codec::describe<Sent>(), rpc::codec::describe<More>()...};
    entry.fingerprint = protocol::fingerprint_text(entry.types);
    entry.is_keyed = is_keyed;
    return entry;
}

inline protocol::service desk_service() {
    protocol::service offers;
    offers.find_method = [](std::string_view name) noexcept {
        return place_in(served_methods, name);
    };
    offers.find_event = [](std::string_view name) noexcept {
        return place_in(served_events, name);
    };
    for (std::string_view name : served_methods) {
        offers.methods.push_back(entry_of<int, int>(name));
    }
    offers.events = {entry_of<std::string>("quote", true), entry_of<std::string>("fill")};
    return offers;
}

class server_rig {
public:
    explicit server_rig(rpc::server_limits bounds = {}, protocol::time_point opened = at({}),
                        bool needs_token = false, std::chrono::milliseconds grace = {})
        : offers(desk_service()),
          limits(bounds),
          connection(offers, limits,
                     {"session-1", "epoch-1", &position, std::chrono::seconds(5),
                      std::chrono::seconds(15), needs_token, grace},
                     opened) {}

    /// Receives one body and leaves its calls where they are.
    void receive(std::string_view body, protocol::time_point now = at({})) {
        texts_.emplace_back(body);
        goes_on = connection.receive(texts_.back().view(), now, outcome);
    }

    /// The outcome of one body as text, which is forgotten then but for a hello.
    std::string outcome_of(std::string_view body, protocol::time_point now = at({})) {
        outcome = {};
        receive(body, now);
        protocol::server_outcome made = std::exchange(outcome, {});
        const std::string text = text_of(made);
        outcome.hello = std::move(made.hello);
        return text;
    }

    /// Says the hello of a client whose session outlives its connection.
    void greet() {
        tell(R"({"jsonrpc":"2.0","method":"rpc.hello","id":0,)"
             R"("params":{"protocol":1,"hears_ended":true}})");
    }

    /// Accepts the hello that waits as that of `who`, or refuses it.
    void admit(std::shared_ptr<const rpc::identity> who = nullptr) {
        const auto hello = std::exchange(outcome.hello, nullptr);
        connection.admit(*hello, std::move(who), nullptr, outcome.responses);
    }
    void turn_away(int code, std::string_view why) {
        const auto hello = std::exchange(outcome.hello, nullptr);
        connection.turn_away(*hello, code, why, outcome.responses);
    }

    /// Why the last message was refused that made no sense.
    std::string refusal() const {
        return outcome.refusals.empty() ? std::string() : outcome.refusals.back();
    }

    /// Receives one body, runs its calls, and gives what was answered.
    std::vector<std::string> tell(std::string_view body, protocol::time_point now = at({})) {
        receive(body, now);
        run();
        return answers();
    }

    /// The only answer to a body; says so if there is another number of them.
    std::string ask(std::string_view body, protocol::time_point now = at({})) {
        const std::vector<std::string> all = tell(body, now);
        return all.size() == 1 ? all.front() : std::to_string(all.size()) + " answers";
    }

    std::vector<std::string> answers() { return take_bodies(outcome.responses); }

    /// Runs the calls that are there, in order.
    void run() {
        for (const protocol::call& what : std::exchange(outcome.calls, {})) {
            run_one(what);
        }
    }

    /// Ends a call as the library's engine does.
    void finish(const protocol::call& what, std::string_view result) {
        rpc::wire::buffer part;
        if (!what.id.empty()) {
            protocol::begin_result(part, what.id);
            part.append(result);
            part.append('}');
        }
        finish_with(what, part.view());
    }

    protocol::service offers;
    rpc::server_limits limits;
    std::atomic<std::uint64_t> position{41};
    protocol::server_connection connection;
    protocol::server_outcome outcome;
    bool goes_on = true;  ///< More frames may be received.

    /// Ends a call with this answer; empty for a notification.
    void finish_with(const protocol::call& what, std::string_view answer) {
        if (what.is_batched) {
            send_kept(connection.end_part(what.slot, answer, 0, at({}), outcome.responses).view());
            return;
        }
        if (!answer.empty()) {
            send_kept(framed(answer));
        }
        connection.end_calls({what.slot}, 0, at({}));
    }

private:
    void send_kept(std::string_view frames) {
        connection.keep(frames);
        outcome.responses.append(frames);
    }

    /// What is to be done, in words.
    std::string text_of(const protocol::server_outcome& of) {
        std::string text;
        const auto add = [&text](const std::string& part) {
            text += (text.empty() ? "" : "; ") + part;
        };
        for (const protocol::call& one : of.calls) {
            add("call " + std::string(one.id.empty() ? "-" : one.id) + " " +
                std::string(served_methods[one.method]) + " " + std::string(one.params));
        }
        rpc::wire::buffer responses;
        responses.append(of.responses.view());
        for (const std::string& one : take_bodies(responses)) {
            add("send " + one);
        }
        for (const protocol::subscription_change& one : of.changes) {
            std::string change = one.is_wanted ? "subscribe " : "unsubscribe ";
            change += served_events[one.event];
            for (const std::string& key : one.keys.value_or(std::vector<std::string>{})) {
                change += " " + key;
            }
            add(change);
        }
        for (const protocol::server_query& one : of.queries) {
            add("server_query " + one.id);
        }
        if (!of.cancels.empty()) {
            add("reach " + std::to_string(of.cancels.size()) + " calls");
        }
        for (const std::string& one : of.earlier_cancels) {
            add("reach " + one + " on an earlier connection");
        }
        for (const std::string& one : of.refusals) {
            add("log " + one);
        }
        if (of.hello) {
            add("judge a hello");
        }
        if (of.close) {
            add("close: " + of.close->text);
        }
        if (of.is_full) {
            add("full");
        }
        if (!goes_on) {
            add("wait");
        }
        return text;
    }

    void run_one(const protocol::call& what) {
        const nlohmann::json params = nlohmann::json::parse(what.params, nullptr, false);
        const std::string_view method = served_methods[what.method];
        if (method == "echo") {
            finish(what, what.params.empty() ? "null" : what.params);
        } else if (method == "get_data") {
            finish(what, R"(["hello",5])");
        } else if (method == "fail") {
            rpc::wire::buffer part;
            if (!what.id.empty()) {
                protocol::write_error(part, what.id, -32050, "no such symbol",
                                      {{"symbol", "rb2405"}});
            }
            finish_with(what, part.view());
        } else {
            finish(what, std::to_string(total_of(method, params)));
        }
    }

    static int total_of(std::string_view method, const nlohmann::json& params) {
        if (method == "subtract") {
            return params.is_array()
                       ? params.at(0).get<int>() - params.at(1).get<int>()
                       : params.at("minuend").get<int>() - params.at("subtrahend").get<int>();
        }
        int total = 0;
        if (params.is_array()) {
            for (const nlohmann::json& one : params) {
                total += one.get<int>();
            }
        }
        return total;
    }

    std::deque<exact_text> texts_;  // calls point into them
};

}  // namespace test

#endif  // TESTS_SERVER_RIG_HPP
