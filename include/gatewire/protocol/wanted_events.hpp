// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_WANTED_EVENTS_HPP
#define GATEWIRE_PROTOCOL_WANTED_EVENTS_HPP

#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/service.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// What a client wants to receive, kept over connections: each event whole, by keys or not.
class wanted_events {
public:
    /// Begins with every event wanted whole, as a table of handlers says.
    explicit wanted_events(const std::vector<entry_description>& events) {
        for (const entry_description& event : events) {
            events_.push_back({std::string(event.name), true, {}, {}});
        }
    }

    /// Wants the keys instead of the whole event, or, without keys, the whole event.
    subscription subscribe(std::size_t event, std::vector<std::string> keys) {
        wanted& entry = events_[event];
        entry.is_whole = keys.empty();
        if (keys.empty()) {
            entry.keys.clear();
            entry.ended.clear();
            return {entry.name, std::nullopt};
        }
        entry.keys.insert(keys.begin(), keys.end());
        for (const std::string& key : keys) {
            entry.ended.erase(key);
        }
        return {entry.name, std::move(keys)};
    }

    /// Wants the keys no longer, or, without keys, nothing of the event.
    subscription unsubscribe(std::size_t event, std::vector<std::string> keys) {
        wanted& entry = events_[event];
        if (keys.empty()) {
            entry.is_whole = false;
            entry.keys.clear();
            entry.ended.clear();
            return {entry.name, std::nullopt};
        }
        for (const std::string& key : keys) {
            if (entry.keys.erase(key) != 0) {
                entry.ended.insert(key);
            }
        }
        return {entry.name, std::move(keys)};
    }

    /// All that a connection must say whose session goes on, since a wish may have been lost on its
    /// way: each with whether it is wanted. Whatever the server has, it has the wanted then.
    std::vector<std::pair<subscription, bool>> all_again() const {
        std::vector<std::pair<subscription, bool>> result;
        for (const wanted& entry : events_) {
            const std::vector<std::string> ended(entry.ended.begin(), entry.ended.end());
            if (entry.is_whole) {
                result.push_back({{entry.name, std::nullopt}, true});
            } else if (entry.keys.empty()) {
                result.push_back({{entry.name, std::nullopt}, false});
            } else {
                result.push_back(
                    {{entry.name, std::vector<std::string>(entry.keys.begin(), entry.keys.end())},
                     true});
                if (!ended.empty()) {
                    result.push_back({{entry.name, ended}, false});
                }
            }
        }
        return result;
    }

    /// All that a new session must ask for.
    std::vector<subscription> all() const {
        std::vector<subscription> result;
        for (const wanted& entry : events_) {
            if (entry.is_whole) {
                result.push_back({entry.name, std::nullopt});
            } else if (!entry.keys.empty()) {
                result.push_back(
                    {entry.name, std::vector<std::string>(entry.keys.begin(), entry.keys.end())});
            }
        }
        return result;
    }

private:
    struct wanted {
        std::string name;
        bool is_whole;
        std::set<std::string> keys;
        std::set<std::string> ended;  // keys that were wanted; the server may not know yet
    };

    std::vector<wanted> events_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_WANTED_EVENTS_HPP
