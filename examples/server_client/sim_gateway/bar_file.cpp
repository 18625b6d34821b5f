// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "bar_file.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace trader::sim {

namespace {

constexpr double bar_price_max = 1e9;  // So that it can be counted in ticks.

[[noreturn]] void fail(const std::string& path, int line, const std::string& problem) {
    throw std::runtime_error(path + " line " + std::to_string(line) + ": " + problem);
}

/// Reads one line into a bar.
/// @return What is wrong with the line; empty if nothing is.
std::string parse(const std::string& line, bar_data& bar) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int length = 0;
    const int fields = std::sscanf(line.c_str(), "%d-%u-%u,%lf,%lf,%lf,%lf,%lf%n", &year, &month,
                                   &day, &bar.open_price, &bar.high_price, &bar.low_price,
                                   &bar.close_price, &bar.volume, &length);
    const bool is_whole =
        line.find_first_not_of(" \r", static_cast<std::size_t>(length)) == std::string::npos;
    if (fields != 8 || !is_whole) {
        return "expected date,open,high,low,close,volume";
    }
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!date.ok()) {
        return "there is no such day";
    }
    bar.datetime = std::chrono::sys_days{date};
    bar.interval = interval::DAILY;
    const auto [low, high] = std::minmax({bar.open_price, bar.close_price});
    // Written so that a NaN fails as well.
    if (!(bar.low_price > 0 && bar.low_price <= low && high <= bar.high_price &&
          bar.high_price <= bar_price_max)) {
        return "expected 0 < low <= open, close <= high <= 1e9";
    }
    if (!(bar.volume >= 0 && std::isfinite(bar.volume))) {
        return "the volume must not be negative";
    }
    return {};
}

}  // namespace

std::vector<bar_data> read_bars(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot open " + path);
    }
    std::vector<bar_data> bars;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line.front() == '#' || line.starts_with("date,")) {
            continue;
        }
        bar_data bar;
        std::string problem = parse(line, bar);
        if (problem.empty() && !bars.empty() && bar.datetime <= bars.back().datetime) {
            problem = "the day is not after the one before";
        }
        if (!problem.empty()) {
            fail(path, number, problem);
        }
        bars.push_back(bar);
    }
    if (bars.empty()) {
        throw std::runtime_error(path + " has no bars");
    }
    return bars;
}

}  // namespace trader::sim
