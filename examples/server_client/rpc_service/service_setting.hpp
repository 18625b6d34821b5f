// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SERVICE_SETTING_HPP
#define TRADER_SERVICE_SETTING_HPP

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace trader::rpc_service {

/// Someone who may connect: what to show, and what it allows.
struct client_access {
    std::string name;   ///< Stands in logs and in the list of clients; nobody else has it.
    std::string token;  ///< Kept secret by both. Empty: it shows a certificate with its name.
    bool may_trade = true;
    bool sees_all = true;       ///< Everybody's orders and trades, and the log.
    int orders_per_second = 0;  ///< 0 for the service's own limit.
};

/// What the service is started with. Kept in `rpc_service.json`.
struct service_setting {
    /// Where to listen. Addresses beyond this machine need `clients`.
    std::vector<std::string> listen{"tcp://127.0.0.1:2014"};
    std::string certificate;  ///< A file that `tls://` addresses need.
    std::string key;          ///< The file of its key.
    /// A file: who comes through `tls://` must have a certificate from there. Empty: nobody must.
    std::string client_authority;
    /// Empty: everybody on this machine may connect and trade.
    std::vector<client_access> clients;
    /// Whether an order is cancelled when the client that sent it is gone.
    bool cancel_on_disconnect = false;
    /// Orders, quotes and cancels that a client may send in a second; 0 for any number.
    int orders_per_second = 0;
    /// Whether the service starts when it is added.
    bool autostart = false;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(client_access, name, token, may_trade, sees_all,
                                                orders_per_second)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(service_setting, listen, certificate, key,
                                                client_authority, clients, cancel_on_disconnect,
                                                orders_per_second, autostart)

/// Reads what was saved; members that are missing have their defaults, unknown ones are passed
/// over.
/// @param file  Where it was saved.
/// @throws std::invalid_argument  If a member cannot be used; the text names the file, the member,
///                                what it takes and what was there.
service_setting read_service_setting(const nlohmann::json& saved,
                                     const std::filesystem::path& file);

/// Finds clients that cannot be told apart, or that nobody can be.
/// @throws std::invalid_argument  If there is one; the text names it.
void check_clients(const service_setting& wanted);

/// The clients with one of this name whose token is another one; the rest may come as before.
std::vector<client_access> with_token(std::vector<client_access> clients, const std::string& name,
                                      const std::string& token);

/// What is to be laid over what was saved when the service runs with `now` instead of `before`.
/// Members of clients that this program does not know are in it as they were.
nlohmann::json changed_members(const service_setting& before, const service_setting& now,
                               const nlohmann::json& saved);

}  // namespace trader::rpc_service

#endif  // TRADER_SERVICE_SETTING_HPP
