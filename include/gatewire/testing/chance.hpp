// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_CHANCE_HPP
#define GATEWIRE_TESTING_CHANCE_HPP

#include <cstdint>

namespace rpc::inline v1::testing {

/// Numbers that look random and are the same for the same seed, on every machine (splitmix64).
class chance {
public:
    explicit chance(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept { return mix(state_ += step); }

    /// A number below the bound; zero if the bound is.
    std::uint64_t below(std::uint64_t bound) noexcept { return bound == 0 ? 0 : next() % bound; }

    /// Spreads the bits of a number.
    static std::uint64_t mix(std::uint64_t bits) noexcept {
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
        return bits ^ (bits >> 31);
    }

private:
    static constexpr std::uint64_t step = 0x9e3779b97f4a7c15u;

    std::uint64_t state_;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_CHANCE_HPP
