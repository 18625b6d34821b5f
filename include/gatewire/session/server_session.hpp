// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERVER_SESSION_HPP
#define GATEWIRE_SESSION_SERVER_SESSION_HPP

#include <gatewire/caller.hpp>
#include <gatewire/detail/linkage.hpp>
#include <gatewire/log.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/protocol/server_outcome.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/session/connection.hpp>
#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/event_queue.hpp>
#include <gatewire/session/resumable_sessions.hpp>
#include <gatewire/session/session_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// One client's connection at the server, and its session while that is on it: what is read becomes
/// calls for the engine, whose responses it sends, and subscriptions, whose events it sends.
/// `mutex_` guards all of it. It is not held while the user's code runs, and of two connections of
/// one session the older one's is taken first.
class server_session final : public connection_user, public call_origin, public event_receiver {
    std::shared_ptr<const void> owner_;  // first, so that it goes last

public:
    server_session(std::shared_ptr<environment> world, std::unique_ptr<stream> carrier,
                   std::uint64_t number, const session_context& context,
                   const protocol::server_facts& facts)
        : context_(context),
          mutex_(!context.is_single_threaded),
          connection_(*this, mutex_, std::move(world), std::move(carrier),
                      context.first_frame_max(), context.bounds()),
          state_{number, std::make_shared<const std::string>(peer()), connection_.now()},
          protocol_(context.offers, context.limits, facts, state_.connected_at),
          events_(context, connection_, protocol_, state_) {
        connection_.poll_for(context.spin);
    }

    /// Keeps what the context refers to for as long as the session lives.
    void keep(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }

    /// Begins to read. Call once.
    void start() { connection_.start(); }

    const std::string& peer() const noexcept { return connection_.peer(); }

    /// Calls that were read and have not ended.
    std::size_t in_flight() const {
        const std::lock_guard lock(mutex_);
        return protocol_.in_flight();
    }

    /// @param has_lists  With what it subscribed to, else only with how much that is.
    session_stats stats(bool has_lists) const {
        constexpr std::size_t shown_max = 64;
        const std::lock_guard lock(mutex_);
        session_stats result =
            state_.stats(protocol_, passed(), connection_.stuck_for(connection_.now()));
        if (has_lists) {
            result.subscriptions = state_.subscriptions.texts(context_.offers, shown_max);
        }
        return result;
    }

    protocol::session_traffic traffic() const {
        const std::lock_guard lock(mutex_);
        return passed();
    }

    /// Gives a batch that was run back, for the next one.
    void recycle(std::unique_ptr<call_batch> batch) {
        batch->calls.clear();
        const std::lock_guard lock(mutex_);
        if (!connection_.is_closed()) {
            spare_.swap(batch);
        }
    }

    /// Tells the peer that there are as many connections as there may be, and ends this one.
    void refuse_crowd() {
        const std::string text =
            "too many connections: the limit is " + std::to_string(context_.limits.connections_max);
        const std::lock_guard lock(mutex_);
        write_response([&](wire::buffer& out) { protocol_.refuse(text, out); });
        connection_.finish({errc::overloaded, text});
    }

    /// Refuses new calls, lets running ones finish, then ends.
    void drain() {
        const std::lock_guard lock(mutex_);
        protocol_.drain();
        end_after_calls({errc::shutting_down, "the server is shutting down"});
    }

    /// Ends the connection, and tells the client that its session is over if it takes no waiting.
    void leave(close_reason why) {
        const std::lock_guard lock(mutex_);
        connection_.guard([&] {
            say_bye(why);
            connection_.start_write();
        });
        connection_.close(std::move(why));
    }

    /// Nobody came back for the session: it ends now, for the reason why its connection was lost.
    GATEWIRE_COLD void expire() {
        std::unique_lock lock(mutex_);
        const close_reason why = lost_.value_or(close_reason{errc::connection_lost, {}});
        lock.unlock();
        end(why);
    }

    // As the origin of calls.

