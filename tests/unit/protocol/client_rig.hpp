// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_CLIENT_RIG_HPP
#define TESTS_CLIENT_RIG_HPP

#include "exact_text.hpp"
#include "framing.hpp"

#include <gatewire/json/describe.hpp>
#include <gatewire/protocol/client_connection.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/wire/buffer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A client's connection whose server is the text that a test writes.
namespace test {

namespace protocol = rpc::protocol;

inline protocol::entry_description entry_with(std::string_view name, protocol::entry_types types) {
    protocol::entry_description entry;
    entry.name = name;
    entry.fingerprint = protocol::fingerprint_text(types);
    entry.types = std::move(types);
    return entry;
}

/// Calls `add`, a method of two integers, and handles the events `quote` and `fill`, both texts.
inline const protocol::client_contract& desk_contract() {
    using rpc::codec::describe;
    static const protocol::client_contract made = [] {
        protocol::client_contract contract;
        contract.methods = {
            entry_with("add", {{describe<int>(), describe<int>()}, {describe<int>()}})};
        contract.events = {entry_with("quote", {{describe<std::string>()}, {}}),
                           entry_with("fill", {{describe<std::string>()}, {}})};
        contract.find_event = [](std::string_view name) noexcept -> std::size_t {
            return name == "quote" ? 0 : name == "fill" ? 1 : protocol::not_listed;
        };
        return contract;
    }();
    return made;
}

/// The answer to hello, with these members at its end.
inline std::string welcome_text(std::string_view limits = R"("batch_max":100)",
                                std::string_view differs = "null", int heartbeat_ms = 0) {
    return R"({"jsonrpc":"2.0","id":"hello","result":{"protocol":1,"session":"s","epoch":"e",)"
           R"("resumed":false,"event_position":41,"limits":{"frame_size_max":1048576,)"
           R"("calls_in_flight_max":256,"subscriptions_max":9,)" +
           std::string(limits) + R"(},"heartbeat_ms":)" + std::to_string(heartbeat_ms) +
           R"(,"differs":)" + std::string(differs) + "}}";
}

class client_rig {
public:
    using phase = protocol::client_connection::phase;

    client_rig() { connection.open(at({}), protocol::hello_of(contract, {}), out); }

    /// Receives one body, which stays where it is for the deliveries.
    void receive(std::string_view body, protocol::time_point now = at({})) {
        texts_.emplace_back(body);
        connection.receive(texts_.back().view(), now, outcome);
    }

    void subscribe(const std::vector<protocol::subscription_request>& requests,
                   protocol::time_point now = at({})) {
        connection.subscribe(requests, now, out);
    }
    bool acknowledge(bool at_once) { return connection.acknowledge(at_once, out); }
    std::optional<protocol::close_reason> check(protocol::time_point now,
                                                protocol::time_point last_received) {
        return connection.check_peer(now, last_received, out);
    }

    std::vector<std::string> sent() { return take_bodies(out); }

    /// Goes to `ready` without subscriptions.
    void become_ready(protocol::time_point now = at({})) {
        receive(welcome_text(), now);
        outcome.deliveries.clear();
        connection.become_ready();
        sent();
    }

    /// Why the connection must end, or nothing.
    std::string failure() const {
        return outcome.close
                   ? std::string(to_string(outcome.close->code)) + ": " + outcome.close->text
                   : std::string();
    }

    const protocol::client_contract& contract = desk_contract();
    protocol::client_connection connection{
        contract,
        {std::chrono::milliseconds(1000), std::chrono::milliseconds(200),
         std::chrono::milliseconds(600)}};
    rpc::wire::buffer out;
    protocol::client_outcome outcome;

private:
    std::deque<exact_text> texts_;
};

}  // namespace test

#endif  // TESTS_CLIENT_RIG_HPP
