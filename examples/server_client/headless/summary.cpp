// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "summary.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace trader {

namespace {

/// `RPC.SIM.42` as the server calls it: `SIM.42`.
std::string at_server(const std::string& id) {
    return id.substr(id.find('.') + 1);
}

nlohmann::json orders_of(const main_engine& main) {
    auto all = nlohmann::json::object();
    for (const auto& order : main.get_all_orders()) {
        all[at_server(order.id())] = {{"status", name_of(order.status)},
                                      {"traded", order.traded},
                                      {"volume", order.volume},
                                      {"price", order.price},
                                      {"reference", order.reference}};
    }
    return all;
}

nlohmann::json trades_of(const main_engine& main) {
    auto all = nlohmann::json::object();
    for (const auto& trade : main.get_all_trades()) {
        all[at_server(trade.id())] = {
            {"orderid", trade.orderid}, {"volume", trade.signed_volume()}, {"price", trade.price}};
    }
    return all;
}

nlohmann::json positions_of(const main_engine& main) {
    auto all = nlohmann::json::object();
    for (const auto& position : main.get_all_positions()) {
        all[at_server(position.id())] = {{"volume", position.volume}, {"price", position.price}};
    }
    return all;
}

nlohmann::json accounts_of(const main_engine& main) {
    auto all = nlohmann::json::object();
    for (const auto& account : main.get_all_accounts()) {
        all[at_server(account.id())] = {{"balance", account.balance}, {"frozen", account.frozen}};
    }
    return all;
}

nlohmann::json strategies_of(const strategy_engine& strategies) {
    auto all = nlohmann::json::array();
    for (const auto& each : strategies.get_all_strategies()) {
        all.push_back({{"name", each.name},
                       {"orders", each.orders},
                       {"trades", each.trades},
                       {"rejected", each.rejected},
                       {"position", each.position},
                       {"text", each.text}});
    }
    return all;
}

}  // namespace

nlohmann::json summary_of(const main_engine& main, const strategy_engine& strategies,
                          counter_engine& counter) {
    return {{"strategies", strategies_of(strategies)},
            {"orders", orders_of(main)},
            {"trades", trades_of(main)},
            {"positions", positions_of(main)},
            {"accounts", accounts_of(main)},
            {"events", counter.events_by_type()},
            {"states", counter.states()},
            {"complaints", counter.complaints()}};
}

void print_summary(const nlohmann::json& summary) {
    std::printf("\nsummary\n");
    for (const auto& each : summary.at("strategies")) {
        std::printf("  %-12s orders %s, rejected %s, trades %s, position %s (%s)\n",
                    each.at("name").get<std::string>().c_str(), each.at("orders").dump().c_str(),
                    each.at("rejected").dump().c_str(), each.at("trades").dump().c_str(),
                    each.at("position").dump().c_str(), each.at("text").get<std::string>().c_str());
    }
    std::printf("  known        %zu orders, %zu trades, %zu positions, %zu accounts\n",
                summary.at("orders").size(), summary.at("trades").size(),
                summary.at("positions").size(), summary.at("accounts").size());
    for (const auto& [type, count] : summary.at("events").items()) {
        std::printf("  %-12s %s\n", type.c_str(), count.dump().c_str());
    }
    for (const auto& [state, count] : summary.at("states").items()) {
        std::printf("  %-24s %s\n", state.c_str(), count.dump().c_str());
    }
    if (summary.at("complaints").empty()) {
        std::printf("  nothing to complain of\n");
    }
    std::fflush(stdout);
    for (const auto& each : summary.at("complaints")) {
        std::fprintf(stderr, "COMPLAINT: %s\n", each.get<std::string>().c_str());
    }
}

void write_summary(const nlohmann::json& summary, const std::filesystem::path& file) {
    if (file.empty()) {
        return;
    }
    auto draft = file;
    draft += ".draft";
    std::ofstream out(draft);
    out << summary.dump(1) << '\n';
    out.close();
    if (!out) {
        throw std::runtime_error("cannot write " + draft.string());
    }
    std::filesystem::rename(draft, file);
}

}  // namespace trader
