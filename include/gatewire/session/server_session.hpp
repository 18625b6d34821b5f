// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERVER_SESSION_HPP
#define GATEWIRE_SESSION_SERVER_SESSION_HPP

#include <gatewire/caller.hpp>
#include <gatewire/log.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/lasting_link.hpp>
#include <gatewire/session/session_context.hpp>

#include <bit>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// One client's connection at the server: what it reads becomes calls, subscriptions and an end.
class server_session final : public lasting_link {
public:
    using lasting_link::lasting_link;

    /// Gives the buffers of a batch that was run back.
    void recycle(call_batch& batch) {
        batch.calls.clear();
        const std::lock_guard lock(mutex_);
        if (!is_closed()) {
            spare_ = std::move(batch);
            spare_.from = nullptr;
        }
    }

    /// Tells the peer that there are as many connections as there may be, and ends this one.
    void refuse_crowd() {
        const std::string text = "too many connections: the limit is " +
                                 std::to_string(context_.limits.connections_max);
        const std::lock_guard lock(mutex_);
        const std::size_t begin = wire::begin_frame(connection_.answers.frames);
        protocol::write_error(connection_.answers.frames, {}, protocol::overloaded_code, text);
        wire::end_frame(connection_.answers.frames, begin);
        queue_answers();
        finish({errc::overloaded, text});
    }

    caller caller_of(const protocol::call& what) const override {
        std::optional<caller::clock::time_point> deadline;
        if (what.deadline != protocol::never) {
            deadline = what.deadline;
        }
        const std::shared_ptr<protocol::call_state> state = what.state->shared_from_this();
        std::shared_ptr<const std::string> trace;
        if (!state->traceparent.empty()) {
            // A copy: the state is another call's soon, and who has this may keep it.
            trace = std::make_shared<const std::string>(state->traceparent);
        }
        return {record_.peer, deadline,       {state, &state->cancelled}, record_.identity,
                record_.number, std::move(trace)};
    }

    const call_watch* watch() const noexcept override {
        return context_.watch.is_on() ? &context_.watch : nullptr;
    }
    std::uint64_t number() const noexcept override { return record_.number; }

    time_point time() const noexcept override { return now(); }

    std::unique_ptr<timer> make_timer(const asio::any_io_executor& executor) const override {
        return world().make_timer(executor);
    }

private:
    std::shared_ptr<server_session> self() override {
        return std::static_pointer_cast<server_session>(shared_from_this());
    }

    // A read can hold more calls than may be in flight. Those that fit are run first, and only if
    // the engine is still busy with them are the others refused.
    bool on_read(std::unique_lock<optional_mutex>& lock, time_point now) override {
        recognise();
        while (take_frames(lock, now)) {
            lock.unlock();
            context_.engine.kick_here();
            lock.lock();
        }
        return !is_closed() && !end_after_read_;
    }

    void after_read() override { context_.engine.kick_here(); }

    /// What one look at the frames brought, to be done without the mutex.
    struct harvest {
        std::optional<protocol::pending_hello> greeting;
        std::vector<protocol::subscription_change> changes;
        std::vector<protocol::inquiry> questions;
        std::vector<std::function<void()>> cancels;
        std::vector<std::string> earlier_cancels;
        std::vector<std::string> refusals;
        bool has_session = false;  // a session began
        bool has_left = false;     // its client said that it ends
    };

    /// Reads frames until none is whole, and then returns false. True: until no more calls fit, or
    /// until a hello was accepted, a question answered or subscriptions changed; there may be more.
    bool take_frames(std::unique_lock<optional_mutex>& lock, time_point now) {
        const bool is_full = read_frames(now);
        const bool begins = connection_.extensions.is_lasting() && !is_kept_ && !is_closed();
        const bool leaves = is_kept_ && connection_.extensions.said_bye;
        if (refusals_.empty() && !begins && !leaves && !has_wishes()) {
            return is_full;  // Calls only.
        }
        harvest found;
        found.refusals.swap(refusals_);
        found.greeting = connection_.extensions.greeting;
        found.changes.swap(connection_.extensions.changes);
        found.questions.swap(connection_.extensions.questions.waiting);
        found.cancels.swap(connection_.extensions.cancels);
        found.earlier_cancels.swap(connection_.extensions.earlier_cancels);
        found.has_session = begins;
        found.has_left = leaves;
        is_greeting_ = found.has_session || found.greeting;
        lock.unlock();
        bool is_admitted = false;
        try {
            is_admitted = settle(found);
        } catch (...) {
            lock.lock();
            is_greeting_ = false;
            throw;
        }
        lock.lock();
        return found.greeting ? is_admitted
                              : is_full || !found.questions.empty() || !found.changes.empty();
    }

    bool has_wishes() const noexcept {
        const protocol::server_extensions& of = connection_.extensions;
        return of.greeting || !of.changes.empty() || !of.cancels.empty() ||
               !of.earlier_cancels.empty() || !of.questions.waiting.empty();
    }

    /// Without the mutex. @return Whether a hello was accepted.
    bool settle(const harvest& found) {
        for (const std::string& text : found.refusals) {
            log(log_event::frame_refused, text);
        }
        protocol::reach_all(found.cancels);
        if (!found.earlier_cancels.empty()) {
            cancel_earlier(found.earlier_cancels);
        }
        if (!found.changes.empty()) {
            carry_out(found.changes);
        }
        for (const protocol::inquiry& asked : found.questions) {
            answer_question(asked);
        }
        if (found.has_session) {
            keep_session();
        } else if (found.has_left) {
            give_session_up();
        }
        flush();
        return found.greeting && admits(*found.greeting);
    }

