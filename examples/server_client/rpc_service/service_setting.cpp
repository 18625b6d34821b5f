// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "service_setting.hpp"

#include "../trader/setting.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>

namespace trader::rpc_service {

namespace {

/// One object of a file, member by member.
class members {
public:
    /// @param place  In front of the members' names: `clients[0].`.
    members(const nlohmann::json& all, const std::filesystem::path& file, std::string place = {})
        : all_(all), file_(file), place_(std::move(place)) {}

    void read(const char* name, std::string& into) const {
        if (const auto* value = find(name)) {
            require(value->is_string(), name, "a text", *value);
            into = value->get<std::string>();
        }
    }
    void read(const char* name, bool& into) const {
        if (const auto* value = find(name)) {
            require(value->is_boolean(), name, "true or false", *value);
            into = value->get<bool>();
        }
    }
    void read(const char* name, int& into) const {
        constexpr auto most = std::numeric_limits<int>::max();
        if (const auto* value = find(name)) {
            const bool is_fit = value->is_number_unsigned() && value->get<std::uint64_t>() <= most;
            require(is_fit, name, "a whole number from 0 to " + std::to_string(most), *value);
            into = value->get<int>();
        }
    }
    void read(const char* name, std::vector<std::string>& into) const {
        if (const auto* value = find(name)) {
            const bool is_fit = value->is_array() && std::ranges::all_of(*value, [](auto& each) {
                                    return each.is_string();
                                });
            require(is_fit, name, "a list of texts, as [\"tcp://127.0.0.1:2014\"]", *value);
            into = value->get<std::vector<std::string>>();
        }
    }
    void read(const char* name, std::vector<client_access>& into) const {
        const auto* value = find(name);
        if (value == nullptr) {
            return;
        }
        // What is wrong in here is not repeated: tokens stand in it.
        require(value->is_array(), name, "a list of objects, each with a name and a token",
                value->type_name());
        into.clear();
        for (std::size_t i = 0; i < value->size(); ++i) {
            const auto& each = value->at(i);
            const auto place = std::string(name) + "[" + std::to_string(i) + "]";
            require(each.is_object(), place, "an object with a name and a token", each.type_name());
            into.push_back(read_client({each, file_, place + "."}));
        }
    }

private:
    static client_access read_client(const members& from) {
        client_access read;
        from.read("name", read.name);
        from.read("token", read.token);
        from.read("may_trade", read.may_trade);
        from.read("sees_all", read.sees_all);
        from.read("orders_per_second", read.orders_per_second);
        return read;
    }

    const nlohmann::json* find(const char* name) const {
        const auto found = all_.find(name);
        return found == all_.end() ? nullptr : &*found;
    }

    void require(bool holds, const std::string& name, const std::string& takes,
                 const nlohmann::json& value) const {
        if (!holds) {
            throw std::invalid_argument(file_.string() + ": " +
                                        wrong_setting(place_ + name, takes, value));
        }
    }

    const nlohmann::json& all_;
    const std::filesystem::path& file_;
    const std::string place_;
};

}  // namespace

service_setting read_service_setting(const nlohmann::json& saved,
                                     const std::filesystem::path& file) {
    const members from{saved, file};
    service_setting read;
    from.read("listen", read.listen);
    from.read("certificate", read.certificate);
    from.read("key", read.key);
    from.read("client_authority", read.client_authority);
    from.read("clients", read.clients);
    from.read("cancel_on_disconnect", read.cancel_on_disconnect);
    from.read("orders_per_second", read.orders_per_second);
    from.read("autostart", read.autostart);
    return read;
}

void check_clients(const service_setting& wanted) {
    std::set<std::string> names;
    std::set<std::string> tokens;
    for (const auto& each : wanted.clients) {
        if (each.name.empty()) {
            throw std::invalid_argument("a client has no name");
        }
        if (!names.insert(each.name).second) {
            throw std::invalid_argument("two clients have the name '" + each.name + "'");
        }
        if (each.token.empty() && wanted.client_authority.empty()) {
            throw std::invalid_argument("client '" + each.name +
                                        "' has no token, which only a client authority allows: it "
                                        "shows a certificate with its name then");
        }
        if (!each.token.empty() && !tokens.insert(each.token).second) {
            throw std::invalid_argument("client '" + each.name + "' has the token of another");
        }
    }
}

std::vector<client_access> with_token(std::vector<client_access> clients, const std::string& name,
                                      const std::string& token) {
    const auto found = std::ranges::find(clients, name, &client_access::name);
    if (found != clients.end()) {
        found->token = token;
    } else {
        clients.push_back({name, token});
    }
    return clients;
}

nlohmann::json changed_members(const service_setting& before, const service_setting& now,
                               const nlohmann::json& saved) {
    auto changed = changes(before, now);
    if (const auto clients = changed.find("clients"); clients != changed.end()) {
        for (auto& client : *clients) {
            for (auto kept : saved.value("clients", nlohmann::json::array())) {
                if (kept.is_object() && kept.value("name", nlohmann::json()) == client["name"]) {
                    kept.update(client);
                    client = kept;
                }
            }
        }
    }
    return changed;
}

}  // namespace trader::rpc_service
