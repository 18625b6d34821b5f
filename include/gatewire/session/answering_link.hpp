// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ANSWERING_LINK_HPP
#define GATEWIRE_SESSION_ANSWERING_LINK_HPP

#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/session/link.hpp>
#include <gatewire/session/session_context.hpp>
#include <gatewire/session/session_record.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// A server's connection as it answers: calls of its own and of earlier connections of its session,
/// and, once all are answered, the end. It is a link that speaks `server_connection`.
class answering_link : public link, public call_origin {
    std::shared_ptr<const void> owner_;  // first, so that it goes last

public:
    answering_link(std::shared_ptr<session::environment> world, std::unique_ptr<stream> carrier,
                   std::uint64_t number, const session_context& context,
                   const protocol::server_facts& facts, const protocol::link_bounds& bounds)
        : link(std::move(world), std::move(carrier), context.first_frame_max(), bounds),
          context_(context),
          record_{number, std::make_shared<const std::string>(peer()), now()},
          connection_(context.offers, context.limits, facts, record_.connected_at) {
        poll_for(context.spin);
        if (context.is_single_threaded) {
            mutex_.leave_out();
        }
    }

    /// Keeps what the context refers to for as long as the session lives.
    void keep(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }

    /// Cancels the calls with these ids, of this connection or of those before it.
    void cancel_earlier(const std::vector<std::string>& ids) {
        std::vector<std::shared_ptr<answering_link>> before;
        {
            const std::lock_guard lock(mutex_);
            before = earlier_;
        }
        cancel_own(ids);
        for (const auto& one : before) {
            one->cancel_own(ids);
        }
    }

    /// Cancels all calls of this connection and of those before it: their session is over.
    void cancel_all() {
        std::vector<std::function<void()>> cancels;
        std::vector<std::shared_ptr<answering_link>> before;
        {
            const std::lock_guard lock(mutex_);
            cancels = connection_.cancel_all();
            before.swap(earlier_);
        }
        protocol::reach_all(cancels);
        for (const auto& one : before) {
            one->cancel_all();  // It has none before it any more.
        }
    }

    /// Tells the client that its session is over, if that can be done at once, and ends the
    /// connection.
    void leave(close_reason why) {
        const std::lock_guard lock(mutex_);
        guard([&] {
            say_bye(why);
            start_write();
        });
        shut(std::move(why));
    }

    /// The calls with keys, of all sessions.
    once_book& once() const noexcept override { return context_.once; }

    /// Calls that were read and have not ended.
    std::size_t in_flight() const {
        const std::lock_guard lock(mutex_);
        return connection_.in_flight();
    }

    /// What methods may read of it.
    const session_record& record() const noexcept { return record_; }

    /// @param has_lists  With what it subscribed to, else only with how much that is.
    session_stats stats(bool has_lists) const {
        constexpr std::size_t subscriptions_shown_max = 64;
        const std::lock_guard lock(mutex_);
        session_stats result = record_.stats(connection_, passed(), watch_.stuck_for(now()));
        if (has_lists) {
            result.subscriptions =
                record_.subscriptions.texts(context_.offers, subscriptions_shown_max);
        }
        return result;
    }

    protocol::session_traffic traffic() const {
        const std::lock_guard lock(mutex_);
        return passed();
    }

    void answer(wire::buffer& frames, std::vector<std::uint32_t>& answered, std::uint64_t errors,
                time_point now) override {
        send_answers([&]() -> wire::buffer& {
            for (std::uint32_t slot : answered) {
                end_call(slot, {}, now);
            }
            connection_.counters.errors += errors;
            return frames;
        });
        answered.clear();
    }

    void answer_part(std::uint32_t slot, std::string_view part, std::uint64_t errors,
                     time_point now) override {
        wire::buffer frames;
        send_answers([&]() -> wire::buffer& {
            end_call(slot, part, now);
            connection_.counters.errors += errors;
            frames.swap(connection_.answers.kept);
            return frames;
        });
    }

    void give_up() noexcept override {
        std::shared_ptr<answering_link> next;
        {
            const std::lock_guard lock(mutex_);
            next = successor();
            if (!next) {  // No loss, after which the session would go on without the answer.
                shut({errc::internal_error, "no memory"});
            }
        }
        if (next) {
            next->give_up();
        }
    }

