// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "recording.hpp"

#include "failure.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <iostream>
#include <map>

namespace cli {

namespace {

std::string time_of_day() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

json parse_line(const std::string& line, const std::string& file, std::size_t number) {
    json entry = json::parse(line, nullptr, false);
    if (!entry.is_object() || (number == 1 && entry.value("recording", 0) != 1) ||
        (number > 1 && !entry.value("at", json()).is_number())) {
        throw usage(file + ", line " + std::to_string(number) +
                    ": this is no line of a recording; gatewire record makes some");
    }
    return entry;
}

}  // namespace

recorder::recorder(const std::string& file, const std::string& address) : out_(&std::cout) {
    if (file != "-") {
        file_.open(file, std::ios::trunc);
        if (!file_) {
            throw usage("cannot write " + file + ": " + std::strerror(errno));
        }
        out_ = &file_;
    }
    json first;
    first["recording"] = 1;
    first["address"] = address;
    first["started"] = time_of_day();
    *out_ << compact(first) << std::endl;
}

double recorder::now() const {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
    return std::round(passed.count() * 1e6) / 1e6;
}

void recorder::write(double at, const json& entry) {
    json line;
    line["at"] = at;
    line.update(entry);
    const std::lock_guard lock(mutex_);
    *out_ << compact(line) << std::endl;
    ++count_;
}

std::size_t recorder::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

std::vector<json> read_recording(const std::string& file) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file);
        if (!opened) {
            throw usage("cannot read " + file + ": " + std::strerror(errno));
        }
    }
    std::istream& in = file == "-" ? std::cin : opened;
    std::multimap<double, json> entries;  // Those of one time stay in their order.
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        json entry = parse_line(line, file, ++number);
        if (number > 1) {
            entries.emplace(entry.at("at").get<double>(), std::move(entry));
        }
    }
    if (number == 0) {
        throw usage(file + " is empty; gatewire record makes recordings");
    }
    std::vector<json> sorted;
    for (auto& [time, entry] : entries) {
        sorted.push_back(std::move(entry));
    }
    return sorted;
}

}  // namespace cli
