// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_LATEST_VALUES_HPP
#define GATEWIRE_PROTOCOL_LATEST_VALUES_HPP

#include <gatewire/protocol/published_event.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

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

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_LATEST_VALUES_HPP
