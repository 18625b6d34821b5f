// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EVENT_INTAKE_HPP
#define GATEWIRE_PROTOCOL_EVENT_INTAKE_HPP

#include <gatewire/json/envelope.hpp>
#include <gatewire/protocol/delivery.hpp>
#include <gatewire/protocol/event_message.hpp>
#include <gatewire/protocol/service.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

/// The events that arrive at a client: those that have a handler become deliveries.
class event_intake {
public:
    /// @param contract, deliveries  Must outlive this.
    event_intake(const client_contract& contract, std::vector<delivery>& deliveries)
        : contract_(contract), deliveries_(deliveries), newest_(contract.events.size()) {}

    /// The newest `seq` that arrived of each event, by the handler's place.
    const std::vector<std::uint64_t>& newest() const noexcept { return newest_; }
    /// Frames of events that arrived, those without a handler too.
    std::uint64_t count() const noexcept { return count_; }

    /// Takes a text that has the very form in which this library writes events.
    /// @return false if it has another form.
    bool take_plain(std::string_view text) {
        std::string_view name;
        std::string_view data;
        std::uint64_t number = 0;
        const bool is_plain = read_plain_event(text, name, number, data);
        count_ += is_plain ? 1 : 0;
        const std::size_t event = is_plain ? contract_.place_of(name) : not_listed;
        if (event != not_listed) {
            deliver(event, number, data);
        }
        return is_plain;
    }

    /// Takes any notification or request; those that nobody handles are passed over.
    /// @return false if it is an event without a number or data.
    bool take(const codec::message& received) {
        count_ += received.id.empty() ? 1U : 0U;
        const std::size_t event = contract_.place_of(received.method);
        if (event == not_listed || !received.id.empty()) {
            return true;  // Nothing here serves requests, and nobody asked for this event.
        }
        std::string_view data;
        std::uint64_t number = 0;
        const bool is_event = read_event(received.params, number, data);
        if (is_event) {
            deliver(event, number, data);
        }
        return is_event;
    }

private:
    void deliver(std::size_t event, std::uint64_t number, std::string_view data) {
        newest_[event] = (std::max)(newest_[event], number);
        deliveries_.push_back({delivery::kind::event, event, data});
    }

    const client_contract& contract_;
    std::vector<delivery>& deliveries_;
    std::vector<std::uint64_t> newest_;
    std::uint64_t count_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EVENT_INTAKE_HPP
