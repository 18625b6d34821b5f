// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SENT_EVENTS_HPP
#define GATEWIRE_PROTOCOL_SENT_EVENTS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

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

/// Which events one session's client was sent in another order than that of their numbers.
///
/// The highest number that arrived speaks for all that was sent in order. It says nothing of
/// `latest` events that were sent behind higher numbers: the newest of each key for whoever
/// subscribes, and what was held back for a slow reader. These are noted here until the client says
/// how many events have arrived.
class sent_events {
public:
    /// The client may count itself as having everything up to this number from here on.
    void assume(std::uint64_t position) noexcept { highest_ = (std::max)(highest_, position); }

    /// The next event is sent, or, with `is_sent` false, would have been.
    void sent(std::uint64_t number, bool is_sent = true) {
        count_ += is_sent ? 1U : 0U;
        if (number <= highest_) {
            note(is_sent ? entry{number, count_, highest_} : entry{number, never, never});
        } else if (is_sent) {
            highest_ = number;
        }
    }

    /// So many events of the session have arrived.
    void arrived(std::uint64_t count) {
        while (!noted_.empty() && noted_.front().place <= count) {
            noted_.pop_front();
        }
    }

    /// @param last   The highest number that the client has.
    /// @param count  How many events have arrived, if it says so.
    lacking_events lacking(std::uint64_t last, std::optional<std::uint64_t> count) const {
        const auto is_lacking = [&](const entry& one) {
            // What came after it has a higher number than what had come before it.
            return count ? one.place > *count : one.highest >= last;
        };
        std::vector<std::uint64_t> numbers;
        for (const entry& one : noted_) {
            if (is_lacking(one)) {
                numbers.push_back(one.number);
            }
        }
        return lacking_events(std::move(numbers), is_lacking(forgotten_) ? forgotten_.number : 0);
    }

    /// The session goes on on another connection.
    /// @param position  Up to here the client counts itself as having everything.
    /// @param count     How many events have arrived, if it says so.
    void begin_connection(std::uint64_t position, std::optional<std::uint64_t> count) {
        *this = sent_events();
        highest_ = position;
        count_ = count.value_or(0);
    }

    /// How many are noted.
    std::size_t noted() const noexcept { return noted_.size(); }

    /// So many are noted for a client that does not say what arrives; beyond them it is only known
    /// that some may lack.
    static constexpr std::size_t noted_max = 4096;

private:
    static constexpr std::uint64_t never = (std::numeric_limits<std::uint64_t>::max)();

    struct entry {
        std::uint64_t number;
        std::uint64_t place;    // among all that were sent
        std::uint64_t highest;  // that the client may have had before it
    };

    void note(const entry& one) {
        noted_.push_back(one);
        if (noted_.size() > noted_max) {
            const entry& first = noted_.front();
            forgotten_ = {(std::max)(forgotten_.number, first.number),
                          (std::max)(forgotten_.place, first.place),
                          (std::max)(forgotten_.highest, first.highest)};
            noted_.pop_front();
        }
    }

    std::deque<entry> noted_;
    entry forgotten_{0, 0, 0};  // the highest of each
    std::uint64_t count_ = 0;
    std::uint64_t highest_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SENT_EVENTS_HPP
