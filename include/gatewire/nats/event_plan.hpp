// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_EVENT_PLAN_HPP
#define GATEWIRE_NATS_EVENT_PLAN_HPP

#include <gatewire/nats/event_source.hpp>
#include <gatewire/nats/subject.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// What a client wants of one event.
struct event_wish {
    std::string_view name;
    bool is_whole = true;
    std::set<std::string> keys{};

    bool is_wanted() const noexcept { return is_whole || !keys.empty(); }

    /// Wants keys, or no longer; without keys, the whole event.
    void change(const std::vector<std::string>& named, bool is_to_be_wanted) {
        if (named.empty() || is_to_be_wanted) {
            is_whole = is_to_be_wanted && named.empty();
        }
        if (named.empty()) {
            keys.clear();
        }
        for (const std::string& key : named) {
            if (is_to_be_wanted) {
                keys.insert(key);
            } else {
                keys.erase(key);
            }
        }
    }
};

inline bool has_subject(const stream_state& stream, const std::string& subject) {
    return std::find(stream.subjects.begin(), stream.subjects.end(), subject) !=
           stream.subjects.end();
}

inline bool has_event(const stream_state& stream, const std::string& name, std::string_view event) {
    const std::string subject = event_subject(name, event);
    return has_subject(stream, subject) || has_subject(stream, subject + ".*");
}

/// The selections of one stream that give what is wanted of it; events that it has not are left
/// out.
///
/// Order is kept within a selection. So several whole events of a stream where every event counts
/// are one, of the whole stream, and what is not wanted is left out here; keys are one each.
///
/// @param refused  Names of events for which keys are wanted and which have none.
inline std::vector<event_source> plan_sources(const std::string& name, const std::string& stream,
                                              bool is_latest, const stream_state& there,
                                              const std::vector<event_wish>& wishes,
                                              std::vector<std::string>& refused) {
    std::vector<std::string> filters;
    bool are_whole = true;
    for (const event_wish& wish : wishes) {
        const std::string subject = event_subject(name, wish.name);
        const bool is_keyed = has_subject(there, subject + ".*");
        if (!wish.is_wanted() || (!is_keyed && !has_subject(there, subject))) {
            continue;
        }
        if (wish.is_whole) {
            filters.push_back(is_keyed ? subject + ".*" : subject);
        } else if (!is_keyed) {
            refused.emplace_back(wish.name);
        } else {
            are_whole = false;
            for (const std::string& key : wish.keys) {
                filters.push_back(subject + "." + token_of(key));
            }
        }
    }
    if (are_whole && !is_latest && filters.size() > 1) {
        filters = {std::string()};
    }
    std::vector<event_source> sources;
    sources.reserve(filters.size());
    for (std::string& filter : filters) {
        sources.push_back({stream, std::move(filter), is_latest});
    }
    return sources;
}

/// Puts a new plan of a stream in the place of an old one: what both have goes on, and what is new
/// begins where what is gone had come to.
/// @param begin  Where what is new begins if nothing is gone; nothing: at the newest event.
inline std::vector<event_source> merge_plans(std::vector<event_source> before,
                                             std::vector<event_source> wanted,
                                             std::optional<std::uint64_t> begin) {
    const auto same_as = [](const event_source& one) {
        return [&one](const event_source& other) { return other.filter == one.filter; };
    };
    for (const event_source& one : before) {
        if (one.next && std::none_of(wanted.begin(), wanted.end(), same_as(one))) {
            begin = begin ? (std::min)(*begin, *one.next) : *one.next;
        }
    }
    for (event_source& one : wanted) {
        const auto known = std::find_if(before.begin(), before.end(), same_as(one));
        if (known != before.end()) {
            one = *known;
        } else if (!one.is_latest) {
            one.next = begin;
        }
    }
    return wanted;
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_EVENT_PLAN_HPP