    void reach_by(protocol::call_state& state, std::function<void()> cancel) override {
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

protected:
    std::optional<close_reason> look(time_point now) override {
        return connection_.reason_to_end(now, watch_.last_received(),
                                         !record_.subscriptions.is_empty());
    }
    time_point next_deadline() const override {
        return connection_.deadline(watch_.last_received(), !record_.subscriptions.is_empty());
    }

    /// No call is in flight any more on a connection that is over. Without the mutex.
    virtual void on_calls_ended() = 0;

    // Everything below is called with the mutex held.

    /// Ends the connection once no call is in flight.
    void end_after_calls(close_reason why) {
        if (!ending_) {
            ending_ = std::move(why);
        }
        end_if_idle();
    }

    /// Some calls have ended.
    void calls_ended() {
        end_if_idle();
        if (queued() > context_.limits.queue_soft_max) {
            check_queue();
        }
    }

    /// Goes on with the session of a connection that is closed, whose mutex is held too. Only
    /// connections with calls that run are kept, however often the session goes on.
    void succeed(answering_link& before) {
        earlier_.swap(before.earlier_);
        if (before.connection_.in_flight_here() != 0) {
            earlier_.push_back(before.itself());
        }
        line_ = before.line_ ? before.line_ : std::make_shared<session_line>();
        before.line_ = line_;
        before.goes_on_ = true;
        line_->set(itself());
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

    /// Tells the client which calls of earlier connections have ended that it did not ask for
    /// again.
    void tell_ended() {
        for (const std::string& id : connection_.memory.take_ended()) {
            if (connection_.extensions.hears_ended()) {
                wire::buffer frame;
                const std::size_t begin = wire::begin_frame(frame);
                protocol::write_own_request(
                    frame, protocol::ended_method, {},
                    protocol::ended_call{nlohmann::json::parse(id, nullptr, false)});
                wire::end_frame(frame, begin);
                queue(frame);
            }
        }
    }

    /// Queues answers of the protocol's own, and those that are kept.
    /// @return Whether there were any.
    bool queue_answers() {
        if (connection_.answers.frames.empty() && connection_.answers.kept.empty()) {
            return false;
        }
        connection_.memory.answers.pass(connection_.answers.frames.view());
        queue(connection_.answers.frames);
        connection_.memory.keep(connection_.answers.kept.view());
        queue(connection_.answers.kept);
        return true;
    }

    /// Checks the bounds on what is queued, and has the timer check them again.
    void check_queue() {
        const time_point now = this->now();
        watch_.queued(queued(), now);
        if (auto why = watch_.reason_to_end(now)) {
            shut(std::move(*why));
        } else {
            arm_timer();
        }
    }

    const session_context& context_;
    session_record record_;
    protocol::server_connection connection_;

private:
    /// Which connection a session is on, for all that it was on.
    class session_line {
    public:
        void set(const std::shared_ptr<answering_link>& connection) {
            const std::lock_guard lock(mutex_);
            current_ = connection;
        }
        std::shared_ptr<answering_link> current() const {
            const std::lock_guard lock(mutex_);
            return current_.lock();
        }

    private:
        mutable std::mutex mutex_;  // taken after those of connections
        std::weak_ptr<answering_link> current_;
    };

    std::shared_ptr<answering_link> itself() {
        return std::static_pointer_cast<answering_link>(shared_from_this());
    }

    void cancel_own(const std::vector<std::string>& ids) {
        std::vector<std::function<void()>> cancels;
        {
            const std::lock_guard lock(mutex_);
            for (const std::string& id : ids) {
                for (auto& reach : connection_.cancel(id)) {
                    cancels.push_back(std::move(reach));
                }
            }
        }
        protocol::reach_all(cancels);
    }

    /// With the mutex held. The connection on which the session goes on, if that is another one.
    std::shared_ptr<answering_link> successor() const {
        return goes_on_ ? line_->current() : nullptr;
    }

    /// Takes answers of calls that ran for an earlier connection of the session.
    /// @param done  That connection, if it has no more of them.
    /// @return The connection that must take them instead, if the session went on meanwhile.
    std::shared_ptr<answering_link> take_answers(std::string_view frames,
                                                 const answering_link* done) {
        std::shared_ptr<answering_link> let_go;
        bool is_over = false;
        {
            const std::lock_guard lock(mutex_);
            if (auto next = successor()) {
                return next;
            }
            connection_.memory.take(frames, connection_.answers.kept);
            queue_answers();
            tell_ended();
            const auto idle = std::find_if(earlier_.begin(), earlier_.end(),
                                           [done](const auto& one) { return one.get() == done; });
            if (idle != earlier_.end()) {
                let_go = std::move(*idle);  // Without the mutex.
                earlier_.erase(idle);
            }
            calls_ended();
            is_over = is_closed() && connection_.in_flight() == 0;
        }
        flush();
        if (is_over) {
            on_calls_ended();
        }
        return nullptr;
    }

    protocol::session_traffic passed() const {
        return {connection_.counters, reader_.received(), outgoing_.total(), queued(),
                connection_.in_flight_here()};
    }

    void end_if_idle() {
        if (ending_ && connection_.in_flight() == 0) {
            say_bye(*ending_);
            finish(*ending_);
        }
    }

    void end_call(std::uint32_t slot, std::string_view part, time_point now) {
        connection_.answered(slot, now);
        connection_.finish(slot, part);
    }

    /// Sends the answers that `end_calls()` gives, here or where the session goes on, and empties
    /// the buffer.
    template <class EndCalls>
    void send_answers(EndCalls&& end_calls) {
        std::shared_ptr<answering_link> next;
        const answering_link* done = nullptr;
        wire::buffer* frames = nullptr;
        bool is_over = false;
        {
            const std::lock_guard lock(mutex_);
            frames = &end_calls();
            next = successor();
            if (!next) {
                connection_.memory.keep(frames->view());
                queue(*frames);
                queue_answers();  // A batch without answers to calls may have ended here, too.
            } else if (connection_.in_flight_here() == 0) {
                done = this;
            }
            calls_ended();
            is_over = is_closed() && connection_.in_flight() == 0;
        }
        if (next) {
            while (next) {
                next = next->take_answers(frames->view(), done);
            }
            frames->clear();
        } else {
            flush();
        }
        if (is_over) {
            on_calls_ended();
        }
    }

    std::vector<std::shared_ptr<answering_link>> earlier_;  // those whose calls still run
    std::shared_ptr<session_line> line_;  // null while the session was on no other connection
    bool goes_on_ = false;                // elsewhere
    std::optional<close_reason> ending_;  // once its calls are answered
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ANSWERING_LINK_HPP
