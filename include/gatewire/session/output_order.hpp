// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_OUTPUT_ORDER_HPP
#define GATEWIRE_SESSION_OUTPUT_ORDER_HPP

#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/published_event.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// What a session sends behind responses that are still being written: their places, and in order
/// what came meanwhile. A client gets all of it in the engine's order, so that a large snapshot
/// never overwrites an event that is newer, nor an event a newer snapshot.
class output_order {
public:
    using event = protocol::latest_values::value;

    /// Nothing has to wait.
    bool is_empty() const noexcept { return entries_.empty(); }
    /// Bytes of what waits.
    std::size_t size() const noexcept { return size_; }

    /// The response to the call of this slot goes here.
    void keep_place(std::uint32_t slot) { entries_.push_back({slot, {}, {}}); }

    void hold(event one) {
        const std::size_t size = one.frame.size();
        entries_.push_back({std::nullopt, {}, std::move(one)});
        size_ += size;
    }

    /// Puts responses into the place that is kept for this slot, or, if there is none, at the end.
    void hold(std::optional<std::uint32_t> slot, wire::buffer& frames) {
        auto place = std::find_if(entries_.begin(), entries_.end(), [slot](const entry& one) {
            return slot && one.place_of == slot;
        });
        if (place == entries_.end()) {
            place = entries_.insert(entries_.end(), entry{});
        }
        place->place_of.reset();
        size_ += frames.size();
        place->responses = std::move(frames);
    }

    /// Takes out what waits for no place any more, in order: `send(responses)` or `send(event)`.
    template <class Send>
    void release(Send&& send) {
        const auto first_kept =
            std::find_if(entries_.begin(), entries_.end(),
                         [](const entry& one) { return one.place_of.has_value(); });
        take(first_kept, send);
    }

    /// The same with all there is. The places are forgotten.
    template <class Send>
    void release_all(Send&& send) {
        take(entries_.end(), send);
    }

private:
    struct entry {
        std::optional<std::uint32_t> place_of;  // a call whose response is still to come
        wire::buffer responses;
        std::optional<event> published;
    };

    template <class Send>
    void take(std::vector<entry>::iterator end, Send& send) {
        for (auto at = entries_.begin(); at != end; ++at) {
            entry& one = *at;
            if (one.published) {
                size_ -= one.published->frame.size();
                send(*one.published);
            } else if (!one.place_of) {
                size_ -= one.responses.size();
                send(one.responses);
            }
        }
        entries_.erase(entries_.begin(), end);
    }

    std::vector<entry> entries_;
    std::size_t size_ = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_OUTPUT_ORDER_HPP
