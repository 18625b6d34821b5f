// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "flags.hpp"

#include "../cta_strategy/strategy_engine.hpp"
#include "../trader/setting.hpp"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace trader {

namespace {

constexpr auto saving =
    "keep what the other flags say of the connection and the market, which hold for this run "
    "otherwise";

void parse(CLI::App& flags, int argc, char** argv) {
    // In windows these things are set where they are seen, and a flag without effect would mislead.
    auto* headless = flags.get_option("--headless");
    for (auto* each : flags.get_options()) {
        if (each != headless && !each->check_name("--help") && !each->check_name("--folder")) {
            each->needs(headless);
        }
    }
    try {
        flags.parse(argc, argv);
    } catch (const CLI::ParseError& ended) {
        std::exit(flags.exit(ended));
    }
}

/// What the flags say of the service.
struct service_flags {
    std::vector<std::string> listen;
    std::string token;
    std::string certificate;
    std::string key;
    std::string client_authority;
    bool is_cancelling = false;

    bool is_any() const {
        return !listen.empty() || !token.empty() || !certificate.empty() || !key.empty() ||
               !client_authority.empty() || is_cancelling;
    }
};

void add_service_flags(CLI::App& flags, service_flags& read) {
    flags.add_option("--listen", read.listen,
                     "where to listen, several are possible; as saved, at first "
                     "tcp://127.0.0.1:2014");
    flags.add_option("--token", read.token,
                     "what a client must show, needed beyond this machine; as saved. The tokens of "
                     "other clients hold as well");
    flags
        .add_option("--certificate", read.certificate,
                    "file of the certificate that tls:// addresses need; as saved")
        ->check(CLI::ExistingFile);
    flags.add_option("--key", read.key, "file of its key; as saved")->check(CLI::ExistingFile);
    flags
        .add_option("--client-authority", read.client_authority,
                    "file: who comes through tls:// must have a certificate from there; as saved")
        ->check(CLI::ExistingFile);
    flags.add_flag("--cancel-on-disconnect", read.is_cancelling,
                   "cancel the orders of a client that is gone");
}

/// What was saved, with the flags over it.
rpc_service::service_setting over_saved(const setting_folder& settings,
                                        const service_flags& flags) {
    auto wanted = rpc_service::read_service_setting(settings.load("rpc_service"),
                                                    settings.file_of("rpc_service"));
    if (!flags.listen.empty()) {
        wanted.listen = flags.listen;
    }
    if (!flags.token.empty()) {
        wanted.clients = rpc_service::with_token(std::move(wanted.clients), "client", flags.token);
    }
    for (const auto& [given, setting] :
         {std::pair(flags.certificate, &wanted.certificate), std::pair(flags.key, &wanted.key),
          std::pair(flags.client_authority, &wanted.client_authority)}) {
        if (!given.empty()) {
            *setting = given;
        }
    }
    wanted.cancel_on_disconnect = wanted.cancel_on_disconnect || flags.is_cancelling;
    return wanted;
}

/// `fast_days=3` as an object; what is no JSON is a text.
nlohmann::json parameter(const std::string& text) {
    const auto sign = text.find('=');
    if (sign == 0 || sign == std::string::npos) {
        throw std::invalid_argument("--set takes name=value, not " + text);
    }
    const auto value = text.substr(sign + 1);
    auto read = nlohmann::json::parse(value, nullptr, false);
    return {{text.substr(0, sign), read.is_discarded() ? nlohmann::json(value) : read}};
}

/// The flags that say where a server is and how it lets one in.
/// @param server  Takes them by the names of the settings.
void add_server_flags(CLI::App& flags, std::map<std::string, std::string>& server) {
    flags.add_option("--connect", server["address"],
                     "where the server is; as saved, at first tcp://127.0.0.1:2014");
    flags.add_option("--token", server["token"], "what the server wants to see; as saved");
    flags
        .add_option("--authority", server["authority"],
                    "file of the authority of a tls:// server's certificate; as saved, at first "
                    "those that the system knows")
        ->check(CLI::ExistingFile);
    flags
        .add_option("--certificate", server["certificate"],
                    "file of a certificate, for servers that want one; as saved")
        ->check(CLI::ExistingFile);
    flags.add_option("--key", server["key"], "file of its key; as saved")->check(CLI::ExistingFile);
}

}  // namespace

