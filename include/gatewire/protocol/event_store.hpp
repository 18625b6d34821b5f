// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EVENT_STORE_HPP
#define GATEWIRE_PROTOCOL_EVENT_STORE_HPP

#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/published_event.hpp>
#include <gatewire/protocol/service.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// The newest events of a server, by number, for clients that lost their connection meanwhile.
/// Bounded in bytes: the oldest ones go first, and `first` says from where on it is complete.
class event_ring {
public:
    explicit event_ring(std::size_t size_max) : size_max_(size_max) {}

    /// Number of the first event that is sure to be here, if it is an ordered one.
    std::uint64_t first() const noexcept { return first_; }

    /// Bytes that are kept.
    std::size_t size() const noexcept { return size_; }

    /// Keeps an event; its number is higher than those before. Nothing has happened if there is no
    /// memory for it.
    void push(const published_event& event) {
        if (size_max_ == 0) {
            first_ = event.number + 1;
            return;
        }
        const std::size_t size = event.key.size() + event.target.size() + event.frame.size();
        if (chunks_.empty() || !chunks_.back().has_room(size)) {
            chunk next;
            next.bytes.reserve((std::max)(chunk_size(), size));  // So that it never moves.
            chunks_.push_back(std::move(next));
        }
        chunk& last = chunks_.back();
        const std::size_t begin = last.bytes.size();
        try {
            last.bytes.append(event.key).append(event.target).append(event.frame);
            last.records.push_back({event.number, event.event, begin, event.key.size(),
                                    event.target.size(), event.frame.size()});
        } catch (...) {
            last.bytes.resize(begin);
            if (last.records.empty()) {
                chunks_.pop_back();
            }
            throw;
        }
        size_ += size + sizeof(record);
        while (size_ > size_max_) {
            drop_first();
        }
    }

    /// Drops everything: nobody is there who could ask for it.
    /// @param next  The number of the next event.
    void clear(std::uint64_t next) {
        chunks_.clear();
        size_ = 0;
        first_ = next;
    }

    /// Calls `use(event)` for each event whose number is higher, in order.
    template <class Use>
    void for_each_after(std::uint64_t number, Use&& use) const {
        for (const chunk& one : chunks_) {
            if (one.records.back().number <= number) {
                continue;
            }
            for (const record& at : one.records) {
                if (at.number > number) {
                    use(view_of(one, at));
                }
            }
        }
    }

private:
    struct record {
        std::uint64_t number;
        std::size_t event;
        std::size_t begin;
        std::size_t key_size;
        std::size_t target_size;
        std::size_t frame_size;
    };
    struct chunk {
        std::string bytes;
        std::vector<record> records;

        bool has_room(std::size_t size) const noexcept {
            return bytes.capacity() - bytes.size() >= size;
        }
    };

    // At most a sixteenth of it all, so that dropping the oldest chunk drops little.
    std::size_t chunk_size() const noexcept {
        return (std::min)(size_max_ / 16, std::size_t{64} << 10);
    }

    static published_event view_of(const chunk& in, const record& at) {
        const std::string_view bytes(in.bytes);
        published_event event;
        event.number = at.number;
        event.event = at.event;
        event.key = bytes.substr(at.begin, at.key_size);
        event.target = bytes.substr(at.begin + at.key_size, at.target_size);
        event.frame = bytes.substr(at.begin + at.key_size + at.target_size, at.frame_size);
        return event;
    }

    void drop_first() {
        first_ = chunks_.front().records.back().number + 1;
        size_ -= chunks_.front().bytes.size() + chunks_.front().records.size() * sizeof(record);
        chunks_.pop_front();
    }

    std::size_t size_max_;
    std::deque<chunk> chunks_;
    std::size_t size_ = 0;
    std::uint64_t first_ = 1;
};

/// The newest event of each key, in the order of their numbers.
///
/// It holds what a server knows of its `latest` events, and also what waits for one slow reader:
/// a newer event takes the place of the older one of its key and goes to the end.
class latest_values {
public:
    /// An event with its bytes.
    struct value {
        std::uint64_t number;
        std::size_t event;
        std::string key;
        shared_frame frame;
        bool is_targeted = false;  ///< Some alone shall have it, so no snapshot brings it again.

        published_event view() const noexcept {
            return {number, event, true, key, {}, frame.view(), &frame};
        }
    };

    std::size_t count() const noexcept { return values_.size(); }
    bool is_empty() const noexcept { return values_.empty(); }
    /// Whether some alone shall have any of them.
    bool has_targeted() const noexcept { return targeted_ != 0; }
    /// Bytes of the frames and keys.
    std::size_t size() const noexcept { return size_; }

    /// Keeps the event instead of an older one of its key. @return Whether there was one.
    /// Nothing has happened if there is no memory for it.
    bool put(const published_event& event) {
        const auto found = places_.find(place_view{event.event, event.key});
        if (found != places_.end()) {
            value& kept = *found->second;
            shared_frame frame = frame_of(event);
            size_ += event.frame.size() - kept.frame.size();
            kept.number = event.number;
            kept.frame = std::move(frame);
            targeted_ -= kept.is_targeted ? 1U : 0U;
            targeted_ += event.target.empty() ? 0U : 1U;
            kept.is_targeted = !event.target.empty();
            values_.splice(values_.end(), values_, found->second);
            return true;
        }
        std::list<value> made;
        made.push_back({event.number, event.event, std::string(event.key), frame_of(event),
                        !event.target.empty()});
        places_.emplace(place{event.event, std::string(event.key)}, made.begin());
        values_.splice(values_.end(), made);
        targeted_ += event.target.empty() ? 0U : 1U;
        size_ += event.key.size() + event.frame.size();
        return false;
    }

