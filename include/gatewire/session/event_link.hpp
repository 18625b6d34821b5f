// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_EVENT_LINK_HPP
#define GATEWIRE_SESSION_EVENT_LINK_HPP

#include <gatewire/protocol/allowance.hpp>
#include <gatewire/protocol/event_target.hpp>
#include <gatewire/protocol/known_events.hpp>
#include <gatewire/protocol/latest_values.hpp>
#include <gatewire/session/answering_link.hpp>
#include <gatewire/session/event_hub.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// A server's connection as events see it: it subscribes, receives what it wants, holds back what a
/// slow reader may do without, and goes on with the session of a connection that was lost.
class event_link : public answering_link, public event_receiver {
public:
    using answering_link::answering_link;

    void receive_event(const protocol::published_event& event) noexcept override {
        const std::lock_guard lock(mutex_);
        connection_.guard([&] {
            if (!connection_.is_closed() && is_meant(event.target)) {
                queue_event(event);
            }
        });
    }
    void flush_events() noexcept override { connection_.flush(); }

protected:
    protocol::allowance lookups_{context_.limits};

    /// Looks once at what the stream knows of the client. Call before its first frame is taken,
    /// with the mutex held.
    void recognise() {
        if (!std::exchange(is_recognised_, true) && !context_.door.is_needed()) {
            record_.recognise(connection_.shown().certificate);
        }
    }

    /// Has the user's code say who the client is. Call without the mutex.
    verdict ask_who(std::string token) {
        credentials shown = connection_.shown();
        shown.token = std::move(token);
        return context_.door.ask(shown);
    }

    /// Carries out what a client wants to receive, and sends it the newest values of that.
    void carry_out(const std::vector<protocol::subscription_change>& changes) {
        const event_hub::receiver self = std::static_pointer_cast<event_link>(shared_from_this());
        context_.hub.change([&](auto& index, std::uint64_t position) {
            const std::lock_guard lock(mutex_);
            send_targeted();  // The client takes the position that it is told for all before it.
            std::vector<protocol::latest_values::value> news;
            for (const protocol::subscription_change& change : changes) {
                if (connection_.is_closed()) {
                    return;
                }
                const std::size_t count_max = context_.limits.subscriptions_max;
                if (change.is_wanted && context_.offers.events[change.event].is_latest) {
                    if (!lookups_.covers(connection_.now(), connection_.frames().received(),
                                         lookup_credit())) {
                        protocol_.extensions.refuse_change(
                            change, protocol::overloaded_code,
                            "too many newest values were asked for; later they come again");
                        continue;
                    }
                    if (record_.subscriptions.has_room_for(change, count_max)) {
                        add_latest(change, news);
                    }
                }
                const bool was_whole = record_.subscriptions.of(change.event).is_whole;
                record_.subscriptions.carry_out(change, index, self, protocol_, position,
                                                count_max);
                drop_unwanted(change, was_whole);
            }
            queue_answers();
            queue_news(news);
            calls_ended();
        });
    }

    /// Goes on with the session of another connection: its subscriptions and its calls are this
    /// one's from here on, and what the client missed is sent.
    /// @return When the session may go on again: had it everything sent twice, that takes time.
    time_point go_on(const std::shared_ptr<event_link>& before,
                     const protocol::hello_request& hello) {
        const auto self = std::static_pointer_cast<event_link>(shared_from_this());
        const protocol::known_events known(hello, context_.offers);
        return context_.hub.change([&](auto& index, std::uint64_t position) {
            // Always the older connection's mutex first.
            const std::lock_guard lock_before(before->mutex_);
            const std::lock_guard lock(mutex_);
            before->connection_.close(
                {errc::connection_lost, "the session goes on on another connection"});
            succeed(*before);
            record_.number = before->record_.number.load();
            record_.resumes = before->record_.resumes + 1;
            record_.subscriptions = std::exchange(before->record_.subscriptions, {});
            record_.subscriptions.hand_over(index, event_hub::receiver(before),
                                            event_hub::receiver(self));
            protocol_.memory.resume(before->protocol_.memory, before->protocol_.running(),
                                    hello.answers);
            before->protocol_.break_batches(
                [this](std::string_view text) { protocol_.memory.answers.add_earlier(text); });
            const protocol::events_seen seen = known.seen(position);
            const protocol::lacking_events lacking =
                before->take_unsent(seen.last, hello.events_arrived);
            lookups_.go_on(before->lookups_);
            lookups_.spend(context_.hub.store().latest_keys());
            repeats_to_ = before->told_to_;
            const protocol::resumption resumed{before->protocol_.extensions.session(),
                                               context_.hub.store().gap_after(seen, lacking)};
            protocol_.extensions.admit(record_.identity, &resumed);
            protocol_.memory.events.begin_connection(
                resumed.missed ? (std::max)(seen.last, resumed.missed->to) : seen.last,
                hello.events_arrived);
            queue_answers();
            send_missed(seen, lacking);
            told_to_ = position;
            lookups_.covers(connection_.now(), connection_.frames().received());
            return lookups_.paid_at(connection_.now(), lookup_credit());
        });
    }

private:
    /// Adds the newest values of what is about to be wanted and is not yet.
    void add_latest(const protocol::subscription_change& change,
                    std::vector<protocol::latest_values::value>& news) {
        const auto& before = record_.subscriptions.of(change.event);
        const auto add = [&](const protocol::latest_values::value& one) {
            if (!before.has(one.key)) {
                news.push_back(one);
                lookups_.spend(one.frame.size() + look_cost);
            }
        };
        const protocol::event_store& store = context_.hub.store();
        if (!change.keys) {
            store.for_each_latest(change.event, nullptr, add);
            return;
        }
        for (const std::string& key : *change.keys) {
            store.for_each_latest(change.event, &key, add);
        }
    }

