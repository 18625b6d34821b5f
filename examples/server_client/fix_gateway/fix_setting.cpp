// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "fix_setting.hpp"

#include "../trader/setting.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

#ifndef TRADER_DATA_DIR
#error "TRADER_DATA_DIR must name the folder of the built-in data"
#endif

namespace trader::fix {

namespace {

[[noreturn]] void refuse(const nlohmann::json& all, const std::string& name,
                         const std::string& takes) {
    throw std::invalid_argument(wrong_setting(name, takes, all.at(name)));
}

int read_whole(const nlohmann::json& all, const std::string& name, int lowest, int highest) {
    const auto& value = all.at(name);
    if (!value.is_number_integer() || value.get<double>() < lowest ||
        value.get<double>() > highest) {
        refuse(all, name,
               "a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    }
    return value.get<int>();
}

/// A text that stands in a field or a file's name.
std::string read_name(const nlohmann::json& all, const std::string& name) {
    const auto text = all.at(name).get<std::string>();
    if (text.empty() || !std::ranges::all_of(text, [](char each) {
            return each > ' ' && each <= '~' && each != '/';
        })) {
        refuse(all, name, "a name without blanks and slashes");
    }
    return text;
}

std::string read_time(const nlohmann::json& all, const std::string& name) {
    const auto text = all.at(name).get<std::string>();
    if (!read_utc("20000101-" + text) || text.size() != 8 || text > "23:59:59") {
        refuse(all, name, "a time of the day in UTC, as \"21:00:00\"");
    }
    return text;
}

/// A folder, made if it is not there.
std::string read_folder(const nlohmann::json& all, const std::string& name,
                        const std::filesystem::path& otherwise) {
    std::filesystem::path folder = all.at(name).get<std::string>();
    folder = folder.empty() ? otherwise : folder;
    std::error_code failed;
    if (!folder.empty()) {
        std::filesystem::create_directories(folder, failed);
    }
    if (failed) {
        throw std::invalid_argument("setting '" + name + "': cannot make " + folder.string() +
                                    ": " + failed.message());
    }
    return folder.string();
}

std::string read_file(const nlohmann::json& all, const std::string& name,
                      const std::string& otherwise) {
    const auto file = all.at(name).get<std::string>();
    if (!file.empty() && !std::filesystem::is_regular_file(file)) {
        refuse(all, name,
               "a file of QuickFIX that describes FIX 4.4, or \"\" for the built-in one");
    }
    return file.empty() ? otherwise : file;
}

std::vector<std::string> read_texts(const nlohmann::json& all, const std::string& name,
                                    const std::string& takes) {
    const auto& given = all.at(name);
    if (!std::ranges::all_of(given, [](const auto& each) { return each.is_string(); })) {
        refuse(all, name, takes);
    }
    return given.get<std::vector<std::string>>();
}

std::set<std::string> read_questions(const nlohmann::json& all) {
    const auto known = ledger::questions();
    const auto takes = "some of " + nlohmann::json(known).dump();
    const auto wanted = read_texts(all, "ask", takes);
    for (const auto& each : wanted) {
        if (std::ranges::find(known, each) == known.end()) {
            refuse(all, "ask", takes);
        }
    }
    return {wanted.begin(), wanted.end()};
}

std::vector<contract_data> read_symbols(const nlohmann::json& all) {
    const std::string takes = "a list of symbols with their exchanges, as [\"ES.CME\"]";
    std::vector<contract_data> found;
    for (const auto& each : read_texts(all, "symbols", takes)) {
        const auto dot = each.rfind('.');
        const auto where = dot == std::string::npos || dot == 0
                               ? std::nullopt
                               : exchange_of(std::string_view(each).substr(dot + 1));
        if (!where) {
            refuse(all, "symbols", takes);
        }
        contract_data contract;
        contract.symbol = each.substr(0, dot);
        contract.exchange = *where;
        contract.name = contract.symbol;
        contract.net_position = true;
        found.push_back(std::move(contract));
    }
    return found;
}

}  // namespace

nlohmann::json default_fix_setting() {
    return {{"host", "127.0.0.1"},
            {"port", 5001},
            {"sender", "DESK"},
            {"target", "EXCHANGE"},
            {"username", ""},
            {"password", ""},
            {"account", ""},
            {"symbols", nlohmann::json::array()},
            {"ask", ledger::questions()},
            {"depth", 5},
            {"heartbeat", 30},
            {"reconnect", 5},
            {"wait", 10},
            {"reset", false},
            {"start_time", "00:00:00"},
            {"end_time", "00:00:00"},
            {"store", ""},
            {"log", ""},
            {"dictionary", ""}};
}

gateway_setting read_fix_setting(const nlohmann::json& given, const std::string& gateway_name) {
    const auto all = with_defaults(default_fix_setting(), given);
    gateway_setting read;
    read.ledger.gateway_name = gateway_name;
    read.ledger.account = all.at("account").get<std::string>();
    read.ledger.contracts = read_symbols(all);
    read.ledger.ask = read_questions(all);
    read.ledger.depth = read_whole(all, "depth", 0, 1000);
    read.wait = std::chrono::seconds(read_whole(all, "wait", 1, 3600));
    auto& session = read.session;
    session.host = read_name(all, "host");
    session.port = read_whole(all, "port", 1, 65535);
    session.sender = read_name(all, "sender");
    session.target = read_name(all, "target");
    session.username = all.at("username").get<std::string>();
    session.password = all.at("password").get<std::string>();
    session.heartbeat = read_whole(all, "heartbeat", 1, 3600);
    session.reconnect = read_whole(all, "reconnect", 1, 3600);
    session.reset = all.at("reset").get<bool>();
    session.start_time = read_time(all, "start_time");
    session.end_time = read_time(all, "end_time");
    session.dictionary = read_file(all, "dictionary", TRADER_DATA_DIR "/fix44.xml");
    session.store = read_folder(all, "store", setting_folder().path() / "fix");
    session.log = read_folder(all, "log", {});
    read.address = session.host + ":" + std::to_string(session.port);
    return read;
}

}  // namespace trader::fix
