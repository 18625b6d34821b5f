// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_TRACE_HPP
#define GATEWIRE_TESTING_TRACE_HPP

#include <gatewire/protocol/time.hpp>
#include <gatewire/testing/clockwork.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rpc::inline v1::testing {

/// One number for everything that happened on a network, and when: two runs that differ in one
/// byte or one nanosecond have different ones.
class trace {
public:
    enum class what : std::uint64_t { connected, refused, cut };

    std::uint64_t hash() const noexcept { return hash_; }

    void note(protocol::time_point now, std::uint64_t number, what happened) noexcept {
        add(time_of(now));
        add(number);
        add(static_cast<std::uint64_t>(happened));
    }

    /// Bytes were read; `number` tells where.
    void note(protocol::time_point now, std::uint64_t number, std::string_view bytes) noexcept {
        add(time_of(now));
        add(number);
        add(bytes.size());
        while (!bytes.empty()) {
            std::uint64_t word = 0;
            const std::size_t size = bytes.size() < sizeof word ? bytes.size() : sizeof word;
            std::memcpy(&word, bytes.data(), size);
            add(word);
            bytes.remove_prefix(size);
        }
    }

private:
    static std::uint64_t time_of(protocol::time_point now) noexcept {
        return static_cast<std::uint64_t>(now.time_since_epoch().count());
    }

    void add(std::uint64_t word) noexcept { hash_ = chance::mix(hash_ ^ word) + word; }

    std::uint64_t hash_ = 0;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_TRACE_HPP