    void respond(wire::buffer& frames, std::vector<std::uint32_t>& answered, std::uint64_t errors,
                 time_point now) override {
        const auto slot = answered.size() == 1 ? std::optional(answered.front()) : std::nullopt;
        send_responses(slot, frames, [&] { protocol_.end_calls(answered, errors, now); });
        answered.clear();
    }

    void respond_part(std::uint32_t slot, std::string_view part, std::uint64_t errors,
                      time_point now) override {
        wire::buffer frames;
        send_responses(slot, frames, [&] {
            write_response([&](wire::buffer& own) {
                frames = protocol_.end_part(slot, part, errors, now, own);
            });
        });
    }

    void keep_place(const protocol::call& what) override {
        const std::lock_guard lock(mutex_);
        events_.keep_place(what.slot);
    }

    void give_up() noexcept override {
        std::unique_lock lock(mutex_);
        const std::shared_ptr<server_session> next = route_.successor();
        if (!next) {  // Not `connection_lost`: a session that is resumed would lack the response.
            connection_.close({errc::internal_error, "no memory"});
            return;
        }
        lock.unlock();
        next->give_up();
    }

    void reach_by(protocol::call_state& state, std::function<void()> cancel) override {
        const std::lock_guard lock(mutex_);
        state.cancel = std::move(cancel);
        if (state.cancelled.load(std::memory_order_relaxed)) {
            state.cancel();  // The cancel came while the call was on its way here; it only posts.
        }
    }

    caller caller_of(const protocol::call& what) const override { return state_.caller_of(what); }
    idempotency_keys& used_keys() const noexcept override { return context_.keys; }
    const call_observer* watch() const noexcept override {
        return context_.watch.is_on() ? &context_.watch : nullptr;
    }
    std::uint64_t number() const noexcept override { return state_.number; }
    time_point time() const noexcept override { return connection_.now(); }
    std::unique_ptr<timer> make_timer(const asio::any_io_executor& executor) const override {
        return connection_.world().make_timer(executor);
    }

    // As a receiver of events.

    void receive_event(const protocol::published_event& event) noexcept override {
        const std::lock_guard lock(mutex_);
        connection_.guard([&] { events_.publish(event); });
    }
    void flush_events() noexcept override { connection_.flush(); }

private:
    std::shared_ptr<server_session> self() {
        return std::static_pointer_cast<server_session>(shared_from_this());
    }

    // Reading.

    // A read can hold more calls than may be in flight. Those that fit are run first, and only if
    // the engine is still busy with them are the others refused.
    bool on_read(std::unique_lock<optional_mutex>& lock, time_point now) override {
        recognise();
        if (!outcome_) {
            outcome_ = std::make_unique<protocol::server_outcome>();
        }
        for (bool goes_on = true; goes_on;) {
            read_frames(now);
            goes_on = outcome_->is_full;
            if (begins_session() || ends_session() || outcome_->has_requests()) {
                goes_on = carry_out(lock);
            }
            if (goes_on) {
                lock.unlock();
                context_.engine.kick_here();
                lock.lock();
            }
        }
        return !connection_.is_closed() && !end_after_read_;
    }

    void after_read() override { context_.engine.kick_alive_here(); }  // The reader keeps it.

    void on_end_of_stream() override {
        // A plain peer may have closed its half only, and still wait for responses. Clients that
        // say hello never do that: this one is gone, and so its calls are given up.
        close_reason why{errc::connection_lost, "the peer closed the connection"};
        if (protocol_.said_hello()) {
            connection_.close(std::move(why));
        } else {
            end_after_calls(std::move(why));
        }
    }

    /// Looks once at what the stream knows of the client, before its first frame is taken.
    void recognise() {
        if (!std::exchange(is_recognised_, true) && !context_.authenticator.is_needed()) {
            state_.recognise(connection_.shown().certificate);
        }
    }

