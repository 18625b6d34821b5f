// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_BAR_FILE_HPP
#define DESK_BAR_FILE_HPP

#include "types.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace desk {

/// Reads daily bars from lines of `date,open,high,low,close,volume`; comments begin with `#`.
/// @throws std::runtime_error  If the file cannot be read; the text names the line.
inline std::vector<bar> read_bars(const std::string& path, const std::string& symbol) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot open " + path);
    }
    std::vector<bar> bars;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line.front() == '#' || line.starts_with("date,")) {
            continue;
        }
        bar read{.symbol = symbol};
        int year = 0;
        unsigned month = 0;
        unsigned day = 0;
        long long volume = 0;
        const int fields = std::sscanf(line.c_str(), "%d-%u-%u,%lf,%lf,%lf,%lf,%lld", &year, &month,
                                       &day, &read.open_price, &read.high_price, &read.low_price,
                                       &read.close_price, &volume);
        const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                               std::chrono::day{day}};
        if (fields != 8 || !date.ok()) {
            throw std::runtime_error(path + " line " + std::to_string(number) +
                                     ": expected date,open,high,low,close,volume");
        }
        read.datetime = std::chrono::sys_days{date};
        read.volume = volume;
        bars.push_back(read);
    }
    return bars;
}

}  // namespace desk

#endif  // DESK_BAR_FILE_HPP