    /// What waits for the reader and is not wanted any more goes.
    void drop_unwanted(const protocol::subscription_change& change, bool was_whole) {
        const auto& after = record_.subscriptions.of(change.event);
        if (after.is_whole) {
            return;
        }
        if (was_whole || !change.keys) {
            late_.erase_of(change.event, [&](const auto& one) { return !after.has(one.key); });
        } else if (!change.is_wanted) {
            for (const std::string& key : *change.keys) {
                late_.erase(change.event, key);
            }
        }
        connection_.defer(late_.size());
    }

    /// Queues each of the values that is still wanted once, in the order of the numbers.
    void queue_news(std::vector<protocol::latest_values::value>& news) {
        std::sort(news.begin(), news.end(),
                  [](const auto& left, const auto& right) { return left.number < right.number; });
        std::uint64_t last = 0;
        for (const protocol::latest_values::value& one : news) {
            if (one.number != std::exchange(last, one.number) &&
                record_.subscriptions.of(one.event).has(one.key)) {
                queue_event(one.view());
            }
        }
    }

    /// What the client may lack of what was meant for it before the last event that it has, but
    /// for what was for it alone: nothing overtakes that. What was held back is given up here.
    protocol::lacking_events take_unsent(std::uint64_t last, std::optional<std::uint64_t> count) {
        late_.for_each([this](const protocol::latest_values::value& one) {
            protocol_.memory.sent_event(one.number, false);
        });
        late_ = {};
        connection_.defer(0);
        return protocol_.memory.events.lacking(last, count);
    }

    void send_missed(const protocol::events_seen& seen, const protocol::lacking_events& lacking) {
        context_.hub.store().replay(
            seen, lacking,
            [this](const protocol::published_event& event) {
                lookups_.spend(event.number <= repeats_to_ ? look_cost : 0);
                return is_meant(event.target) &&
                       record_.subscriptions.of(event.event).has(event.key);
            },
            [this](const protocol::published_event& event) {
                lookups_.spend(event.number <= repeats_to_ ? event.frame.size() : 0);
                queue_event(event);
            });
    }

    // Everything below is called with the mutex held.

    void queue_event(const protocol::published_event& event) {
        ++protocol_.counters.events;
        told_to_ = (std::max)(told_to_, event.number);
        if (event.is_latest &&
            (!late_.is_empty() || connection_.queued() > context_.limits.conflate_above)) {
            protocol_.counters.conflated += late_.put(event) ? 1U : 0U;
            connection_.defer(late_.size());
        } else {
            send_targeted();
            protocol_.memory.sent_event(event.number, connection_.may_queue());
            if (event.shared != nullptr) {
                connection_.queue(*event.shared);
            } else {
                connection_.queue(event.frame);
            }
        }
        if (connection_.queued() > context_.limits.queue_soft_max) {
            connection_.check_queue();
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

    /// What could not be sent in time goes after all else, in order.
    void on_writable() override {
        while (!late_.is_empty() &&
               connection_.unsent() < (std::max)(context_.limits.conflate_above, std::size_t{1})) {
            send_late(late_.take_first());
        }
        connection_.defer(late_.size());
    }

    /// Sends what was held back and is for this client or some alone, before anything overtakes it:
    /// no snapshot brings it again, and a client that has higher numbers is not told of a gap.
    void send_targeted() {
        if (late_.has_targeted()) {
            late_.take_targeted(
                [this](const protocol::latest_values::value& one) { send_late(one); });
            connection_.defer(late_.size());
        }
    }

    void send_late(const protocol::latest_values::value& one) {
        protocol_.memory.sent_event(one.number, true);
        connection_.queue_deferred(one.frame);
    }

    /// What newest values and events sent again may cost before they must be earned.
    std::size_t lookup_credit() const noexcept { return 2 * context_.hub.store().size(); }

    static constexpr std::size_t look_cost = 16;  // of an event that is looked at

    bool is_recognised_ = false;
    std::uint64_t told_to_ = context_.hub.position();  // what is newer was never to be sent here
    std::uint64_t repeats_to_ = 0;                     // the same of the connection before
    protocol::latest_values late_;                     // `latest` events that wait for the reader
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_EVENT_LINK_HPP
