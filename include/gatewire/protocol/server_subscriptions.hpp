// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_SUBSCRIPTIONS_HPP
#define GATEWIRE_PROTOCOL_SERVER_SUBSCRIPTIONS_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/storage_duration.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/service.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// A request to receive an event or no longer, until it is carried out. It is no call: it has no
/// slot among those in flight, and however many of them run, it is not refused for that.
struct subscription_change {
    std::string id;  ///< As it was written; empty for a notification.
    batch_ptr batch;
    bool is_wanted;
    std::size_t event;
    std::optional<std::vector<std::string>> keys;
};

/// Who receives which events: for each event the subscribers of all of it, and those of a key.
///
/// A subscriber has an event either whole or by keys, so it never receives one twice. Whatever one
/// subscriber does costs in proportion to what it names and has, never to what others have. Keys
/// come from peers and are therefore kept in ordered maps, which no choice of keys can slow down.
///
/// @tparam Subscriber  A cheap handle that compares, for example a pointer.
template <class Subscriber>
class subscription_index {
public:
    explicit subscription_index(std::size_t event_count) : events_(event_count) {}

    /// The whole event instead of keys (`keys` is null), or keys instead of the whole event.
    /// @return How many subscriptions more the subscriber now has; may be negative.
    std::ptrdiff_t subscribe(const Subscriber& who, std::size_t event,
                             const std::vector<std::string>* keys) {
        share& mine = shares_[who][event];
        std::ptrdiff_t change = 0;
        if (keys == nullptr) {
            change -= end_keys(event, mine);
            change += take(mine.whole, events_[event].whole, who);
            return change;
        }
        change -= leave(mine.whole);
        for (const std::string& key : *keys) {
            const auto at = events_[event].by_key.try_emplace(key).first;
            try {
                change += take(mine.keys[at->first], at->second, who);
            } catch (...) {  // A key that was not taken must not be named: others may drop it.
                mine.keys.erase(at->first);
                drop_if_unwanted(event, at->first);
                throw;
            }
        }
        drop_if_empty(who, event);
        return change;
    }

    /// Ends the named keys, or all of the event (`keys` is null).
    /// @return How many subscriptions more the subscriber now has: zero or less.
    std::ptrdiff_t unsubscribe(const Subscriber& who, std::size_t event,
                               const std::vector<std::string>* keys) {
        share* const mine = find_share(who, event);
        if (mine == nullptr) {
            return 0;
        }
        std::ptrdiff_t change = 0;
        if (keys == nullptr) {
            change -= leave(mine->whole) + end_keys(event, *mine);
        } else {
            for (const std::string& key : *keys) {
                const auto found = mine->keys.find(key);
                if (found != mine->keys.end()) {
                    change -= leave(found->second);
                    mine->keys.erase(found);
                    drop_if_unwanted(event, key);
                }
            }
        }
        drop_if_empty(who, event);
        return change;
    }

    /// Ends everything that the subscriber has.
    void forget(const Subscriber& who) {
        const auto last = shares_.find(who);
        if (last == shares_.end()) {
            return;
        }
        for (auto& [event, mine] : last->second) {
            leave(mine.whole);
            end_keys(event, mine);
        }
        shares_.erase(last);
    }

    /// From here on `to`, whatever it had, has what `from` had, and `from` nothing.
    /// @return Whether that was anything.
    GATEWIRE_COLD bool replace(const Subscriber& from, const Subscriber& to) {
        forget(to);
        auto moved = shares_.extract(from);
        if (moved.empty()) {
            return false;
        }
        for (auto& [event, mine] : moved.mapped()) {
            if (mine.whole.is_taken()) {
                mine.whole.member().who = to;
            }
            for (auto& [key, place] : mine.keys) {
                place.member().who = to;
            }
        }
        moved.key() = to;
        shares_.insert(std::move(moved));
        return true;
    }

    /// Calls `deliver(subscriber)` for everyone who has the event whole or by this key.
    template <class Deliver>
    void for_each(std::size_t event, std::string_view key, Deliver&& deliver) const {
        const subscribers& of_event = events_[event];
        for (const member& one : of_event.whole) {
            deliver(one.who);
        }
        if (!of_event.by_key.empty()) {
            const auto found = of_event.by_key.find(key);
            if (found != of_event.by_key.end()) {
                for (const member& one : found->second) {
                    deliver(one.who);
                }
            }
        }
    }

private:
    struct seat;
    struct member {
        Subscriber who;
        seat* where;  // its own, which follows it when it moves in the list
    };
    using list = std::vector<member>;

    /// Where a subscriber stands in a list.
    struct seat {
        list* in = nullptr;  // null: in none
        std::size_t place = 0;

        bool is_taken() const noexcept { return in != nullptr; }
        subscription_index::member& member() const { return (*in)[place]; }
    };

    struct subscribers {
        list whole;
        std::map<std::string, list, std::less<>> by_key;
    };

    /// What one subscriber has of one event. The keys are those of the lists.
    struct share {
        seat whole;
        std::map<std::string_view, seat> keys;
    };

    share* find_share(const Subscriber& who, std::size_t event) {
        const auto found = shares_.find(who);
        if (found == shares_.end()) {
            return nullptr;
        }
        const auto of_event = found->second.find(event);
        return of_event == found->second.end() ? nullptr : &of_event->second;
    }

    /// @return How many subscriptions that adds.
    static std::ptrdiff_t take(seat& mine, list& in, const Subscriber& who) {
        if (mine.is_taken()) {
            return 0;
        }
        in.push_back({who, &mine});
        mine = {&in, in.size() - 1};
        return 1;
    }

