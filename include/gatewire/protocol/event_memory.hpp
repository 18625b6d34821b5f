// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EVENT_MEMORY_HPP
#define GATEWIRE_PROTOCOL_EVENT_MEMORY_HPP

#include <gatewire/session_info.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rpc::inline v1::protocol {

/// What a client remembers of the events of its last session, to tell what it missed since.
class event_memory {
public:
    /// An event with this number has arrived.
    void arrived(std::uint64_t number) noexcept { newest_ = (std::max)(newest_, number); }

    /// A session has begun: the server is in `epoch`, and its newest event has the number
    /// `position`. @return What may have been missed between the last session and this one.
    std::optional<gap> begin(std::string_view epoch, std::uint64_t position) {
        std::optional<gap> missed;
        if (!epoch_.empty() && epoch_ != epoch) {
            missed = gap{1, position, "the server was started anew"};
        } else if (!epoch_.empty() && position > newest_) {
            missed = gap{newest_ + 1, position, "the connection was lost"};
        }
        epoch_ = epoch;
        newest_ = position;
        return missed;
    }

private:
    std::string epoch_;  // empty before the first session
    std::uint64_t newest_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EVENT_MEMORY_HPP
