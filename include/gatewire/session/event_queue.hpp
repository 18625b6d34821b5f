// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_EVENT_QUEUE_HPP
#define GATEWIRE_SESSION_EVENT_QUEUE_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/peer_limits.hpp>
#include <gatewire/protocol/published_event.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/protocol/server_subscriptions.hpp>
#include <gatewire/session/connection.hpp>
#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/output_order.hpp>
#include <gatewire/session/session_context.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// The events of one session on their way to its client: what it subscribed to is queued, what a
/// slow reader may do without is deferred, and what was missed on a lost connection sent again.
/// With them go the responses to its calls, for the order is that of the engine.
///
/// A part of a session, which guards it.
class event_queue {
public:
    using value = protocol::latest_values::value;

    event_queue(const session_context& context, connection& to,
                protocol::server_connection& protocol, session_state& state)
        : context_(context),
          connection_(to),
          protocol_(protocol),
          state_(state),
          lookups_(context.limits),
          newest_(context.hub.position()) {}
    event_queue(const event_queue&) = delete;
    event_queue& operator=(const event_queue&) = delete;

    /// Queues an event that was published, if it is meant for this client.
    void publish(const protocol::published_event& event) {
        if (!connection_.is_closed() && is_meant(event.target)) {
            queue(event);
        }
    }

    /// Carries out what the client wants to receive. Within `event_hub::change`.
    template <class Index>
    GATEWIRE_COLD void carry_out(const std::vector<protocol::subscription_change>& changes,
                                 Index& index, const event_hub::receiver& self,
                                 std::uint64_t position) {
        // The response has the position, and the client takes all events up to it for arrived.
        send_targeted();
        std::vector<value> latest;
        wire::buffer responses;
        for (const protocol::subscription_change& change : changes) {
            const std::size_t count_max = context_.limits.subscriptions_max;
            if (change.is_wanted && context_.offers.events[change.event].is_latest) {
                if (!may_look_up(lookup_credit())) {
                    protocol_.refuse_change(
                        change, "too many newest values were asked for; later they come again",
                        responses);
                    continue;
                }
                if (state_.subscriptions.has_room_for(change, count_max)) {
                    add_latest(change, latest);
                }
            }
            const bool was_whole = state_.subscriptions.of(change.event).is_whole;
            if (state_.subscriptions.carry_out(change, index, self, count_max)) {
                protocol_.finish_change(change, position, responses);
            } else {
                protocol_.refuse_change(
                    change, "too many subscriptions: the limit is " + std::to_string(count_max),
                    responses);
            }
            drop_unwanted(change, was_whole);
        }
        connection_.queue(responses);
        queue_latest(latest);
    }

    /// Queues what was deferred, in order, as far as the reader has room for it.
    void queue_deferred() {
        while (!deferred_.is_empty() && order_.is_empty() &&
               connection_.unsent() < (std::max)(context_.limits.conflate_above, std::size_t{1})) {
            send_deferred(deferred_.take_first());
        }
        count_deferred();
    }

    /// The response to the call of this slot is still being written; what is sent from here on
    /// waits for it.
    void keep_place(std::uint32_t slot) {
        if (!connection_.is_closed()) {
            order_.keep_place(slot);
        }
    }

    /// Sends responses to calls, which are kept until the client has them, and empties the buffer.
    /// @param slot  Of the call, if it is one.
    void send_responses(std::optional<std::uint32_t> slot, wire::buffer& frames) {
        if (order_.is_empty()) {
            send(frames);
            return;
        }
        order_.hold(slot, frames);
        order_.release([this](auto& next) { send(next); });
        count_deferred();
    }

    /// The session is resumed on another connection: what waits for a response is not sent here.
    GATEWIRE_COLD void drop_order() {
        connection_.guard([this] { order_.release_all([this](auto& next) { send(next); }); });
        count_deferred();
    }

    /// The session is resumed on another connection. What was deferred is dropped here.
    /// @return What the client may lack of the events before the last one that it has. None of them
    ///         was for it alone: nothing overtakes those.
    protocol::lacking_events take_unsent(std::uint64_t last, std::optional<std::uint64_t> count) {
        deferred_.for_each([this](const value& one) { protocol_.event_sent(one.number, false); });
        deferred_ = {};
        count_deferred();
        return protocol_.lacking(last, count);
    }

    /// Goes on with the events of another connection of the session.
    GATEWIRE_COLD void resume(const event_queue& before) {
        lookups_.go_on(before.lookups_);
        lookups_.spend(context_.hub.store().latest_keys());
        repeats_to_ = before.newest_;
    }

    /// Sends again what the client missed.
    /// @param position  Number of the newest event.
    /// @return When the session may be resumed again at the earliest: the more was sent again, the
    ///         later.
    GATEWIRE_COLD time_point send_missed(const protocol::events_seen& seen,
                                         const protocol::lacking_events& lacking,
                                         std::uint64_t position) {
        context_.hub.store().replay(
            seen, lacking,
            [this](const protocol::published_event& event) {
                lookups_.spend(event.number <= repeats_to_ ? look_cost : 0);
                return is_meant(event.target) &&
                       state_.subscriptions.of(event.event).has(event.key);
            },
            [this](const protocol::published_event& event) {
                lookups_.spend(event.number <= repeats_to_ ? event.frame.size() : 0);
                queue(event);
            });
        newest_ = position;
        may_look_up();
        return lookups_.paid_at(connection_.now(), lookup_credit());
    }

