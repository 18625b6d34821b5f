// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SUBSCRIPTION_LIST_HPP
#define GATEWIRE_PROTOCOL_SUBSCRIPTION_LIST_HPP

#include <gatewire/detail/lasting.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/subscription_change.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

/// What one connection subscribed to.
///
/// The index of all subscribers knows it too, but is locked while events are published: whoever
/// only wants to look must not hold that up.
class subscription_list {
public:
    /// What is wanted of one event.
    struct selection {
        bool is_whole = false;
        std::set<std::string, std::less<>> keys;

        bool has(std::string_view key) const { return is_whole || keys.contains(key); }
    };

    /// What is wanted of this event.
    const selection& of(std::size_t event) const {
        static const detail::lasting<selection> nothing;
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
    bool carry_out(const subscription_change& change, Index& index, const Receiver& self,
                   std::size_t count_max) {
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
    std::vector<std::string> texts(const service& offers, std::size_t count_max) const {
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

#endif  // GATEWIRE_PROTOCOL_SUBSCRIPTION_LIST_HPP