    /// Takes frames until what they ask for must be done first, and has the engine run their calls.
    void read_frames(time_point now) {
        bool whole = false;
        protocol::server_outcome& outcome = *outcome_;
        outcome.is_full = false;
        for (bool goes_on = true; goes_on && !connection_.is_closed();) {
            const auto body = connection_.frames().next();
            if (!body) {
                break;
            }
            whole = true;
            goes_on = protocol_.receive(*body, now, outcome);
        }
        if (outcome.calls.empty()) {
            connection_.frames().compact();
        } else {
            auto batch = spare_ ? std::move(spare_) : std::make_unique<call_batch>();
            batch->from = self();
            connection_.frames().hand_over(batch->bytes);
            batch->calls.swap(outcome.calls);
            context_.engine.push(std::move(batch));
        }
        if (!outcome.responses.empty()) {
            connection_.queue(outcome.responses);
            connection_.flush();
        }
        connection_.frames_taken(whole, now);
        if (std::optional<close_reason> why = std::exchange(outcome.close, std::nullopt)) {
            end_after_read_ = true;
            connection_.finish(std::move(*why));
        } else if (connection_.frames().is_too_large()) {
            end_after_read_ = true;
            end_after_calls({errc::frame_too_large, connection_.frames().refusal()});
        }
    }

    /// A session began with what was read, or its client said that it ends.
    bool begins_session() const noexcept {
        return protocol_.is_lasting() && !is_kept_ && !connection_.is_closed();
    }
    bool ends_session() const noexcept { return is_kept_ && protocol_.said_bye(); }

    /// Does what was asked for but the calls, without the mutex.
    /// @return Whether there may be more frames, which had to wait for that.
    GATEWIRE_COLD bool carry_out(std::unique_lock<optional_mutex>& lock) {
        const bool begins = begins_session();
        const bool leaves = ends_session();
        const protocol::server_outcome asked = std::exchange(*outcome_, {});
        is_greeting_ = begins || asked.hello;
        lock.unlock();
        bool is_admitted = false;
        try {
            act_on(asked);
            if (begins) {
                keep_session();
            } else if (leaves) {
                give_session_up();
            }
            connection_.flush();
            is_admitted = asked.hello && admits(*asked.hello);
        } catch (...) {
            lock.lock();
            is_greeting_ = false;
            throw;
        }
        lock.lock();
        return asked.hello ? is_admitted
                           : asked.is_full || !asked.queries.empty() || !asked.changes.empty();
    }

    void act_on(const protocol::server_outcome& asked) {
        for (const std::string& text : asked.refusals) {
            log(log_event::frame_refused, text);
        }
        protocol::reach_all(asked.cancels);
        if (!asked.earlier_cancels.empty()) {
            cancel_earlier(asked.earlier_cancels);
        }
        if (!asked.changes.empty()) {
            change_subscriptions(asked.changes);
        }
        for (const protocol::server_query& one : asked.queries) {
            answer_inquiry(one);
        }
    }

    /// Carries out what a client wants to receive, and sends it the newest values of that.
    void change_subscriptions(const std::vector<protocol::subscription_change>& changes) {
        const event_hub::receiver receiver = self();
        context_.hub.change([&](auto& index, std::uint64_t position) {
            const std::lock_guard lock(mutex_);
            if (connection_.is_closed()) {
                return;
            }
            events_.carry_out(changes, index, receiver, position);
            calls_ended();
        });
    }

    /// Without the mutex, since the statistics are those of all sessions.
    GATEWIRE_COLD void answer_inquiry(const protocol::server_query& asked) {
        std::unique_lock lock(mutex_);
        if (!events_.may_look_up()) {
            write_response([&](wire::buffer& out) { protocol_.put_off(asked, out); });
            return;
        }
        lock.unlock();
        const bool is_document = asked.about == protocol::server_query::subject::document;
        const std::string statistics =
            is_document ? std::string() : context_.statistics(state_.has_role(context_.stats_role));
        const std::string_view text = is_document ? context_.offers.document() : statistics;
        lock.lock();
        events_.spend(text.size());
        write_response([&](wire::buffer& out) { protocol_.answer(asked, text, out); });
        calls_ended();
    }

    void shrink() override {
        protocol_.shrink();
        drop_read();
    }

    void drop_read() override {
        spare_.reset();
        outcome_.reset();
    }

    // The hello, without the mutex.

