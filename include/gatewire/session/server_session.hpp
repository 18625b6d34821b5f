// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERVER_SESSION_HPP
#define GATEWIRE_SESSION_SERVER_SESSION_HPP

#include <gatewire/log.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/link.hpp>
#include <gatewire/session/session_context.hpp>

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
    server_session(stream_socket socket, std::string peer, const session_context& context,
                   const protocol::server_facts& facts, const protocol::link_bounds& bounds)
        : link(std::move(socket), std::move(peer), context.limits.frame_size_max, bounds),
          context_(context),
          peer_text_(std::make_shared<const std::string>(peer_)),
          connection_(context.offers, context.limits, facts, clock::now()) {}

    /// Keeps what the context refers to for as long as the session lives.
    void keep(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }

    const std::shared_ptr<const std::string>& peer_text() const noexcept { return peer_text_; }

    /// Takes the frames of answers and the slots of the calls they end.
    void answer(wire::buffer& frames, std::vector<std::uint32_t>& slots) {
        {
            const std::lock_guard lock(mutex_);
            queue(frames);
            for (std::uint32_t slot : slots) {
                connection_.finish(slot, {});
            }
            calls_ended();
        }
        slots.clear();
        flush();
    }

    /// Takes the answer of a call that belongs to a batch; empty for a notification.
    void answer_part(std::uint32_t slot, std::string_view part) {
        {
            const std::lock_guard lock(mutex_);
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

    /// Reads frames until none is whole or no more calls fit; true in the second case.
    bool take_frames(time_point now) {
        bool is_full = false;
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
                end_after_calls({errc::frame_too_large, refused_length()});
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
        return is_full;
    }

    void hand_over() {
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
                const auto* keys = change.keys ? &*change.keys : nullptr;
                if (is_closed()) {
                    return;
                }
                if (!change.is_wanted) {
                    subscriptions_ += index.unsubscribe(self, change.event, keys);
                } else if (static_cast<std::size_t>(subscriptions_) +
                               index.count_new(self, change.event, keys) >
                           context_.limits.subscriptions_max) {
                    connection_.refuse_change(
                        change.slot, protocol::overloaded_code,
                        "too many subscriptions: the limit is " +
                            std::to_string(context_.limits.subscriptions_max));
                    continue;
                } else {
                    subscriptions_ += index.subscribe(self, change.event, keys);
                }
                connection_.finish_change(change.slot, position);
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
    }

    std::optional<close_reason> look(time_point now) override {
        return connection_.check(now, watch_.last_received(), subscriptions_ != 0);
    }
    time_point next_deadline() const override {
        return connection_.deadline(watch_.last_received(), subscriptions_ != 0);
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

    /// A length that reads as text is most often another protocol's first words.
    std::string refused_length() const {
        return "a frame of " + std::to_string(reader_.refused_size()) +
               " bytes is over the limit of " + std::to_string(context_.limits.frame_size_max) +
               (reader_.refused_size() > 0x20000000 ? "; the peer may speak another protocol" : "");
    }

    void log(log_event event, std::string_view text) const {
        if (context_.log) {
            context_.log({event, peer_, text});
        }
    }

    std::shared_ptr<const void> owner_;
    const session_context& context_;
    std::shared_ptr<const std::string> peer_text_;
    protocol::server_connection connection_;
    std::optional<close_reason> ending_;  // once its calls are answered
    bool end_after_read_ = false;
    std::ptrdiff_t subscriptions_ = 0;
    wire::buffer spare_;
    std::vector<protocol::call> spare_calls_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERVER_SESSION_HPP
