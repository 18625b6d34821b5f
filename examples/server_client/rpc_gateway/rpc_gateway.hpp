// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_RPC_GATEWAY_HPP
#define TRADER_RPC_GATEWAY_HPP

#include "../trader/base_gateway.hpp"
#include "../trader/order_ids.hpp"
#include "origin_name.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace trader {

namespace remote {
class server_link;
}

/// The gateways of another process, which runs the RPC service: looks like any other gateway, and
/// needs no account. On the same machine `connect({})` is all.
///
/// A gateway that is called SIM there is called RPC.SIM here (RPC being this gateway's name), with
/// its own orders, positions, accounts and contracts. Requests name it; those that name only RPC go
/// to the one gateway that has the symbol, and are refused if there are several.
///
/// `CONNECTED` is told when everything that the server knows has been told. A lost connection is
/// made again by itself; then everything that changed meanwhile is told, and subscriptions hold.
/// After a restart of the server an `EVENT_RESET` comes first.
class rpc_gateway : public base_gateway {
public:
    static constexpr std::string_view default_name = "RPC";

    using function_handler = std::function<void(nlohmann::json result, std::string error)>;

    explicit rpc_gateway(event_engine& events, std::string name = std::string(default_name));
    ~rpc_gateway() override;

    /// `address`: where the service is. `token`: what it wants to see. `logs`: whether the lines of
    /// its log are told here. For `tls://` addresses, files: `authority`, of the service's
    /// certificate, if it is not one that the system knows; `certificate` and `key`, for services
    /// that want one.
    nlohmann::json default_setting() const override;
    std::vector<exchange> exchanges() const override;

    /// While it is not connected it may be called again, with other settings; subscriptions are
    /// then to be made anew.
    void connect(const nlohmann::json& setting) override;
    void close() override;

    void subscribe(const subscribe_request& request, const std::string& gateway) override;
    void unsubscribe(const subscribe_request& request, const std::string& gateway) override;
    /// The order has its id at once. It is rejected at once while there is no connection: an order
    /// never waits for one. If the connection is lost on the way, its fate is told as soon as there
    /// is one again.
    std::string send_order(const order_request& request, const std::string& gateway) override;
    void cancel_order(const cancel_request& request, const std::string& gateway) override;
    std::string send_quote(const quote_request& request, const std::string& gateway) override;
    void cancel_quote(const cancel_request& request, const std::string& gateway) override;
    void query_account() override;
    void query_position() override;
    void query_history(const history_request& request, const std::string& gateway,
                       history_handler handler) override;

    /// Calls a function that the user of the service added.
    /// @param handler  Called once, on any thread.
    void call_function(const std::string& name, const nlohmann::json& argument,
                       function_handler handler);

    gateway_state state() const;
    /// What the service lets this client do, as it said at the last connect.
    bool may_trade() const override;

private:
    struct connection;

    /// Where a request goes, or why it cannot.
    struct route {
        std::string origin;
        std::string problem;
    };

    /// Runs `work` on the link's thread. @return False, and does not, if there is no link.
    bool with_link(std::function<void(remote::server_link&)> work);
    route route_of(const std::string& gateway, const std::string& vt_symbol) const;
    /// Tells an order or a quote that cannot be sent as rejected. @return Its id.
    template <class Data>
    std::string send(Data made, route found, std::function<void(remote::server_link&)> work);
    std::string not_connected() const { return gateway_name() + " is not connected"; }
    template <class Request>
    bool warn_of(const route& found, const Request& request);
    std::unique_ptr<connection> make_connection(const nlohmann::json& wanted);
    void tell(event happened);
    void set_state(gateway_state state, std::string text);

    const remote::origin_name names_;
    order_ids ids_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::unique_ptr<connection> connection_;
    gateway_state state_ = gateway_state::DISCONNECTED;
    bool has_told_ = false;
    bool may_trade_ = true;
    std::map<std::string, std::set<std::string>> origins_;  // Of each vt_symbol.
};

}  // namespace trader

#endif  // TRADER_RPC_GATEWAY_HPP
