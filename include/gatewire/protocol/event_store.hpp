// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EVENT_STORE_HPP
#define GATEWIRE_PROTOCOL_EVENT_STORE_HPP

#include <gatewire/protocol/event_ring.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/latest_values.hpp>
#include <gatewire/protocol/published_event.hpp>
#include <gatewire/protocol/sent_events.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// What a client has of a server's events, as its hello says it.
struct events_seen {
    std::uint64_t last = 0;  ///< The highest number that arrived.
    /// The highest number by the event's place; null where the client does not tell. It matters
    /// for `latest` events, which others may overtake.
    const std::map<std::size_t, std::uint64_t>* by_event = nullptr;

    std::uint64_t last_of(std::size_t event) const {
        if (by_event == nullptr) {
            return last;
        }
        const auto found = by_event->find(event);
        return found == by_event->end() ? 0 : found->second;
    }
};

/// What a server remembers of its events: the newest ones in order, and of `latest` events the
/// newest of each key.
class event_store {
public:
    event_store(std::size_t ring_size_max, std::size_t keys_max)
        : ring_(ring_size_max), keys_max_(keys_max) {}

    /// Remembers an event. Nothing has happened if there is no memory for it.
    /// @param is_recorded  Whether anyone could ask for a replay of it.
    void add(const published_event& event, bool is_recorded) {
        if (event.is_latest && event.target.empty()) {
            latest_.put(event);
            while (latest_.count() > keys_max_) {
                forgotten_latest_ = latest_.take_first().number;
            }
        } else if (is_recorded) {
            ring_.push(event);
        }
        if (!is_recorded) {
            ring_.clear(event.number + 1);
        }
        newest_ = event.number;
    }

    /// Calls `use(event)` for what a client missed, in the order of the numbers.
    /// @param lacking  What it may lack of what was sent before the last that it has.
    /// @param wanted   `wanted(event)` tells whether the client had subscribed to it.
    template <class Wanted, class Use>
    void replay(const events_seen& seen, const lacking_events& lacking, Wanted&& wanted,
                Use&& use) const {
        std::vector<published_event> newest;
        latest_.for_each([&](const latest_values::value& one) {
            const bool is_missed = one.number > seen.last_of(one.event) || lacking.has(one.number);
            if (is_missed && wanted(one.view())) {
                newest.push_back(one.view());
            }
        });
        auto next = newest.begin();
        ring_.for_each_after(seen.last, [&](const published_event& event) {
            for (; next != newest.end() && next->number < event.number; ++next) {
                use(*next);
            }
            if (wanted(event)) {
                use(event);
            }
        });
        for (; next != newest.end(); ++next) {
            use(*next);
        }
    }

    /// What a replay cannot bring, if anything.
    std::optional<missed_events> gap_after(const events_seen& seen,
                                           const lacking_events& lacking) const {
        const std::uint64_t first = (std::max)(ring_.first(), forgotten_latest_ + 1);
        const bool is_missing = seen.last + 1 < first && newest_ > seen.last;
        const std::uint64_t lost = first_lost(lacking);
        if (!is_missing && lost == 0) {
            return std::nullopt;
        }
        return missed_events{lost != 0 ? lost : seen.last + 1,
                             is_missing ? first - 1 : forgotten_latest_,
                             "the server's memory of events does not reach back that far"};
    }

    /// Calls `use(value)` for the newest of the event with this key, or, without, of each key.
    template <class Use>
    void for_each_latest(std::size_t event, const std::string* key, Use&& use) const {
        if (key != nullptr) {
            if (const latest_values::value* const found = latest_.find(event, *key)) {
                use(*found);
            }
            return;
        }
        latest_.for_each_of(event, use);
    }

    /// Keys whose newest value is kept.
    std::size_t latest_keys() const noexcept { return latest_.count(); }

    /// Bytes that are kept.
    std::size_t size() const noexcept { return ring_.size() + latest_.size(); }

private:
    /// The first of these that is forgotten, or replaced by a newer one of its key; zero if none.
    std::uint64_t first_lost(const lacking_events& lacking) const {
        if (forgotten_latest_ != 0 && lacking.all_up_to() != 0) {
            return 1;
        }
        auto next = lacking.numbers().begin();
        const auto end = lacking.numbers().end();
        if (next == end || *next > forgotten_latest_) {
            return 0;
        }
        std::uint64_t lost = 0;
        latest_.for_each([&](const latest_values::value& one) {
            if (lost == 0 && next != end && *next < one.number) {
                lost = *next;
            } else if (next != end && *next == one.number) {
                ++next;
            }
        });
        lost = lost == 0 && next != end ? *next : lost;
        return lost > forgotten_latest_ ? 0 : lost;
    }

    event_ring ring_;
    latest_values latest_;
    std::size_t keys_max_;
    std::uint64_t forgotten_latest_ = 0;  // the newest that had to make room
    std::uint64_t newest_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EVENT_STORE_HPP