    /// @return How many subscriptions that ends.
    static std::ptrdiff_t leave(seat& mine) {
        if (!mine.is_taken()) {
            return 0;
        }
        list& in = *mine.in;
        in.back().where->place = mine.place;
        std::swap(mine.member(), in.back());
        in.pop_back();
        mine = {};
        return 1;
    }

    std::ptrdiff_t end_keys(std::size_t event, share& mine) {
        std::ptrdiff_t ended = 0;
        for (auto at = mine.keys.begin(); at != mine.keys.end();) {
            const std::string_view key = at->first;
            ended += leave(at->second);
            at = mine.keys.erase(at);
            drop_if_unwanted(event, key);
        }
        return ended;
    }

    /// Forgets a key that nobody has any more.
    void drop_if_unwanted(std::size_t event, std::string_view key) {
        auto& by_key = events_[event].by_key;
        const auto found = by_key.find(key);
        if (found->second.empty()) {
            by_key.erase(found);
        }
    }

    void drop_if_empty(const Subscriber& who, std::size_t event) {
        const auto found = shares_.find(who);
        const auto of_event = found->second.find(event);
        if (!of_event->second.whole.is_taken() && of_event->second.keys.empty()) {
            found->second.erase(of_event);
        }
        if (found->second.empty()) {
            shares_.erase(found);
        }
    }

    std::vector<subscribers> events_;
    std::map<Subscriber, std::map<std::size_t, share>> shares_;  // by event
};

/// What one connection subscribed to.
///
/// The index of all subscribers knows it too, but is locked while events are published: whoever
/// only wants to look must not hold that up.
class session_subscriptions {
public:
    /// What is wanted of one event.
    struct selection {
        bool is_whole = false;
        std::set<std::string, std::less<>> keys;

        bool has(std::string_view key) const { return is_whole || keys.contains(key); }
    };

    /// What is wanted of this event.
    const selection& of(std::size_t event) const {
        static const detail::never_destroyed<selection> nothing;
        const auto found = events_.find(event);
        return found == events_.end() ? *nothing : found->second;
    }

    /// In the index of all subscribers, puts one receiver in the place of another, which is not
    /// there any more if its connection was over before.
    template <class Index, class Receiver>
    void hand_over(Index& index, const Receiver& from, const Receiver& to) const {
        if (index.replace(from, to)) {
            return;
        }
        for (const auto& [event, wanted] : events_) {
            const std::vector<std::string> keys(wanted.keys.begin(), wanted.keys.end());
            if (wanted.is_whole || !keys.empty()) {
                index.subscribe(to, event, wanted.is_whole ? nullptr : &keys);
            }
        }
    }

    bool is_empty() const noexcept { return count_ == 0; }
    std::size_t count() const noexcept { return static_cast<std::size_t>(count_); }

    /// Whether a change to receive an event leaves no more subscriptions than these.
    bool has_room_for(const subscription_change& change, std::size_t count_max) const {
        const selection& mine = of(change.event);
        // The whole event comes in the place of its keys, and they in its place.
        if (!change.keys) {
            return mine.is_whole || count() + 1 <= count_max + mine.keys.size();
        }
        std::set<std::string_view> added;
        for (const std::string& key : *change.keys) {
            if (!mine.keys.contains(key)) {
                added.insert(key);
            }
        }
        return count() + added.size() <= count_max + (mine.is_whole ? 1 : 0);
    }

    /// Carries out one change, in the index of all subscribers too.
    /// @param count_max  So many subscriptions, each key counted, are allowed.
    /// @return Whether there are not too many.
    template <class Index, class Receiver>
    GATEWIRE_COLD bool carry_out(const subscription_change& change, Index& index,
                                 const Receiver& self, std::size_t count_max) {
        const auto* keys = change.keys ? &*change.keys : nullptr;
        if (!change.is_wanted) {
            count_ += index.unsubscribe(self, change.event, keys);
            unsubscribe(change.event, keys);
        } else if (!has_room_for(change, count_max)) {
            return false;
        } else {
            count_ += index.subscribe(self, change.event, keys);
            subscribe(change.event, keys);
        }
        return true;
    }

    /// `trade` for a whole event and `tick: rb2405` for each key, so many at most.
    GATEWIRE_COLD std::vector<std::string> texts(const service& offers,
                                                 std::size_t count_max) const {
        std::vector<std::string> result;
        for (const auto& [event, of_event] : events_) {
            const std::string name(offers.events[event].name);
            if (of_event.is_whole && result.size() < count_max) {
                result.push_back(name);
            }
            for (const std::string& key : of_event.keys) {
                if (result.size() >= count_max) {
                    return result;
                }
                result.push_back(name);
                result.back().append(": ").append(key);
            }
        }
        return result;
    }

private:
    void subscribe(std::size_t event, const std::vector<std::string>* keys) {
        selection& of_event = events_[event];
        of_event.is_whole = keys == nullptr;
        if (keys == nullptr) {
            of_event.keys.clear();
        } else {
            of_event.keys.insert(keys->begin(), keys->end());
        }
    }

    void unsubscribe(std::size_t event, const std::vector<std::string>* keys) {
        if (keys == nullptr) {
            events_.erase(event);
            return;
        }
        const auto found = events_.find(event);
        if (found != events_.end()) {
            for (const std::string& key : *keys) {
                found->second.keys.erase(key);
            }
        }
    }

    std::map<std::size_t, selection> events_;  // by place
    std::ptrdiff_t count_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_SUBSCRIPTIONS_HPP
