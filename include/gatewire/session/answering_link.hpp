// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ANSWERING_LINK_HPP
#define GATEWIRE_SESSION_ANSWERING_LINK_HPP

#include <gatewire/protocol/event_target.hpp>
#include <gatewire/protocol/latest_values.hpp>
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

    /// Takes the answers of calls that ran for an earlier connection of the session.
    void answer_earlier(std::string_view frames) {
        std::shared_ptr<answering_link> next;
        std::shared_ptr<answering_link> done;
        {
            const std::lock_guard lock(mutex_);
            next = successor();
            if (!next) {
                connection_.memory.take(frames, connection_.again);
                queue_answers();
                done = calls_ended();
            }
        }
        if (next) {
            next->answer_earlier(frames);
        } else {
            flush();
        }
    }

    /// Cancels the calls with these ids, of this connection or of those before it.
    void cancel_earlier(const std::vector<std::string>& ids) {
        std::vector<std::function<void()>> cancels;
        std::shared_ptr<answering_link> before;
        {
            const std::lock_guard lock(mutex_);
            before = predecessor_;
            for (const std::string& id : ids) {
                for (auto& reach : connection_.cancel(id)) {
                    cancels.push_back(std::move(reach));
                }
            }
        }
        for (const auto& reach : cancels) {
            reach();
        }
        if (before) {
            before->cancel_earlier(ids);
        }
    }

    /// The same for all calls: their session is over.
    void cancel_all() {
        std::vector<std::function<void()>> cancels;
        std::shared_ptr<answering_link> before;
        {
            const std::lock_guard lock(mutex_);
            cancels = connection_.cancel_all();
            before = std::move(predecessor_);
        }
        for (const auto& reach : cancels) {
            reach();
        }
        if (before) {
            before->cancel_all();
        }
    }

    /// Tells the client that its session is over, if that can be done at once, and ends the
    /// connection.
    void leave(close_reason why) {
        const std::lock_guard lock(mutex_);
        say_bye(why);
        start_write();
        shut(std::move(why));
    }

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
        std::shared_ptr<answering_link> next;
        std::shared_ptr<answering_link> done;
        {
            const std::lock_guard lock(mutex_);
            next = successor();
            if (!next) {
                keep(frames.view());
                queue(frames);
            }
            connection_.counters.errors += errors;
            for (std::uint32_t slot : slots) {
                connection_.answered(slot, now);
                connection_.finish(slot, {});
            }
            done = calls_ended();
        }
        slots.clear();
        if (next) {
            next->answer_earlier(frames.view());
            frames.clear();
        } else {
            flush();
        }
    }

    /// Takes the answer of a call that belongs to a batch; empty for a notification.
    void answer_part(std::uint32_t slot, std::string_view part, std::uint64_t errors,
                     time_point now) {
        std::shared_ptr<answering_link> next;
        std::shared_ptr<answering_link> done;
        wire::buffer frames;
        {
            const std::lock_guard lock(mutex_);
            connection_.counters.errors += errors;
            connection_.answered(slot, now);
            connection_.finish(slot, part);
            frames.swap(connection_.answers.frames);
            next = successor();
            if (!next) {
                keep(frames.view());
                queue(frames);
            }
            done = calls_ended();
        }
        if (next) {
            next->answer_earlier(frames.view());
        } else {
            flush();
        }
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
        queue_answers();
        finish({errc::overloaded, std::string(text)});
    }

    void receive_event(const protocol::published_event& event) override {
        const std::lock_guard lock(mutex_);
        if (!is_closed() && is_meant(event.target)) {
            queue_event(event);
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
            say_bye(*ending_);
            finish(*ending_);
        }
    }

    /// Some calls have ended. @return What must be let go without the mutex.
    std::shared_ptr<answering_link> calls_ended() {
        if (ending_ && connection_.in_flight() == 0) {
            say_bye(*ending_);
            finish(*ending_);
        }
        if (queued() > context_.limits.queue_soft_max) {
            check_queue();
        }
        return connection_.memory.running_elsewhere() == 0 ? std::move(predecessor_) : nullptr;
    }

    /// A client with a session is told that it ends.
    void say_bye(const close_reason& why) {
        if (connection_.extensions.is_lasting() && !is_closed()) {
            wire::buffer frame;
            const std::size_t begin = wire::begin_frame(frame);
            protocol::write_own_request(frame, protocol::bye_method, {},
                                        protocol::bye_request{why.text});
            wire::end_frame(frame, begin);
            queue(frame);
            connection_.extensions.said_bye = true;
        }
    }

    /// Queues answers of the protocol's own, and those of earlier connections.
    void queue_answers() {
        connection_.memory.answers.pass(connection_.answers.frames.view());
        queue(connection_.answers.frames);
        keep(connection_.again.view());
        queue(connection_.again);
    }

    void queue_event(const protocol::published_event& event) {
        ++connection_.counters.events;
        if (event.is_latest && (!late_.is_empty() || queued() > context_.limits.conflate_above)) {
            connection_.counters.conflated += late_.put(event) ? 1 : 0;
            held_back_ = late_.size();
        } else {
            queue(event.frame);
        }
        if (queued() > context_.limits.queue_soft_max) {
            check_queue();
        }
    }

    /// Whether an event for `target` is for this client; see `event_target`.
    bool is_meant(std::string_view target) const {
        if (target.empty()) {
            return true;
        }
        return target == protocol::target_session(record_.number) ||
               (record_.identity && target == protocol::target_identity(record_.identity->name));
    }

    /// The connection on which the session goes on, if that is another one.
    std::shared_ptr<answering_link> successor() const {
        return goes_on_ ? successor_.lock() : nullptr;
    }

    /// What could not be sent in time goes after all else, in order.
    void refill() override {
        while (!late_.is_empty() && outgoing_.size() < context_.limits.conflate_above) {
            outgoing_.append(std::string_view(late_.take_first().frame));
        }
        held_back_ = late_.size();
    }

    const session_context& context_;
    session_record record_;
    protocol::server_connection connection_;
    protocol::latest_values late_;                 // `latest` events that wait for the reader
    std::shared_ptr<answering_link> predecessor_;  // while calls of it run
    std::weak_ptr<answering_link> successor_;
    bool goes_on_ = false;  // on the successor

private:
    /// Keeps answers to calls until the client says that they arrived.
    void keep(std::string_view frames) {
        if (connection_.memory.is_kept && !frames.empty()) {
            connection_.memory.answers.keep(frames);
        } else {
            connection_.memory.answers.pass(frames);
        }
    }

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
