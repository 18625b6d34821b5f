// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERVER_SESSION_HPP
#define GATEWIRE_SESSION_SERVER_SESSION_HPP

#include <gatewire/log.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/link.hpp>
#include <gatewire/session/session_context.hpp>
#include <gatewire/session/session_record.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// One client's connection at the server: a link that speaks `server_connection`.
class server_session final : public link, public event_receiver {
public:
    server_session(stream_socket socket, std::string peer, std::uint64_t number,
                   const session_context& context, const protocol::server_facts& facts,
                   const protocol::link_bounds& bounds)
        : link(std::move(socket), std::move(peer), first_frame_max(context), bounds),
          context_(context),
          record_{number, std::make_shared<const std::string>(peer_), clock::now()},
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

    /// Gives the buffers of a batch that was run back.
    void recycle(call_batch& batch) {
        const std::lock_guard lock(mutex_);
        batch.calls.clear();
        spare_calls_.swap(batch.calls);
        spare_.swap(batch.bytes);
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

private:
    // A read can hold more calls than may be in flight. Those that fit are run first, and only if
    // the engine is still busy with them are the others refused.
    bool on_read(time_point now) override {
        while (take_frames(now)) {
            context_.engine.kick();
        }
        {
            const std::lock_guard lock(mutex_);
            if (!is_closed() && !end_after_read_) {
                return true;
            }
        }
        after_read();
        return false;
    }

    void after_read() override { context_.engine.kick(); }

    /// Reads frames until none is whole, and then returns false. True: until no more calls fit, or
    /// until a hello was accepted; there may be more.
    bool take_frames(time_point now) {
        bool is_full = false;
        std::optional<std::string> token;
        bool whole = false;
        std::vector<protocol::subscription_change> changes;
        std::vector<std::function<void()>> cancels;
        std::vector<std::string> refusals;
        {
            const std::lock_guard lock(mutex_);
            while (const auto body = reader_.next()) {
                whole = true;
                connection_.receive(*body, now);
                if (!connection_.answers.refused.empty()) {
                    refusals.push_back(std::exchange(connection_.answers.refused, {}));
                }
                if (connection_.extensions.greeting) {
                    token = connection_.extensions.greeting->token();
                    break;
                }
                if (connection_.is_full() && !connection_.calls.empty()) {
                    is_full = true;
                    break;
                }
            }
            hand_over();
            changes.swap(connection_.extensions.changes);
            cancels.swap(connection_.extensions.cancels);
            queue(connection_.answers.frames);
            watch_.received(now, reader_.is_partial(), whole);
            if (reader_.is_too_large()) {
                end_after_read_ = true;
                end_after_calls({errc::frame_too_large, reader_.refusal()});
            }
        }
        for (const std::string& text : refusals) {
            log(log_event::frame_refused, text);
        }
        for (const auto& reach : cancels) {
            reach();
        }
        if (!changes.empty()) {
            carry_out(changes);
        }
        flush();
        return token ? is_admitted(*token) : is_full;
    }

    /// Has the token of the hello that waits judged, without the mutex, and answers the hello.
    bool is_admitted(const std::string& token) {
        const verdict said = context_.door.ask({token, peer_});
        {
            const std::lock_guard lock(mutex_);
            if (said.identity) {
                record_.identity = std::make_shared<const std::string>(*said.identity);
                reader_.allow(context_.limits.frame_size_max);
                connection_.extensions.admit();
            } else {
                connection_.extensions.turn_away(said.refusal);
                end_after_read_ = true;
            }
            queue(connection_.answers.frames);
            if (end_after_read_) {
                finish({errc::unauthenticated, "the client was refused: " + said.refusal});
            }
        }
        flush();
        return said.identity.has_value();
    }

    void hand_over() {
        if (is_closed()) {
            connection_.calls.clear();  // Their peer is gone, and the engine is told so.
        }
        if (connection_.calls.empty()) {
            reader_.compact();
            return;
        }
        call_batch batch;
        batch.from = std::static_pointer_cast<server_session>(shared_from_this());
        batch.bytes = reader_.take(std::move(spare_));
        batch.calls.swap(connection_.calls);
        connection_.calls.swap(spare_calls_);
        context_.engine.push(std::move(batch));
    }

    void carry_out(std::vector<protocol::subscription_change>& changes) {
        const event_hub::receiver self =
            std::static_pointer_cast<server_session>(shared_from_this());
        context_.hub.change([&](auto& index, std::uint64_t position) {
            const std::lock_guard lock(mutex_);
            for (const protocol::subscription_change& change : changes) {
                if (is_closed()) {
                    return;
                }
                record_.subscriptions.carry_out(change, index, self, connection_, position,
                                                context_.limits.subscriptions_max);
            }
            queue(connection_.answers.frames);
            calls_ended();
        });
    }

    void on_end_of_stream() override {
        // A plain peer may have closed its half only, and still wait for answers. Clients that say
        // hello never do that: this one is gone, and so its calls are given up.
        close_reason why{errc::connection_lost, "the peer closed the connection"};
        if (connection_.said_hello()) {
            shut(std::move(why));
        } else {
            end_after_calls(std::move(why));
        }
    }

    void on_closed(const close_reason& why) override {
        std::vector<std::function<void()>> cancels;
        {
            const std::lock_guard lock(mutex_);
            cancels = connection_.cancel_all();
        }
        for (const auto& reach : cancels) {
            reach();
        }
        const event_hub::receiver self =
            std::static_pointer_cast<server_session>(shared_from_this());
        context_.hub.change([&](auto& index, std::uint64_t) { index.forget(self); });
        context_.forget(std::static_pointer_cast<server_session>(shared_from_this()));
        log(log_event::disconnected, why.text);
        if (context_.tells_ends) {  // After all calls: none is pushed once the link is closed.
            call_batch last;
            last.from = std::static_pointer_cast<server_session>(shared_from_this());
            last.end = std::make_unique<session_end>(record_.end(why));
            context_.engine.push(std::move(last));
            context_.engine.kick();
        }
    }

    std::optional<close_reason> look(time_point now) override {
        return connection_.check(now, watch_.last_received(), !record_.subscriptions.is_empty());
    }
    time_point next_deadline() const override {
        return connection_.deadline(watch_.last_received(), !record_.subscriptions.is_empty());
    }

    // With the mutex held.
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

    /// Checks the bounds on what is queued, and has the timer check them again.
    void check_queue() {
        const time_point now = clock::now();
        watch_.queued(queued(), now);
        if (auto why = watch_.check(now)) {
            shut(std::move(*why));
        } else {
            arm_timer();
        }
    }

    /// Somebody who must prove who they are needs no more for it.
    static std::size_t first_frame_max(const session_context& context) {
        constexpr std::size_t hello_size_max = std::size_t{64} << 10;
        const std::size_t usual = context.limits.frame_size_max;
        return context.door.is_needed() ? (std::min)(usual, hello_size_max) : usual;
    }

    void log(log_event event, std::string_view text) const {
        if (context_.log) {
            context_.log({event, peer_, text});
        }
    }

    std::shared_ptr<const void> owner_;
    const session_context& context_;
    session_record record_;
    protocol::server_connection connection_;
    std::optional<close_reason> ending_;  // once its calls are answered
    bool end_after_read_ = false;
    wire::buffer spare_;
    std::vector<protocol::call> spare_calls_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERVER_SESSION_HPP
