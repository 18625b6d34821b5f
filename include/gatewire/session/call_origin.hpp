// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CALL_ORIGIN_HPP
#define GATEWIRE_SESSION_CALL_ORIGIN_HPP

#include <gatewire/caller.hpp>
#include <gatewire/observer.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/wire/buffer.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class idempotency_keys;

/// Frames of responses, and the slots of the calls that they end.
struct response_buffers {
    wire::buffer frames;
    std::vector<std::uint32_t> answered;
};

/// Tells a server's observer of calls.
class call_observer {
public:
    call_observer(std::shared_ptr<observer> who, const protocol::service& offers)
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

/// Where calls came from, and where their responses go: a connection, or a broker.
class call_origin {
public:
    call_origin() = default;
    call_origin(const call_origin&) = delete;
    call_origin& operator=(const call_origin&) = delete;
    virtual ~call_origin() = default;

    /// Takes the frames of responses, `errors` of them errors, and the slots of the calls they end;
    /// both are empty afterwards.
    virtual void respond(wire::buffer& frames, std::vector<std::uint32_t>& answered,
                         std::uint64_t errors, time_point now) = 0;

    /// Takes the response to a call that belongs to a batch; empty for a notification.
    virtual void respond_part(std::uint32_t slot, std::string_view part, std::uint64_t errors,
                              time_point now) = 0;

    /// The response to a call comes later, but before everything that comes from here on and that
    /// could contradict it. Where the caller has no such order there is nothing to do.
    virtual void keep_place(const protocol::call& /*what*/) {}

    /// There is no memory for a response: ends in a way that leaves nobody waiting for it for ever.
    virtual void give_up() noexcept = 0;

    /// Lets a method that waits be reached by a cancel. Called by the engine before it waits.
    virtual void reach_by(protocol::call_state& state, std::function<void()> cancel) = 0;

    /// The calls with keys.
    virtual idempotency_keys& used_keys() const noexcept = 0;

    /// Who is told of its calls; null if nobody does.
    virtual const call_observer* watch() const noexcept { return nullptr; }
    /// Its number, as `caller::session` gives it.
    virtual std::uint64_t number() const noexcept { return 0; }

    /// Who made a call.
    virtual caller caller_of(const protocol::call& what) const = 0;

    /// The time of the world that the calls belong to, and a timer of it.
    virtual time_point time() const noexcept = 0;
    virtual std::unique_ptr<timer> make_timer(const asio::any_io_executor& executor) const = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CALL_ORIGIN_HPP
