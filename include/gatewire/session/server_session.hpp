// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERVER_SESSION_HPP
#define GATEWIRE_SESSION_SERVER_SESSION_HPP

#include <gatewire/log.hpp>
#include <gatewire/protocol/known_events.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/answering_link.hpp>
#include <gatewire/session/session_context.hpp>
#include <gatewire/session/session_keeper.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// One client's connection at the server: what it reads becomes calls, subscriptions and an end.
class server_session final : public answering_link {
public:
    using answering_link::answering_link;

    /// Nobody came back for the session: it ends now, for the reason why its connection was lost.
    void expire() {
        close_reason why{errc::connection_lost, {}};
        {
            const std::lock_guard lock(mutex_);
            why = lost_.value_or(why);
        }
        end(why);
    }

    /// Gives the buffers of a batch that was run back.
    void recycle(call_batch& batch) {
        const std::lock_guard lock(mutex_);
        batch.calls.clear();
        spare_calls_.swap(batch.calls);
        spare_.swap(batch.bytes);
    }

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
        std::optional<protocol::pending_hello> greeting;
        bool has_session = false;
        std::vector<std::string> earlier_cancels;
        bool whole = false;
        std::optional<close_reason> flood;
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
                flood = connection_.check_flood();
                if (flood) {
                    break;
                }
                if (connection_.extensions.greeting) {
                    greeting = connection_.extensions.greeting;
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
            earlier_cancels.swap(connection_.extensions.earlier_cancels);
            queue_answers();
            has_session = connection_.extensions.is_lasting();
            watch_.received(now, reader_.is_partial(), whole);
            if (flood) {
                end_after_read_ = true;
                finish(std::move(*flood));
            } else if (reader_.is_too_large()) {
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
        if (!earlier_cancels.empty()) {
            cancel_earlier(earlier_cancels);
        }
        if (!changes.empty()) {
            carry_out(changes);
        }
        if (has_session) {
            keep_session();
        }
        flush();
        return greeting ? is_admitted(*greeting) : is_full;
    }

    /// Has the hello that waits judged, without the mutex, and answers it.
    bool is_admitted(const protocol::pending_hello& greeting) {
        if (context_.door.is_needed()) {
            credentials shown = stream_->shown();
            shown.token = greeting.token();
            const verdict said = context_.door.ask(shown);
            const std::lock_guard lock(mutex_);
            if (!said.identity) {
                connection_.extensions.turn_away(said.refusal);
                queue_answers();
                end_after_read_ = true;
                finish({errc::unauthenticated, "the client was refused: " + said.refusal});
                return false;
            }
            record_.identity = std::make_shared<const identity>(*said.identity);
            reader_.allow(context_.limits.frame_size_max);
        }
        std::shared_ptr<server_session> before;
        if (greeting.hello.session && greeting.hello.epoch == context_.epoch) {
            before = context_.keeper.claim(*greeting.hello.session, record_.identity_text());
        }
        if (before) {
            go_on(before, greeting.hello);
        } else {
            const std::lock_guard lock(mutex_);
            connection_.extensions.admit(record_.identity);
            queue_answers();
        }
        keep_session();
        flush();
        return true;
    }

    /// From here on the session can be found by its name.
    void keep_session() {
        std::string name;
        {
            const std::lock_guard lock(mutex_);
            if (is_kept_ || is_closed() || !connection_.extensions.is_lasting()) {
                return;
            }
            is_kept_ = true;
            name = connection_.extensions.session();
        }
        const auto self = std::static_pointer_cast<server_session>(shared_from_this());
        context_.keeper.add(name, record_.identity_text(), self);
        context_.hub.session_began();
    }

    /// Goes on with the session of another connection: its subscriptions and its calls are this
    /// one's from here on, and what the client missed is sent.
    void go_on(const std::shared_ptr<server_session>& before,
               const protocol::hello_request& hello) {
        const auto self = std::static_pointer_cast<server_session>(shared_from_this());
        const protocol::known_events known(hello, context_.offers);
        context_.hub.change([&](auto& index, std::uint64_t position) {
            // Always the older connection's mutex first.
            const std::lock_guard lock_before(before->mutex_);
            const std::lock_guard lock(mutex_);
            before->goes_on_ = true;
            before->successor_ = self;
            before->shut({errc::connection_lost, "the session goes on on another connection"});
            predecessor_ = before;
            record_.number = before->record_.number.load();
            record_.subscriptions = before->record_.subscriptions;
            record_.subscriptions.hand_over(index, event_hub::receiver(before),
                                            event_hub::receiver(self));
            connection_.memory.resume(before->connection_.memory, before->connection_.running(),
                                      hello.answers);
            const protocol::events_seen seen = known.seen(position);
            const protocol::resumption resumed{before->connection_.extensions.session(),
                                               context_.hub.store().gap_after(seen)};
            connection_.extensions.admit(record_.identity, &resumed);
            queue_answers();
            send_missed(before->late_, seen);
        });
    }

    void send_missed(const protocol::latest_values& late, const protocol::events_seen& seen) {
        late.for_each([&](const protocol::latest_values::value& one) {
            if (one.number <= seen.last_of(one.event) && seen.by_event == nullptr) {
                queue_event(one.view());
            }
        });
        context_.hub.store().replay(
            seen,
            [this](const protocol::published_event& event) {
                return is_meant(event.target) &&
                       record_.subscriptions.of(event.event).has(event.key);
            },
            [this](const protocol::published_event& event) { queue_event(event); });
    }

    void hand_over() {
        if (is_closed()) {
            connection_.drop_calls();  // Their peer is gone, and the engine is told so.
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
            protocol::latest_values news;
            for (const protocol::subscription_change& change : changes) {
                if (is_closed()) {
                    return;
                }
                const auto before = record_.subscriptions.of(change.event);
                record_.subscriptions.carry_out(change, index, self, connection_, position,
                                                context_.limits.subscriptions_max);
                const auto& after = record_.subscriptions.of(change.event);
                const auto add = [&](const protocol::published_event& event) {
                    if (after.has(event.key) && !before.has(event.key)) {
                        news.put(event);
                    }
                };
                if (change.is_wanted) {
                    for_each_latest(change, add);
                } else {
                    late_.erase_if([&](const protocol::latest_values::value& one) {
                        return one.event == change.event && !after.has(one.key);
                    });
                    held_back_ = late_.size();
                }
            }
            queue_answers();
            news.for_each([this](const auto& one) { queue_event(one.view()); });
            calls_ended();
        });
    }