server_flags read_server_flags(int argc, char** argv) {
    server_flags read;
    service_flags service;
    double speed = 0;
    std::int64_t seed = 0;
    std::string data;
    bool is_second_wanted = false;
    bool ends = false;
    CLI::App flags{"Holds a simulated exchange and serves it to other processes."};
    flags.add_flag("--headless", read.headless, "no window; Ctrl-C ends it");
    add_service_flags(flags, service);
    flags.add_option("--folder", read.folder, "where settings are kept; ~/.trader by default");
    flags.add_flag("--save", read.save, saving);
    flags.add_flag("--second", is_second_wanted, "a second exchange beside the first, SIM2");
    flags.add_flag(
        "--fix", read.has_fix,
        "the FIX counterparty of the saved connect_FIX.json instead of a simulated exchange");
    const auto* own_speed =
        flags.add_option("--speed", speed, "steps of the market in a second; as saved, at first 1")
            ->check(CLI::Range(0.0, 1e6));
    const auto* own_seed = flags.add_option(
        "--seed", seed, "the same seed brings the same market; as saved, at first 1");
    const auto* own_data =
        flags.add_option("--data", data, "daily bars: date,open,high,low,close,volume; as saved")
            ->check(CLI::ExistingFile);
    flags.add_flag("--once", ends, "end at the end of the data instead of starting again");
    parse(flags, argc, argv);

    read.has_service_flags = service.is_any();
    read.service = over_saved(setting_folder{read.folder}, service);
    read.market = nlohmann::json::object();
    if (own_speed->count() != 0) {
        read.market["speed"] = speed;
    }
    if (own_seed->count() != 0) {
        read.market["seed"] = seed;
    }
    if (own_data->count() != 0) {
        read.market["data"] = data;
    }
    if (ends) {
        read.market["loop"] = false;
    }
    if (!read.has_fix) {
        read.gateways = {"SIM"};
    }
    if (is_second_wanted) {
        read.gateways.emplace_back("SIM2");
    }
    return read;
}

client_flags read_client_flags(int argc, char** argv) {
    client_flags read;
    strategy_setting strategy;
    std::vector<std::string> parameters;
    std::map<std::string, std::string> server;
    CLI::App flags{"Trades at the gateways of a run_server, as if they were its own."};
    flags.add_flag("--headless", read.headless, "no window; Ctrl-C ends it");
    add_server_flags(flags, server);
    flags.add_option("--folder", read.folder, "where settings are kept; ~/.trader by default");
    flags.add_flag("--save", read.save, saving);
    flags.add_option("--name", read.name, "of the strategy")->capture_default_str();
    const auto* own_class =
        flags.add_option("--strategy", strategy.class_name, "the strategy's class")
            ->capture_default_str();
    const auto* own_gateway =
        flags.add_option("--gateway", strategy.gateway_name, "where the strategy trades")
            ->capture_default_str();
    const auto* own_symbol =
        flags.add_option("--symbol", strategy.vt_symbol, "what it trades")->capture_default_str();
    const auto* own_limit =
        flags.add_option("--limit", strategy.position_limit, "of its position, long or short")
            ->capture_default_str();
    const auto* own_rate =
        flags.add_option("--rate", strategy.orders_per_minute, "orders in a minute at most")
            ->capture_default_str();
    flags.add_option("--set", parameters, "a parameter of its class, as --set fast_days=3");
    flags.add_flag("--watch", read.watch_only, "count and check, and trade nothing");
    flags.add_option("--summary", read.summary,
                     "write what is known to this file, at the end and at each SIGUSR1");
    parse(flags, argc, argv);

    read.server = nlohmann::json::object();
    for (const auto& [name, value] : server) {
        if (!value.empty()) {
            read.server[name] = value;
        }
    }
    const auto all = get_fields(strategy, strategy_setting::fields);
    read.strategy = nlohmann::json::object();
    for (const auto& [option, name] :
         {std::pair{own_class, "class_name"}, std::pair{own_gateway, "gateway_name"},
          std::pair{own_symbol, "vt_symbol"}, std::pair{own_limit, "position_limit"},
          std::pair{own_rate, "orders_per_minute"}}) {
        if (option->count() != 0) {
            read.strategy[name] = all.at(name);
        }
    }
    for (const auto& each : parameters) {
        read.strategy["setting"].update(parameter(each));
    }
    return read;
}

}  // namespace trader
