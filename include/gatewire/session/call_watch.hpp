// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CALL_WATCH_HPP
#define GATEWIRE_SESSION_CALL_WATCH_HPP

#include <gatewire/observer.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/call_state.hpp>
#include <gatewire/protocol/service.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace rpc::inline v1::session {

/// Tells a server's observer of calls.
class call_watch {
public:
    call_watch(std::shared_ptr<observer> who, const protocol::service& offers)
        : who_(std::move(who)), offers_(offers) {}

    bool is_on() const noexcept { return who_ != nullptr; }

    void started(const protocol::call& what, std::uint64_t session,
                 protocol::time_point now) const noexcept {
        what.state->started = now;
        what.state->request_size = what.params.size();
        who_->on_call_started(facts_of(what, session));
    }

    void ended(const protocol::call& what, std::uint64_t session, protocol::time_point now,
               int code, std::size_t size) const noexcept {
        who_->on_call_ended(facts_of(what, session), {now, code, size});
    }

private:
    observed_call facts_of(const protocol::call& what, std::uint64_t session) const noexcept {
        const protocol::call_state& state = *what.state;
        const bool was_started = state.started != protocol::time_point{};
        return {offers_.methods[what.method].name,
                session,
                state.traceparent,
                state.request_size,
                state.arrived,
                was_started ? state.started : state.arrived};
    }

    std::shared_ptr<observer> who_;
    const protocol::service& offers_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CALL_WATCH_HPP