    /// Whether the client has sent enough for what it asks for now; see `lookup_budget`.
    bool may_look_up(std::size_t credit = 0) {
        return lookups_.covers(connection_.now(), connection_.frames().received(), credit);
    }
    void spend(std::size_t size) noexcept { lookups_.spend(size); }

private:
    static constexpr std::size_t look_cost = 16;  // bytes, of an event that is looked at
    static constexpr std::size_t large_min = std::size_t{256} << 10;  // bytes, not worth a copy

    void queue(const protocol::published_event& event) {
        newest_ = (std::max)(newest_, event.number);
        if (event.is_latest &&
            (!deferred_.is_empty() || connection_.queued() > context_.limits.conflate_above)) {
            protocol_.count_event(deferred_.put(event));
            count_deferred();
        } else {
            send_targeted();
            protocol_.count_event(false);
            if (!order_.is_empty()) {
                hold({event.number, event.event, std::string(event.key),
                      event.shared != nullptr ? *event.shared
                                              : protocol::shared_frame(event.frame)});
            } else {
                protocol_.event_sent(event.number, connection_.may_queue());
                if (event.shared != nullptr) {
                    connection_.queue(*event.shared);
                } else {
                    connection_.queue(event.frame);
                }
            }
        }
        if (connection_.queued() > context_.limits.queue_soft_max) {
            connection_.check_queue();
        }
    }

    void send(wire::buffer& responses) {
        if (responses.size() < large_min) {
            protocol_.keep(responses.view());
            connection_.queue(responses);
        } else {  // Its bytes are kept where they are sent from.
            const protocol::shared_frame shared(std::move(responses));
            protocol_.keep(shared);
            connection_.queue(shared);
        }
    }

    /// Sends an event that had to wait, unless it is not wanted any more.
    void send(const value& event) {
        const bool is_wanted = state_.subscriptions.of(event.event).has(event.key);
        protocol_.event_sent(event.number, is_wanted && connection_.may_queue());
        if (is_wanted) {
            connection_.queue(event.frame);
        }
    }

    GATEWIRE_COLD void hold(value event) {
        order_.hold(std::move(event));
        count_deferred();
    }

    void count_deferred() noexcept { connection_.defer(deferred_.size() + order_.size()); }

    /// Whether an event for `target` is for this client; see `target_session`.
    bool is_meant(std::string_view target) const {
        if (target.empty()) {
            return true;
        }
        return target == protocol::target_session(state_.number) ||
               (state_.identity && target == protocol::target_identity(state_.identity->name));
    }

    /// Queues each of the values that is still wanted once, in the order of the numbers.
    void queue_latest(const std::vector<value>& values) {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> order;  // numbers, places
        order.reserve(values.size());
        for (const value& one : values) {
            order.emplace_back(one.number, order.size());
        }
        std::sort(order.begin(), order.end());
        std::uint64_t last = 0;
        for (const auto& [number, place] : order) {
            const value& one = values[place];
            if (one.number != std::exchange(last, one.number) &&
                state_.subscriptions.of(one.event).has(one.key)) {
                queue(one.view());
            }
        }
    }

    /// Adds the newest values of what is about to be wanted and is not yet.
    GATEWIRE_COLD void add_latest(const protocol::subscription_change& change,
                                  std::vector<value>& to) {
        const auto& before = state_.subscriptions.of(change.event);
        const auto add = [&](const value& one) {
            if (!before.has(one.key)) {
                to.push_back(one);
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

    /// Drops what is deferred and not wanted any more.
    GATEWIRE_COLD void drop_unwanted(const protocol::subscription_change& change, bool was_whole) {
        const auto& after = state_.subscriptions.of(change.event);
        if (after.is_whole) {
            return;
        }
        if (was_whole || !change.keys) {
            deferred_.erase_of(change.event, [&](const value& one) { return !after.has(one.key); });
        } else if (!change.is_wanted) {
            for (const std::string& key : *change.keys) {
                deferred_.erase(change.event, key);
            }
        }
        count_deferred();
    }

    /// Sends what was deferred and has a target, before anything overtakes it: no snapshot brings
    /// it again, and a client that has higher numbers would never learn that it is missing.
    void send_targeted() {
        if (deferred_.has_targeted()) {
            deferred_.take_targeted([this](const value& one) { send_deferred(one); });
            count_deferred();
        }
    }

    void send_deferred(const value& one) {
        if (!order_.is_empty()) {
            hold(one);
            return;
        }
        protocol_.event_sent(one.number, true);
        connection_.queue_deferred(one.frame);
    }

    /// How many bytes of newest values and repeated events are given before the client has sent
    /// any.
    std::size_t lookup_credit() const noexcept { return 2 * context_.hub.store().size(); }

    const session_context& context_;
    connection& connection_;
    protocol::server_connection& protocol_;
    session_state& state_;
    protocol::lookup_budget lookups_;
    std::uint64_t newest_;              // event that was to be sent on this connection
    std::uint64_t repeats_to_ = 0;      // the same of the connection before
    protocol::latest_values deferred_;  // `latest` events that wait for the reader
    output_order order_;                // what waits for responses that are being written
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_EVENT_QUEUE_HPP
