// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SUBSCRIPTION_INDEX_HPP
#define GATEWIRE_PROTOCOL_SUBSCRIPTION_INDEX_HPP

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

/// Who receives which events: for each event the subscribers of all of it, and those of a key.
///
/// A subscriber has an event either whole or by keys, so it never receives one twice. Keys come
/// from peers and are therefore kept in ordered maps, which no choice of keys can slow down.
///
/// @tparam Subscriber  A cheap handle that compares, for example a pointer.
template <class Subscriber>
class subscription_index {
public:
    explicit subscription_index(std::size_t event_count) : events_(event_count) {}

    /// How many subscriptions the subscriber would add.
    std::size_t count_new(const Subscriber& who, std::size_t event,
                          const std::vector<std::string>* keys) const {
        if (keys == nullptr) {
            return has(events_[event].whole, who) ? 0 : 1;
        }
        std::size_t added = 0;
        for (const std::string& key : *keys) {
            const auto found = events_[event].by_key.find(key);
            added += found == events_[event].by_key.end() || !has(found->second, who);
        }
        return added;
    }

    /// The whole event instead of keys (`keys` is null), or keys instead of the whole event.
    /// @return How many subscriptions more the subscriber now has; may be negative.
    std::ptrdiff_t subscribe(const Subscriber& who, std::size_t event,
                             const std::vector<std::string>* keys) {
        if (keys == nullptr) {
            const std::ptrdiff_t ended = unsubscribe(who, event, nullptr);
            return ended + add(events_[event].whole, who);
        }
        std::ptrdiff_t change = -remove(events_[event].whole, who);
        for (const std::string& key : *keys) {
            change += add(events_[event].by_key[key], who);
        }
        return change;
    }

    /// Ends the named keys, or all of the event (`keys` is null).
    /// @return How many subscriptions more the subscriber now has: zero or less.
    std::ptrdiff_t unsubscribe(const Subscriber& who, std::size_t event,
                               const std::vector<std::string>* keys) {
        subscribers& of_event = events_[event];
        std::ptrdiff_t change = 0;
        if (keys == nullptr) {
            change -= remove(of_event.whole, who);
            for (auto entry = of_event.by_key.begin(); entry != of_event.by_key.end();) {
                change -= remove(entry->second, who);
                entry = entry->second.empty() ? of_event.by_key.erase(entry) : std::next(entry);
            }
            return change;
        }
        for (const std::string& key : *keys) {
            const auto found = of_event.by_key.find(key);
            if (found != of_event.by_key.end()) {
                change -= remove(found->second, who);
                if (found->second.empty()) {
                    of_event.by_key.erase(found);
                }
            }
        }
        return change;
    }

    /// Ends everything that the subscriber has.
    void forget(const Subscriber& who) {
        for (std::size_t event = 0; event < events_.size(); ++event) {
            unsubscribe(who, event, nullptr);
        }
    }

    /// Calls `deliver(subscriber)` for everyone who has the event whole or by this key.
    template <class Deliver>
    void for_each(std::size_t event, std::string_view key, Deliver&& deliver) const {
        const subscribers& of_event = events_[event];
        for (const Subscriber& who : of_event.whole) {
            deliver(who);
        }
        if (!of_event.by_key.empty()) {
            const auto found = of_event.by_key.find(key);
            if (found != of_event.by_key.end()) {
                for (const Subscriber& who : found->second) {
                    deliver(who);
                }
            }
        }
    }

private:
    using list = std::vector<Subscriber>;
    struct subscribers {
        list whole;
        std::map<std::string, list, std::less<>> by_key;
    };

    static bool has(const list& in, const Subscriber& who) {
        return std::find(in.begin(), in.end(), who) != in.end();
    }
    static std::ptrdiff_t add(list& in, const Subscriber& who) {
        if (has(in, who)) {
            return 0;
        }
        in.push_back(who);
        return 1;
    }
    static std::ptrdiff_t remove(list& in, const Subscriber& who) {
        return static_cast<std::ptrdiff_t>(std::erase(in, who));
    }

    std::vector<subscribers> events_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SUBSCRIPTION_INDEX_HPP
