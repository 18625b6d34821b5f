// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EVENT_RING_HPP
#define GATEWIRE_PROTOCOL_EVENT_RING_HPP

#include <gatewire/protocol/published_event.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

/// The newest events of a server, by number, for clients that lost their connection meanwhile.
/// Bounded in bytes: the oldest ones go first, and `first` tells from where on nothing lacks.
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
        if (chunks_.empty() || chunks_.back().bytes.size() >= chunk_size()) {
            chunks_.emplace_back();
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
        size_ += event.key.size() + event.target.size() + event.frame.size() + sizeof(record);
        while (size_ > size_max_) {
            drop_first();
        }
    }

    /// Forgets everything: nobody is there who could ask for it.
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
    };

    // A sixteenth of it all, so that dropping the oldest chunk drops little.
    std::size_t chunk_size() const noexcept { return size_max_ / 16; }

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

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EVENT_RING_HPP
