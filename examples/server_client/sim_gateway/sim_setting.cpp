// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "sim_setting.hpp"

#include "../trader/random_text.hpp"
#include "../trader/setting.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#ifndef TRADER_DATA_DIR
#error "TRADER_DATA_DIR must name the folder of the built-in data"
#endif

namespace trader::sim {

namespace {

constexpr double speed_min = 0.001;  // What is slower is a mistake, and no length of time.
constexpr double speed_max = 100'000;
constexpr double balance_max = 1e12;  // Cents of more than this are lost in a double.
constexpr std::size_t session_size_max = 32;

[[noreturn]] void refuse(const std::string& name, const std::string& takes,
                         const nlohmann::json& value) {
    throw std::invalid_argument(
        "setting '" + name + "' takes " + takes + ", not " +
        value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

double read_number(const nlohmann::json& all, const std::string& name, double lowest,
                   double highest) {
    const double value = all.at(name).get<double>();
    if (!(value >= lowest && value <= highest)) {
        refuse(name, "a number from " + to_text(lowest) + " to " + to_text(highest), all.at(name));
    }
    return value;
}

std::uint64_t read_count(const nlohmann::json& all, const std::string& name) {
    const auto& value = all.at(name);
    if (!value.is_number_unsigned() &&
        !(value.is_number_integer() && value.get<std::int64_t>() >= 0)) {
        refuse(name, "a whole number, 0 or more", value);
    }
    return value.get<std::uint64_t>();
}

std::string read_session(const nlohmann::json& all) {
    const auto given = all.at("session").get<std::string>();
    const bool is_fit = std::ranges::all_of(given, [](char each) {
        return (each >= '0' && each <= '9') || (each >= 'A' && each <= 'Z') ||
               (each >= 'a' && each <= 'z') || each == '-' || each == '_';
    });
    if (!is_fit || given.size() > session_size_max) {
        refuse("session", "up to 32 letters, digits, - and _, or \"\" for one that is drawn",
               all.at("session"));
    }
    // Ids of two sessions are not alike then, though the counters begin anew.
    return given.empty() ? random_text(4) : given;
}

std::vector<listing> read_listings(const nlohmann::json& all, const std::string& gateway_name) {
    const auto& given = all.at("symbols");
    if (!std::ranges::all_of(given, [](const auto& each) { return each.is_string(); })) {
        refuse("symbols", "a list of texts, as [\"SPX\", \"SPY\"]", given);
    }
    try {
        auto found = find_listings(given.get<std::vector<std::string>>());
        for (auto& each : found) {
            each.contract.gateway_name = gateway_name;
        }
        return found;
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument("setting 'symbols': " + std::string(error.what()));
    }
}

}  // namespace

nlohmann::json default_sim_setting(const std::string& gateway_name) {
    return {{"speed", 1},           {"seed", 1},     {"account", gateway_name + "-1"},
            {"balance", 1'000'000}, {"data", ""},    {"loop", true},
            {"history_bars", 60},   {"session", ""}, {"symbols", {"SPX", "SPY", "ES", "SPF"}}};
}

sim_setting read_sim_setting(const nlohmann::json& given, const std::string& gateway_name) {
    const auto all = with_defaults(default_sim_setting(gateway_name), given);
    sim_setting read;
    read.speed = read_number(all, "speed", 0, speed_max);
    if (read.speed > 0 && read.speed < speed_min) {
        refuse("speed", "0, or " + to_text(speed_min) + " and more", all.at("speed"));
    }
    read.replay.seed = read_count(all, "seed");
    read.replay.loop = all.at("loop").get<bool>();
    read.replay.history_bars = read_count(all, "history_bars");
    read.exchange.gateway_name = gateway_name;
    read.exchange.session = read_session(all);
    read.exchange.accountid = all.at("account").get<std::string>();
    if (read.exchange.accountid.empty()) {
        refuse("account", "the account's name", all.at("account"));
    }
    read.exchange.balance = read_number(all, "balance", 0, balance_max);
    read.data = all.at("data").get<std::string>();
    if (read.data.empty()) {
        read.data = TRADER_DATA_DIR "/sp500-daily-2018-2020.csv";
    }
    read.listings = read_listings(all, gateway_name);
    return read;
}

}  // namespace trader::sim
