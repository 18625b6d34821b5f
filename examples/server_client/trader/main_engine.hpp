// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MAIN_ENGINE_HPP
#define TRADER_MAIN_ENGINE_HPP

#include "base_engine.hpp"
#include "base_gateway.hpp"
#include "event_engine.hpp"
#include "oms_engine.hpp"
#include "setting.hpp"

#include <nlohmann/json.hpp>

#include <concepts>
#include <cstddef>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trader {

/// An application that can be added: how it is called, and its engine.
template <class App>
concept app = requires {
    { App::app_name } -> std::convertible_to<std::string_view>;
    { App::display_name } -> std::convertible_to<std::string_view>;
    requires std::derived_from<typename App::engine_type, base_engine>;
};

struct app_info {
    std::string app_name;
    std::string display_name;
};

/// Owns gateways and applications and is what everybody talks to: requests go through it to the
/// gateway that is named, and what is known can be asked of it.
///
/// Requests name a gateway as objects do in their `gateway_name`: `SIM`, or `RPC.SIM` for the one
/// called SIM behind the gateway called RPC.
///
/// @par Thread safety
/// All functions may be called from any thread; gateways and applications are added and `close` is
/// called by one. None blocks for an answer of a gateway.
class main_engine : public oms_engine {
public:
    /// @param events  Started here.
    /// @param folder  Where settings are kept; empty for the default of `setting_folder`.
    explicit main_engine(event_engine& events, std::filesystem::path folder = {});
    ~main_engine();

    /// Adds a gateway. Its name must be new and without a dot.
    /// @throws std::invalid_argument  If it is not.
    template <std::derived_from<base_gateway> Gateway>
    Gateway& add_gateway(std::string name = std::string(Gateway::default_name)) {
        auto made = std::make_unique<Gateway>(events_, std::move(name));
        auto& result = *made;
        keep(std::move(made));
        return result;
    }

    /// Adds an application, or finds it if it is there. Gives its engine.
    template <app App>
    typename App::engine_type& add_app() {
        using engine = typename App::engine_type;
        if (auto* known = get_engine(App::app_name)) {
            return dynamic_cast<engine&>(*known);
        }
        auto made = std::make_unique<engine>(*this, events_);
        auto& result = *made;
        keep(std::move(made), {std::string(App::app_name), std::string(App::display_name)});
        return result;
    }

    /// The gateway of a name, or before the name's first dot.
    /// @throws std::invalid_argument  If there is none; the text lists those that are there.
    base_gateway& get_gateway(const std::string& name) const;
    /// The engine of an application; none if it was not added.
    base_engine* get_engine(std::string_view name) const;

    /// The gateways, and those behind them as far as contracts are known of them.
    std::vector<std::string> get_all_gateway_names() const;
    /// Those of them that have something to trade; all, as long as none has.
    std::vector<std::string> get_trading_gateway_names() const;
    /// Whether what came through a gateway may still be right: it is connected, and so are those
    /// that are nearer, as `RPC` is to `RPC.SIM`.
    bool is_live(const std::string& gateway) const;
    /// Whether a gateway takes orders from here; false, too, where there is no such gateway.
    bool may_trade(const std::string& gateway) const;
    std::vector<app_info> get_all_apps() const;
    /// The exchanges of all gateways, each once.
    std::vector<exchange> get_all_exchanges() const;
    nlohmann::json get_default_setting(const std::string& gateway) const;
    /// What a gateway was last connected with: its defaults, with what was saved, with what this
    /// program connected it with.
    /// @throws std::runtime_error  If what was saved cannot be used; the text names the file, the
    ///                             place or member, and what it takes.
    nlohmann::json get_last_setting(const std::string& gateway) const;
    /// The same, with defaults for what cannot be used.
    /// @param problems  Is given a sentence for each of these, and for members that are not known.
    nlohmann::json get_last_setting(const std::string& gateway,
                                    std::vector<std::string>& problems) const;

    // Requests. Each throws std::invalid_argument if there is no such gateway.

    /// Connects a gateway with these settings, and the defaults for what is missing; nothing is
    /// saved.
    /// @param setting  An object, or null for none.
    void connect(const nlohmann::json& setting, const std::string& gateway);
    /// Connects a gateway with its last settings.
    /// @param instead  What holds for this run, whatever they say.
    /// @throws std::exception  If a setting cannot be used; the text names it, and the file if it
    ///                         was saved.
    void connect_as_saved(const nlohmann::json& instead, const std::string& gateway);
    /// Saves settings of a gateway; those that are not among them stay as they are.
    void save_setting(const nlohmann::json& setting, const std::string& gateway);
    /// Ticks come from then on, the newest at once if there is one. What is subscribed already is
    /// not told again to everybody here; `get_tick` has it.
    void subscribe(const subscribe_request& request, const std::string& gateway);
    /// Ends one `subscribe`; the gateway is told when the last one ends.
    void unsubscribe(const subscribe_request& request, const std::string& gateway);
    /// @return `vt_orderid`; what becomes of the order is told by events.
    std::string send_order(const order_request& request, const std::string& gateway);
    std::vector<std::string> send_orders(const std::vector<order_request>& requests,
                                         const std::string& gateway);
    void cancel_order(const cancel_request& request, const std::string& gateway);
    void cancel_orders(const std::vector<cancel_request>& requests, const std::string& gateway);
    /// @return `vt_quoteid`.
    std::string send_quote(const quote_request& request, const std::string& gateway);
    void cancel_quote(const cancel_request& request, const std::string& gateway);
    void query_account(const std::string& gateway);
    void query_position(const std::string& gateway);
    /// @param handler  Called once, on any thread.
    void query_history(const history_request& request, const std::string& gateway,
                       history_handler handler);
    /// The same for those who can wait; the future throws std::runtime_error.
    std::future<std::vector<bar_data>> query_history(const history_request& request,
                                                     const std::string& gateway);

    void write_log(std::string msg, std::string source = {}, int level = log_data::info);

    /// Ends the applications, then the gateways, then the event engine. Called by the destructor.
    void close();

    event_engine& events() const { return events_; }
    const setting_folder& settings() const { return settings_; }

private:
    void keep(std::unique_ptr<base_gateway> made);
    void keep(std::unique_ptr<base_engine> made, app_info info);
    nlohmann::json over(nlohmann::json setting, const base_gateway& gateway) const;

    event_engine& events_;
    setting_folder settings_;
    mutable std::mutex mutex_;  // Guards what follows.
    std::vector<std::unique_ptr<base_gateway>> gateways_;
    std::vector<std::unique_ptr<base_engine>> engines_;
    std::vector<app_info> apps_;
    std::map<std::pair<std::string, std::string>, std::size_t> subscriptions_;  // Gateway, symbol.
    std::map<std::string, nlohmann::json> connected_with_;                      // In this run.
};

}  // namespace trader

#endif  // TRADER_MAIN_ENGINE_HPP
