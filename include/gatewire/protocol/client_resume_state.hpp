// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CLIENT_RESUME_STATE_HPP
#define GATEWIRE_PROTOCOL_CLIENT_RESUME_STATE_HPP

#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session_info.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rpc::inline v1::protocol {

/// What a client keeps of its session to resume it on another connection: its names, and what
/// arrived.
class client_resume_state {
public:
    /// Events have arrived: the newest number of each handler's event.
    void arrived(const std::vector<std::uint64_t>& newest) {
        newest_of_.resize((std::max)(newest_of_.size(), newest.size()));
        for (std::size_t event = 0; event < newest.size(); ++event) {
            newest_of_[event] = (std::max)(newest_of_[event], newest[event]);
            newest_ = (std::max)(newest_, newest[event]);
        }
    }

    /// So many frames of responses have arrived on this connection.
    void answered(std::uint64_t answers) noexcept { answers_ = answers_before_ + answers; }
    /// So many frames of events have.
    void received(std::uint64_t events) noexcept { events_ = events_before_ + events; }

    /// What a hello says of the session; `events` are the handlers.
    void fill(hello_request& hello, const std::vector<entry_description>& events) {
        if (session_.empty()) {
            return;
        }
        hello.session = session_;
        hello.epoch = epoch_;
        hello.last_event = newest_;
        hello.answers = answers_;
        hello.events_arrived = events_;
        hello.attempt = ++attempts_;
        hello.events.emplace();
        for (std::size_t event = 0; event < events.size(); ++event) {
            const std::uint64_t newest = event < newest_of_.size() ? newest_of_[event] : 0;
            hello.events->emplace(events[event].name, newest);
        }
    }

    /// A session has begun or is resumed; events above `position` come.
    /// @return What may have been missed between the last connection and this one.
    std::optional<gap> begin(const hello_response& welcome, std::uint64_t position) {
        std::optional<gap> missed;
        if (welcome.resumed) {
            if (welcome.missed) {
                missed = gap{welcome.missed->from, welcome.missed->to, welcome.missed->reason};
                newest_ = (std::max)(newest_, welcome.missed->to);
            }
        } else {
            attempts_ = 0;
            if (!epoch_.empty() && epoch_ != welcome.epoch) {
                missed = gap{1, position, "the server was started anew"};
            } else if (!epoch_.empty() && position > newest_) {
                missed = gap{newest_ + 1, position,
                             "the connection was lost, and the server ended the session"};
            }
            newest_ = position;
            newest_of_.assign(newest_of_.size(), newest_);
        }
        epoch_ = welcome.epoch;
        session_ = welcome.grace_ms ? welcome.session : std::string();
        answers_before_ = welcome.resumed ? answers_ : 0;
        events_before_ = welcome.resumed ? events_ : 0;
        return missed;
    }

    /// The session is over on both sides; it cannot be resumed.
    void end_session() noexcept { session_.clear(); }

    const std::string& epoch() const noexcept { return epoch_; }

private:
    std::string session_;  // empty: there is none to resume
    std::string epoch_;    // empty before the first session
    std::uint64_t newest_ = 0;
    std::vector<std::uint64_t> newest_of_;
    std::uint64_t answers_ = 0;         // that arrived in the session
    std::uint64_t answers_before_ = 0;  // before this connection
    std::uint64_t events_ = 0;          // frames of them, likewise
    std::uint64_t events_before_ = 0;
    std::uint64_t attempts_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CLIENT_RESUME_STATE_HPP