    /// Has a hello judged, and answers it. @return Whether it was accepted.
    GATEWIRE_COLD bool admits(const protocol::pending_hello& greeting) {
        if (context_.authenticator.is_needed()) {
            credentials shown = connection_.shown();
            shown.token = greeting.token();
            const verdict said = context_.authenticator.ask(shown);
            if (!said.identity) {
                turn_away(greeting, protocol::unauthenticated_code, said.refusal,
                          {errc::unauthenticated, "the client was refused: " + said.refusal});
                return false;
            }
            const std::lock_guard lock(mutex_);
            state_.identity = std::make_shared<const identity>(*said.identity);
            connection_.frames().allow(context_.limits.frame_size_max);
        }
        history_.attempt = greeting.hello.attempt.value_or(0);
        std::shared_ptr<server_session> before;
        if (greeting.hello.session && greeting.hello.epoch == context_.epoch) {
            const resumable_sessions::claim_result found = context_.sessions.claim(
                *greeting.hello.session, state_.claimant(), greeting.hello.attempt);
            if (found.is_too_often) {
                const std::string text = "the session went on too often: the limit is " +
                                         std::to_string(context_.limits.resumes_per_minute_max) +
                                         " times within a minute";
                turn_away(greeting, protocol::overloaded_code, text, {errc::overloaded, text});
                return false;
            }
            before = found.connection;
            if (before) {
                history_ = found.so_far;
            }
        }
        if (before) {
            history_.rests_until = resume(before, greeting);
        } else {
            const std::lock_guard lock(mutex_);
            write_response([&](wire::buffer& out) {
                protocol_.admit(greeting, state_.identity, nullptr, out);
            });
        }
        keep_session();
        if (before) {
            context_.hub.session_ended();  // It counts for this connection now.
        }
        connection_.flush();
        return true;
    }

    GATEWIRE_COLD void turn_away(const protocol::pending_hello& greeting, int code,
                                 std::string_view text, close_reason why) {
        std::unique_lock lock(mutex_);
        write_response([&](wire::buffer& out) { protocol_.turn_away(greeting, code, text, out); });
        end_after_read_ = true;
        connection_.finish(std::move(why));
        lock.unlock();
        end_greeting();
    }

    /// Goes on with the session of another connection: its subscriptions and its calls are this
    /// one's from here on, and what the client missed is sent.
    /// @return When the session may go on again.
    GATEWIRE_COLD time_point resume(const std::shared_ptr<server_session>& before,
                                    const protocol::pending_hello& greeting) {
        const std::shared_ptr<server_session> self = this->self();
        const protocol::hello_request& hello = greeting.hello;
        const protocol::hello_events known(hello, context_.offers);
        return context_.hub.change([&](auto& index, std::uint64_t position) {
            const std::lock_guard lock_before(before->mutex_);
            const std::lock_guard lock(mutex_);
            before->connection_.close(
                {errc::connection_lost, "the session goes on on another connection"});
            route_.succeed(before->route_, self);
            if (before->protocol_.in_flight_here() != 0) {
                route_.wait_for(before);  // Others are not kept, however often the session goes on.
            }
            state_.number = before->state_.number.load();
            state_.resumes = before->state_.resumes + 1;
            state_.subscriptions = std::exchange(before->state_.subscriptions, {});
            state_.subscriptions.hand_over(index, event_hub::receiver(before),
                                           event_hub::receiver(self));
            before->events_.drop_order();
            protocol_.resume(before->protocol_, hello.answers);
            const protocol::events_seen seen = known.seen(position);
            const protocol::lacking_events lacking =
                before->events_.take_unsent(seen.last, hello.events_arrived);
            events_.resume(before->events_);
            const auto missed = context_.hub.store().gap_after(seen, lacking);
            const protocol::resumption resumed{
                before->protocol_.session(), missed,
                missed ? (std::max)(seen.last, missed->to) : seen.last};
            write_response([&](wire::buffer& out) {
                protocol_.admit(greeting, state_.identity, &resumed, out);
            });
            return events_.send_missed(seen, lacking, position);
        });
    }