    /// Takes out the oldest one; there must be one.
    value take_first() {
        value first = std::move(values_.front());
        places_.erase(places_.find(place_view{first.event, first.key}));
        values_.pop_front();
        size_ -= first.key.size() + first.frame.size();
        targeted_ -= first.is_targeted ? 1U : 0U;
        return first;
    }

    /// Takes out the one of this key, if it is there.
    void erase(std::size_t event, std::string_view key) {
        const auto found = places_.find(place_view{event, key});
        if (found != places_.end()) {
            drop(found);
        }
    }

    /// Takes out those that some alone shall have, and calls `use(value)` for each, in order.
    template <class Use>
    void take_targeted(Use&& use) {
        for (auto at = values_.begin(); targeted_ != 0 && at != values_.end();) {
            const auto next = std::next(at);
            if (at->is_targeted) {
                use(std::as_const(*at));
                drop(places_.find(place_view{at->event, at->key}));
            }
            at = next;
        }
    }

    /// Takes out those of an event for which `is_unwanted(value)` holds.
    template <class IsUnwanted>
    void erase_of(std::size_t event, IsUnwanted&& is_unwanted) {
        for (auto at = first_of(places_, event); at != places_.end() && at->first.first == event;) {
            at = is_unwanted(std::as_const(*at->second)) ? drop(at) : std::next(at);
        }
    }

    /// The one of this key, or null.
    const value* find(std::size_t event, std::string_view key) const {
        const auto found = places_.find(place_view{event, key});
        return found == places_.end() ? nullptr : &*found->second;
    }

    /// Calls `use(value)` for each, in the order of their numbers.
    template <class Use>
    void for_each(Use&& use) const {
        for (const value& one : values_) {
            use(one);
        }
    }

    /// The same for those of one event, in the order of their keys.
    template <class Use>
    void for_each_of(std::size_t event, Use&& use) const {
        for (auto at = first_of(places_, event); at != places_.end() && at->first.first == event;
             ++at) {
            use(std::as_const(*at->second));
        }
    }

private:
    static shared_frame frame_of(const published_event& event) {
        return event.shared != nullptr ? *event.shared : shared_frame(event.frame);
    }

    using place = std::pair<std::size_t, std::string>;
    using place_view = std::pair<std::size_t, std::string_view>;
    // Keys may come from peers: an ordered map, which no choice of them can slow down.
    struct by_place {
        using is_transparent = void;
        template <class Left, class Right>
        bool operator()(const Left& left, const Right& right) const noexcept {
            return place_view(left) < place_view(right);
        }
    };

    using place_map = std::map<place, std::list<value>::iterator, by_place>;

    template <class Places>
    static auto first_of(Places& places, std::size_t event) {
        return places.lower_bound(place_view{event, {}});
    }

    place_map::iterator drop(place_map::iterator at) {
        size_ -= at->second->key.size() + at->second->frame.size();
        targeted_ -= at->second->is_targeted ? 1U : 0U;
        values_.erase(at->second);
        return places_.erase(at);
    }

    std::list<value> values_;
    place_map places_;
    std::size_t size_ = 0;
    std::size_t targeted_ = 0;
};

/// Numbers of `latest` events that a client may lack although it has events with higher numbers.
class lacking_events {
public:
    /// @param numbers    In any order.
    /// @param all_up_to  Those up to here may all lack; zero for none.
    explicit lacking_events(std::vector<std::uint64_t> numbers = {}, std::uint64_t all_up_to = 0)
        : numbers_(std::move(numbers)), all_up_to_(all_up_to) {
        std::sort(numbers_.begin(), numbers_.end());
    }

    bool has(std::uint64_t number) const noexcept {
        return number <= all_up_to_ || std::binary_search(numbers_.begin(), numbers_.end(), number);
    }

    /// In order, without those that `all_up_to` stands for.
    const std::vector<std::uint64_t>& numbers() const noexcept { return numbers_; }
    std::uint64_t all_up_to() const noexcept { return all_up_to_; }

private:
    std::vector<std::uint64_t> numbers_;
    std::uint64_t all_up_to_;
};

/// What a client has of a server's events, as its hello says it.
struct events_seen {
    std::uint64_t last = 0;  ///< The highest number that arrived.
    /// The highest number by the event's place; null where the client does not say. It matters
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

/// What a hello says of the events that the client has, by their places at this server.
class hello_events {
public:
    hello_events(const hello_request& hello, const service& offers) : last_(hello.last_event) {
        if (!hello.events) {
            return;
        }
        by_event_.emplace();
        for (const auto& [name, number] : *hello.events) {
            const std::size_t event = offers.find_event(name);
            if (event != not_listed) {
                by_event_->emplace(event, number);
            }
        }
    }

    /// @param position  Number of the newest event: a client that says nothing wants none before.
    events_seen seen(std::uint64_t position) const {
        return {last_.value_or(position), by_event_ && last_ ? &*by_event_ : nullptr};
    }

private:
    std::optional<std::uint64_t> last_;
    std::optional<std::map<std::size_t, std::uint64_t>> by_event_;
};

/// The events that a server keeps for replay: the newest ones in order, and of `latest` events the
/// newest of each key.
class event_store {
public:
    event_store(std::size_t ring_size_max, std::size_t keys_max)
        : ring_(ring_size_max), keys_max_(keys_max) {}

    /// Keeps an event. Nothing has happened if there is no memory for it.
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
