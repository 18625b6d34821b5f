// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "latencies.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace cli {

namespace {

constexpr std::pair<const char*, double> percentiles[] = {
    {"min", 0}, {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1}};

double in_microseconds(latencies::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

std::string time_text(double microseconds) {
    char text[32];
    if (microseconds < 1e3) {
        std::snprintf(text, sizeof text, "%.1f us", microseconds);
    } else if (microseconds < 1e6) {
        std::snprintf(text, sizeof text, "%.2f ms", microseconds / 1e3);
    } else {
        std::snprintf(text, sizeof text, "%.2f s", microseconds / 1e6);
    }
    return text;
}

}  // namespace

latencies::latencies(std::vector<duration> taken) : taken_(std::move(taken)) {
    std::sort(taken_.begin(), taken_.end());
    const duration all = std::accumulate(taken_.begin(), taken_.end(), duration::zero());
    mean_ = taken_.empty() ? 0 : in_microseconds(all) / static_cast<double>(taken_.size());
}

double latencies::microseconds(double share) const {
    if (taken_.empty()) {
        return 0;
    }
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(taken_.size())));
    return in_microseconds(taken_[rank == 0 ? 0 : rank - 1]);
}

std::vector<latencies::bar> latencies::histogram() const {
    std::vector<bar> bars;
    double up_to = 1;
    std::size_t before = 0;
    while (before < taken_.size()) {
        const auto end = std::upper_bound(
            taken_.begin(), taken_.end(), up_to,
            [](double limit, duration one) { return limit < in_microseconds(one); });
        const auto until = static_cast<std::size_t>(end - taken_.begin());
        if (until != before || !bars.empty()) {
            bars.push_back({up_to, until - before});
        }
        before = until;
        up_to *= 2;
    }
    return bars;
}

std::vector<std::string> latencies::lines() const {
    std::vector<std::string> lines{"latency"};
    for (const auto& [name, share] : percentiles) {
        lines.back() += "  " + std::string(name) + " " + time_text(microseconds(share));
    }
    std::size_t most = 1;
    for (const bar& one : histogram()) {
        most = (std::max)(most, one.calls);
    }
    constexpr std::size_t length = 40;
    for (const bar& one : histogram()) {
        char line[64];
        std::snprintf(line, sizeof line, "  up to %10s %9zu ", time_text(one.up_to).c_str(),
                      one.calls);
        lines.push_back(line + std::string((one.calls * length + most - 1) / most, '#'));
    }
    return lines;
}

json latencies::as_json() const {
    json result;
    for (const auto& [name, share] : percentiles) {
        result["latency_us"][name] = microseconds(share);
    }
    result["latency_us"]["mean"] = mean();
    result["histogram"] = json::array();
    for (const bar& one : histogram()) {
        result["histogram"].push_back({{"up_to_us", one.up_to}, {"calls", one.calls}});
    }
    return result;
}

}  // namespace cli