    // The session's life.

    /// From here on the session can be found by its name.
    void keep_session() {
        std::unique_lock lock(mutex_);
        is_kept_ = protocol_.is_lasting();
        const std::string name = is_kept_ ? protocol_.session() : std::string();
        lock.unlock();
        if (!name.empty()) {
            context_.sessions.add(name, state_.claimant(), self(), history_);
            context_.hub.session_began();
        }
        end_greeting();
    }

    void give_session_up() {
        if (context_.sessions.forget(protocol_.session(), self())) {
            context_.hub.session_ended();
            const std::lock_guard lock(mutex_);
            is_kept_ = false;
        }
    }

    /// The session has its name: a connection that was lost meanwhile is over now.
    void end_greeting() {
        std::unique_lock lock(mutex_);
        is_greeting_ = false;
        const std::optional<close_reason> lost = lost_;
        lock.unlock();
        if (lost) {
            on_closed(*lost);
        }
    }

    GATEWIRE_COLD void on_closed(const close_reason& why) override {
        const std::shared_ptr<server_session> self = this->self();
        std::unique_lock lock(mutex_);
        lost_ = why;
        if (is_greeting_) {
            return;  // It is not settled yet whose session this is.
        }
        const bool is_kept = is_kept_;
        const std::string name = protocol_.session();
        const bool may_come_back = protocol_.is_lasting() && protocol::is_loss(why.code);
        lock.unlock();
        context_.hub.change(
            [&](auto& index, std::uint64_t) { index.forget(event_hub::receiver(self)); });
        using fate = resumable_sessions::fate;
        const fate next =
            is_kept ? context_.sessions.release(name, self, may_come_back) : fate::ends;
        log(log_event::disconnected, why.text);
        if (next == fate::ends) {
            end(why);
        } else {
            context_.forget(self, false);
        }
    }

    /// The session is over: its calls are given up, and the engine is told.
    GATEWIRE_COLD void end(const close_reason& why) {
        const std::shared_ptr<server_session> self = this->self();
        auto last = std::make_unique<call_batch>();
        last->from = self;
        std::unique_lock lock(mutex_);
        last->end = std::make_unique<session_end>(state_.end(why));
        const bool was_kept = std::exchange(is_kept_, false);
        lock.unlock();
        cancel_all();
        if (was_kept) {
            context_.hub.session_ended();
        }
        // After all calls: a closed connection hands none over.
        if (context_.forget(self, true)) {
            context_.engine.push(std::move(last));
            context_.engine.kick();
        }
    }

    // Cancels, without the mutex.

    /// Cancels the calls with these ids, of this connection or of those before it.
    void cancel_earlier(const std::vector<std::string>& ids) {
        std::unique_lock lock(mutex_);
        const std::vector<std::shared_ptr<server_session>> before = route_.earlier();
        lock.unlock();
        cancel_own(ids);
        for (const auto& one : before) {
            one->cancel_own(ids);
        }
    }

    GATEWIRE_COLD void cancel_own(const std::vector<std::string>& ids) {
        std::vector<std::function<void()>> cancels;
        std::unique_lock lock(mutex_);
        for (const std::string& id : ids) {
            for (auto& reach : protocol_.cancel(id)) {
                cancels.push_back(std::move(reach));
            }
        }
        lock.unlock();
        protocol::reach_all(cancels);
    }

    /// Cancels all calls of this connection and of those before it: their session is over.
    GATEWIRE_COLD void cancel_all() {
        std::unique_lock lock(mutex_);
        const std::vector<std::function<void()>> cancels = protocol_.cancel_all();
        const std::vector<std::shared_ptr<server_session>> before = route_.take_earlier();
        lock.unlock();
        protocol::reach_all(cancels);
        for (const auto& one : before) {
            one->cancel_all();  // It has none before it any more.
        }
    }

    // Responses.

