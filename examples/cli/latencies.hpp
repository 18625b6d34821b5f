// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_LATENCIES_HPP
#define GATEWIRE_CLI_LATENCIES_HPP

#include "terminal.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace cli {

/// How long calls took.
class latencies {
public:
    using duration = std::chrono::steady_clock::duration;

    /// @param taken  One for each call that was answered.
    explicit latencies(std::vector<duration> taken);

    std::size_t count() const noexcept { return taken_.size(); }
    double microseconds(double share) const;  ///< Below which that share of the calls is.
    double mean() const noexcept { return mean_; }

    struct bar {
        double up_to;  ///< Microseconds.
        std::size_t calls;
    };
    /// Each bar reaches to twice the one before.
    std::vector<bar> histogram() const;

    std::vector<std::string> lines() const;
    json as_json() const;

private:
    std::vector<duration> taken_;  // sorted
    double mean_ = 0;
};

}  // namespace cli

#endif  // GATEWIRE_CLI_LATENCIES_HPP
