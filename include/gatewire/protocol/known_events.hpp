// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_KNOWN_EVENTS_HPP
#define GATEWIRE_PROTOCOL_KNOWN_EVENTS_HPP

#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/service.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace rpc::inline v1::protocol {

/// What a hello says of the events that the client has, by their places at this server.
class known_events {
public:
    known_events(const hello_request& hello, const service& offers) : last_(hello.last_event) {
        if (!hello.events) {
            return;
        }
        by_event_.emplace();
        for (const auto& [name, number] : *hello.events) {
            const std::size_t event = offers.find_event(name);
            if (event != not_listed) {
                by_event_->emplace(event, number);
            }
        }
    }

    /// @param position  Number of the newest event: a client that says nothing wants none before.
    events_seen seen(std::uint64_t position) const {
        return {last_.value_or(position), by_event_ && last_ ? &*by_event_ : nullptr};
    }

private:
    std::optional<std::uint64_t> last_;
    std::optional<std::map<std::size_t, std::uint64_t>> by_event_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_KNOWN_EVENTS_HPP