    /// Sends responses to calls that `end_calls()` ends, here or where the session goes on, and
    /// empties the buffer.
    /// @param slot  Of the call, if it is one.
    template <class EndCalls>
    void send_responses(std::optional<std::uint32_t> slot, wire::buffer& frames,
                        EndCalls&& end_calls) {
        std::unique_lock lock(mutex_);
        end_calls();
        std::shared_ptr<server_session> next = route_.successor();
        const server_session* const done = next && protocol_.in_flight_here() == 0 ? this : nullptr;
        if (!next) {
            events_.send_responses(slot, frames);
        }
        const bool is_over = calls_ended();
        lock.unlock();
        if (next) {
            while (next) {
                next = next->take_responses(frames.view(), done);
            }
            frames.clear();
        } else {
            connection_.flush();
        }
        if (is_over) {
            context_.calls_ended(self());
        }
    }

    /// Takes responses to calls that ran for an earlier connection of the session.
    /// @param done  That connection, if it has no more of them.
    /// @return The connection that must take them instead, if the session went on meanwhile.
    std::shared_ptr<server_session> take_responses(std::string_view frames,
                                                   const server_session* done) {
        std::shared_ptr<server_session> forgotten;  // goes without the mutex
        std::unique_lock lock(mutex_);
        if (auto next = route_.successor()) {
            return next;
        }
        write_response([&](wire::buffer& out) { protocol_.take_over(frames, out); });
        forgotten = route_.forget(done);
        const bool is_over = calls_ended();
        lock.unlock();
        connection_.flush();
        if (is_over) {
            context_.calls_ended(self());
        }
        return nullptr;
    }

    // Everything below is called with the mutex held.

    /// Queues what `write(buffer)` has the protocol write.
    template <class Write>
    void write_response(Write&& write) {
        wire::buffer out;
        write(out);
        connection_.queue(out);
    }

    /// A client with a session is told that it ends.
    GATEWIRE_COLD void say_bye(const close_reason& why) {
        if (!connection_.is_closed()) {
            write_response([&](wire::buffer& out) { protocol_.say_bye(why.text, out); });
        }
    }

    /// Ends the connection once no call is in flight.
    void end_after_calls(close_reason why) {
        if (!ending_) {
            ending_ = std::move(why);
        }
        end_if_idle();
    }

    /// Some calls have ended. @return Whether they were the last of a connection that is over.
    bool calls_ended() {
        end_if_idle();
        if (connection_.queued() > context_.limits.queue_soft_max) {
            connection_.check_queue();
        }
        return connection_.is_closed() && protocol_.in_flight() == 0;
    }

    void end_if_idle() {
        if (ending_ && protocol_.in_flight() == 0) {
            say_bye(*ending_);
            connection_.finish(*ending_);
        }
    }

    void on_writable() override { events_.queue_deferred(); }

    GATEWIRE_COLD std::optional<close_reason> reason_to_end(time_point now) override {
        return protocol_.reason_to_end(now, connection_.last_received(),
                                       !state_.subscriptions.is_empty());
    }
    time_point next_deadline() const override {
        return protocol_.deadline(connection_.last_received(), !state_.subscriptions.is_empty());
    }

    protocol::session_traffic passed() const {
        return {protocol_.counters(), connection_.frames().received(), connection_.sent(),
                connection_.queued(), protocol_.in_flight_here()};
    }

    void log(log_event event, std::string_view text) const {
        if (context_.log) {
            context_.log({event, peer(), text});
        }
    }

    const session_context& context_;
    mutable optional_mutex mutex_;
    connection connection_;
    session_state state_;
    protocol::server_connection protocol_;
    event_queue events_;
    response_route route_;
    std::optional<close_reason> ending_;  // once its calls have ended
    bool end_after_read_ = false;
    bool is_recognised_ = false;
    std::unique_ptr<protocol::server_outcome> outcome_;  // of what was read; null in a long rest
    std::unique_ptr<call_batch> spare_;                  // that was run, or null
    resumable_sessions::resume_history history_{};
    bool is_greeting_ = false;          // a hello is being judged
    bool is_kept_ = false;              // it can be found by its name
    std::optional<close_reason> lost_;  // why the connection ended
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERVER_SESSION_HPP
