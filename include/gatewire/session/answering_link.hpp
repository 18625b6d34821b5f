// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ANSWERING_LINK_HPP
#define GATEWIRE_SESSION_ANSWERING_LINK_HPP

#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/link.hpp>
#include <gatewire/session/session_context.hpp>
#include <gatewire/session/session_record.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// The half of a server's connection that sends: answers, events, and, once all calls are answered,
/// the end. It is a link that speaks `server_connection`.
class answering_link : public link, public event_receiver {
    std::shared_ptr<const void> owner_;  // first, so that it goes last

public:
    answering_link(std::shared_ptr<session::environment> world, std::unique_ptr<stream> carrier,
                   std::uint64_t number, const session_context& context,
                   const protocol::server_facts& facts, const protocol::link_bounds& bounds)
        : link(std::move(world), std::move(carrier), first_frame_max(context), bounds),
          context_(context),
          record_{number, std::make_shared<const std::string>(peer()), now()},
          connection_(context.offers, context.limits, facts, record_.connected_at) {}

    /// Keeps what the context refers to for as long as the session lives.
    void keep(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }

    /// What methods may read of it.
    const session_record& record() const noexcept { return record_; }

    session_stats stats() const {
        const std::lock_guard lock(mutex_);
        session_stats result = record_.stats(connection_, context_.offers);
        result.bytes_received = reader_.received();
        result.bytes_sent = outgoing_.total();
        result.queued_bytes = queued();
        return result;
    }

    /// Takes the frames of answers, `errors` of them errors, and the slots of the calls they end.
    void answer(wire::buffer& frames, std::vector<std::uint32_t>& slots, std::uint64_t errors,
                time_point now) {
        {
            const std::lock_guard lock(mutex_);
            queue(frames);
            connection_.counters.errors += errors;
            for (std::uint32_t slot : slots) {
                connection_.answered(slot, now);
                connection_.finish(slot, {});
            }
            calls_ended();
        }
        slots.clear();
        flush();
    }

    /// Takes the answer of a call that belongs to a batch; empty for a notification.
    void answer_part(std::uint32_t slot, std::string_view part, std::uint64_t errors,
                     time_point now) {
        {
            const std::lock_guard lock(mutex_);
            connection_.counters.errors += errors;
            connection_.answered(slot, now);
            connection_.finish(slot, part);
            queue(connection_.answers.frames);
            calls_ended();
        }
        flush();
    }

    /// Lets a method that waits be reached by a cancel. Called by the engine before it waits.
    void reach_by(protocol::call_state& state, std::function<void()> cancel) {
        const std::lock_guard lock(mutex_);
        state.cancel = std::move(cancel);
        if (state.cancelled.load(std::memory_order_relaxed)) {
            state.cancel();  // The cancel came while the call was on its way here; it only posts.
        }
    }

    /// Refuses new calls, lets running ones finish, then ends.
    void drain() {
        const std::lock_guard lock(mutex_);
        connection_.drain();
        end_after_calls({errc::shutting_down, "the server is shutting down"});
    }

    /// Tells the peer why it is not served, and ends the connection.
    void refuse(std::string_view text) {
        const std::lock_guard lock(mutex_);
        const std::size_t begin = wire::begin_frame(connection_.answers.frames);
        protocol::write_error(connection_.answers.frames, {}, protocol::overloaded_code, text);
        wire::end_frame(connection_.answers.frames, begin);
        queue(connection_.answers.frames);
        finish({errc::overloaded, std::string(text)});
    }

    void receive_event(std::string_view frame) override {
        const std::lock_guard lock(mutex_);
        queue(frame);
        ++connection_.counters.events;
        if (queued() > context_.limits.queue_soft_max) {
            check_queue();
        }
    }
    void flush_events() override { flush(); }

protected:
    std::optional<close_reason> look(time_point now) override {
        return connection_.check(now, watch_.last_received(), !record_.subscriptions.is_empty());
    }
    time_point next_deadline() const override {
        return connection_.deadline(watch_.last_received(), !record_.subscriptions.is_empty());
    }

    // Everything below is called with the mutex held.

    /// Ends the connection once no call is in flight.
    void end_after_calls(close_reason why) {
        if (!ending_) {
            ending_ = std::move(why);
        }
        if (connection_.in_flight() == 0) {
            finish(*ending_);
        }
    }

    void calls_ended() {
        if (ending_ && connection_.in_flight() == 0) {
            finish(*ending_);
        }
        if (queued() > context_.limits.queue_soft_max) {
            check_queue();
        }
    }

    const session_context& context_;
    session_record record_;
    protocol::server_connection connection_;

private:
    /// Checks the bounds on what is queued, and has the timer check them again.
    void check_queue() {
        const time_point now = this->now();
        watch_.queued(queued(), now);
        if (auto why = watch_.check(now)) {
            shut(std::move(*why));
        } else {
            arm_timer();
        }
    }

    /// Somebody who must prove who they are needs no more for it.
    static std::size_t first_frame_max(const session_context& context) {
        const server_limits& limits = context.limits;
        return context.door.is_needed()
                   ? (std::min)(limits.frame_size_max, limits.unauthenticated_frame_size_max)
                   : limits.frame_size_max;
    }

    std::optional<close_reason> ending_;  // once its calls are answered
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ANSWERING_LINK_HPP
