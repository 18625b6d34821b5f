// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CALL_ORIGIN_HPP
#define GATEWIRE_SESSION_CALL_ORIGIN_HPP

#include <gatewire/caller.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/session/call_watch.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/wire/buffer.hpp>

#include <asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace rpc::inline v1::session {

class once_book;

/// Where calls came from, and where their answers go: a connection, or a broker.
class call_origin {
public:
    call_origin() = default;
    call_origin(const call_origin&) = delete;
    call_origin& operator=(const call_origin&) = delete;
    virtual ~call_origin() = default;

    /// Takes the frames of answers, `errors` of them errors, and the slots of the calls they end;
    /// both are empty afterwards.
    virtual void answer(wire::buffer& frames, std::vector<std::uint32_t>& answered,
                        std::uint64_t errors, time_point now) = 0;

    /// Takes the answer of a call that belongs to a batch; empty for a notification.
    virtual void answer_part(std::uint32_t slot, std::string_view part, std::uint64_t errors,
                             time_point now) = 0;

    /// There is no memory for an answer: ends in a way that leaves nobody waiting for it for ever.
    virtual void give_up() noexcept = 0;

    /// Lets a method that waits be reached by a cancel. Called by the engine before it waits.
    virtual void reach_by(protocol::call_state& state, std::function<void()> cancel) = 0;

    /// The calls with keys.
    virtual once_book& once() const noexcept = 0;

    /// Who hears of its calls; null if nobody does.
    virtual const call_watch* watch() const noexcept { return nullptr; }
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