    /// Without the mutex, since the statistics are those of all sessions.
    void answer_question(const protocol::inquiry& asked) {
        std::string made;
        std::string_view text;
        if (!may_look_up()) {
            const std::lock_guard lock(mutex_);
            connection_.extensions.questions.put_off(asked);
            queue_answers();
            return;
        }
        if (asked.about == protocol::inquiry::subject::document) {
            text = context_.offers.document();
        } else {
            text = made = context_.statistics(may_see_lists());
        }
        const std::lock_guard lock(mutex_);
        lookups_.spend(text.size());
        connection_.extensions.questions.answer(asked, text);
        queue_answers();
        calls_ended();
    }

    bool may_look_up() {
        const std::lock_guard lock(mutex_);
        return lookups_.covers(now(), reader_.received());
    }

    bool may_see_lists() const {
        return !context_.stats_role.empty() && record_.identity &&
               record_.identity->has_role(context_.stats_role);
    }

    /// With the mutex held. @return Whether there may be more calls, for which there is no room.
    bool read_frames(time_point now) {
        bool whole = false;
        bool is_full = false;
        std::optional<close_reason> flood;
        while (const auto body = is_closed() ? std::nullopt : reader_.next()) {
            whole = true;
            connection_.receive(*body, now);
            if (!connection_.answers.refused.empty()) {
                note_refusal(std::exchange(connection_.answers.refused, {}));
            }
            if (connection_.is_flooded()) {
                flood = connection_.check_flood();
                break;
            }
            is_full = connection_.is_full() && !connection_.calls.empty();
            if (connection_.extensions.greeting || is_full ||
                connection_.extensions.has_many_changes() ||
                !connection_.extensions.questions.waiting.empty()) {
                break;
            }
        }
        hand_over();
        if (queue_answers()) {
            flush();
        }
        watch_.received(now, reader_.is_partial(), whole);
        if (flood) {
            end_after_read_ = true;
            finish(std::move(*flood));
        } else if (reader_.is_too_large()) {
            end_after_read_ = true;
            end_after_calls({errc::frame_too_large, reader_.refusal()});
        }
        return is_full;
    }

    /// A log is no place for a peer to write in: it has the first refusals, then ever fewer.
    void note_refusal(std::string why) {
        constexpr std::uint64_t told_all = 8;
        ++refused_count_;
        if (refused_count_ > told_all) {
            if (!std::has_single_bit(refused_count_)) {
                return;
            }
            why += "; it is number " + std::to_string(refused_count_) + " on this connection";
        }
        refusals_.push_back(std::move(why));
    }

    /// Has the hello that waits judged, without the mutex, and answers it.
    bool admits(const protocol::pending_hello& greeting) {
        if (context_.door.is_needed()) {
            const verdict said = ask_who(greeting.token());
            if (!said.identity) {
                turn_away(protocol::unauthenticated_code, said.refusal,
                          {errc::unauthenticated, "the client was refused: " + said.refusal});
                return false;
            }
            const std::lock_guard lock(mutex_);
            record_.identity = std::make_shared<const identity>(*said.identity);
            reader_.allow(context_.limits.frame_size_max);
        }
        course_.attempt = greeting.hello.attempt.value_or(0);
        std::shared_ptr<server_session> before;
        if (greeting.hello.session && greeting.hello.epoch == context_.epoch) {
            const session_keeper::claimed found = context_.keeper.claim(
                *greeting.hello.session, record_.claimant(), greeting.hello.attempt);
            if (found.is_too_often) {
                const std::string text = "the session went on too often: the limit is " +
                                         std::to_string(context_.limits.resumes_per_minute_max) +
                                         " times within a minute";
                turn_away(protocol::overloaded_code, text, {errc::overloaded, text});
                return false;
            }
            before = found.connection;
            if (before) {
                course_ = found.so_far;
            }
        }
        if (before) {
            course_.rests_until = go_on(before, greeting.hello);
        } else {
            const std::lock_guard lock(mutex_);
            connection_.extensions.admit(record_.identity);
            queue_answers();
        }
        keep_session();
        if (before) {
            context_.hub.session_ended();  // It counts for this connection now.
        }
        flush();
        return true;
    }

    void turn_away(int code, std::string_view text, close_reason why) {
        {
            const std::lock_guard lock(mutex_);
            connection_.extensions.turn_away(code, text);
            queue_answers();
            end_after_read_ = true;
            finish(std::move(why));
        }
        end_greeting();
    }

    void trim() override {
        event_link::trim();
        spare_ = call_batch{};
    }

    void drop_read() override {
        event_link::drop_read();
        spare_ = call_batch{};
        connection_.answers.frames = wire::buffer{};
        connection_.answers.kept = wire::buffer{};
    }

    void hand_over() {
        if (connection_.calls.empty()) {
            reader_.compact();
            return;
        }
        call_batch batch = std::move(spare_);
        batch.from = self();
        batch.bytes = reader_.take(std::move(batch.bytes));
        batch.calls.swap(connection_.calls);
        context_.engine.push(std::move(batch));
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

    bool end_after_read_ = false;
    std::vector<std::string> refusals_;  // of frames, for the log
    std::uint64_t refused_count_ = 0;    // frames in which something was
    call_batch spare_;                   // the buffers of a batch that was run
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERVER_SESSION_HPP