    template <class Use>
    void for_each_latest(const protocol::subscription_change& change, Use&& use) const {
        const protocol::event_store& store = context_.hub.store();
        if (!change.keys) {
            store.for_each_latest(change.event, nullptr, use);
            return;
        }
        for (const std::string& key : *change.keys) {
            store.for_each_latest(change.event, &key, use);
        }
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
        const auto self = std::static_pointer_cast<server_session>(shared_from_this());
        std::string name;
        bool may_come_back = false;
        bool is_kept = false;
        {
            const std::lock_guard lock(mutex_);
            connection_.drop_calls();
            lost_ = why;
            is_kept = is_kept_;
            name = connection_.extensions.session();
            may_come_back = connection_.extensions.is_lasting() && is_loss(why.code);
        }
        context_.hub.change([&](auto& index, std::uint64_t) { index.forget(self); });
        using fate = session_keeper::fate;
        const fate next = is_kept ? context_.keeper.release(name, self, may_come_back) : fate::ends;
        log(log_event::disconnected, why.text);
        if (next == fate::ends) {
            end(why);
        } else {
            context_.forget(self, false);
        }
    }

    /// Whether a client whose connection ended like this may come back.
    static bool is_loss(errc code) noexcept {
        return code == errc::connection_lost || code == errc::peer_silent ||
               code == errc::peer_stuck;
    }

    /// The session is over: its calls are given up, and the engine is told.
    void end(const close_reason& why) {
        const auto self = std::static_pointer_cast<server_session>(shared_from_this());
        std::vector<std::function<void()>> cancels;
        std::shared_ptr<answering_link> before;
        call_batch last{self, {}, {}, nullptr};
        bool was_kept = false;
        {
            const std::lock_guard lock(mutex_);
            cancels = connection_.cancel_all();
            before = std::move(predecessor_);
            last.end = std::make_unique<session_end>(record_.end(why));
            was_kept = std::exchange(is_kept_, false);
        }
        for (const auto& reach : cancels) {
            reach();
        }
        if (before) {
            before->cancel_all();
        }
        if (was_kept) {
            context_.hub.session_ended();
        }
        if (context_.forget(self, true)) {  // After all calls: a closed link hands none over.
            context_.engine.push(std::move(last));
            context_.engine.kick();
        }
    }

    void log(log_event event, std::string_view text) const {
        if (context_.log) {
            context_.log({event, peer(), text});
        }
    }

    bool end_after_read_ = false;
    bool is_kept_ = false;              // it can be found by its name
    std::optional<close_reason> lost_;  // why the connection ended
    wire::buffer spare_;
    std::vector<protocol::call> spare_calls_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERVER_SESSION_HPP
