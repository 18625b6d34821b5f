// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "main_engine.hpp"

#include "clock.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace trader {

namespace {

std::string setting_name(const base_gateway& gateway) {
    return "connect_" + gateway.gateway_name();
}

}  // namespace

main_engine::main_engine(event_engine& events, std::filesystem::path folder)
    : oms_engine(events), events_(events), settings_(std::move(folder)) {
    events_.start();
}

main_engine::~main_engine() {
    close();
}

void main_engine::keep(std::unique_ptr<base_gateway> made) {
    const std::string& name = made->gateway_name();
    const std::lock_guard lock(mutex_);
    const bool is_known = std::ranges::any_of(
        gateways_, [&](const auto& each) { return each->gateway_name() == name; });
    if (is_known || name.empty() || name.find('.') != std::string::npos) {
        throw std::invalid_argument("a gateway needs a name of its own without a dot, not '" +
                                    name + "'");
    }
    gateways_.push_back(std::move(made));
}

void main_engine::keep(std::unique_ptr<base_engine> made, app_info info) {
    const std::lock_guard lock(mutex_);
    engines_.push_back(std::move(made));
    apps_.push_back(std::move(info));
}

base_gateway& main_engine::get_gateway(const std::string& name) const {
    const std::string own = name.substr(0, name.find('.'));
    const std::lock_guard lock(mutex_);
    std::string known;
    for (const auto& each : gateways_) {
        if (each->gateway_name() == own) {
            return *each;
        }
        known += (known.empty() ? "" : ", ") + each->gateway_name();
    }
    throw std::invalid_argument("there is no gateway '" + name + "', only: " + known);
}

base_engine* main_engine::get_engine(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    for (const auto& each : engines_) {
        if (each->engine_name() == name) {
            return each.get();
        }
    }
    return nullptr;
}

std::vector<std::string> main_engine::get_all_gateway_names() const {
    std::set<std::string> found;
    for (const auto& contract : get_all_contracts()) {
        found.insert(contract.gateway_name);
    }
    const std::lock_guard lock(mutex_);
    for (const auto& each : gateways_) {
        found.insert(each->gateway_name());
    }
    return {found.begin(), found.end()};
}

std::vector<std::string> main_engine::get_trading_gateway_names() const {
    std::set<std::string> found;
    for (const auto& contract : get_all_contracts()) {
        found.insert(contract.gateway_name);
    }
    return found.empty() ? get_all_gateway_names()
                         : std::vector<std::string>(found.begin(), found.end());
}

bool main_engine::is_live(const std::string& gateway) const {
    for (auto end = gateway.find('.');; end = gateway.find('.', end + 1)) {
        const auto known = get_gateway_state(gateway.substr(0, end));
        if (known && known->state != gateway_state::CONNECTED) {
            return false;
        }
        if (end == std::string::npos) {
            return true;
        }
    }
}

bool main_engine::may_trade(const std::string& gateway) const {
    const std::string own = gateway.substr(0, gateway.find('.'));
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(gateways_, [&](const auto& each) {
        return each->gateway_name() == own && each->may_trade();
    });
}

std::vector<app_info> main_engine::get_all_apps() const {
    const std::lock_guard lock(mutex_);
    return apps_;
}

std::vector<exchange> main_engine::get_all_exchanges() const {
    const std::lock_guard lock(mutex_);
    std::set<exchange> found;
    for (const auto& each : gateways_) {
        const auto own = each->exchanges();
        found.insert(own.begin(), own.end());
    }
    return {found.begin(), found.end()};
}

nlohmann::json main_engine::get_default_setting(const std::string& gateway) const {
    return get_gateway(gateway).default_setting();
}

nlohmann::json main_engine::get_last_setting(const std::string& gateway) const {
    const auto& found = get_gateway(gateway);
    auto read = read_saved(found.default_setting(), settings_.load(setting_name(found)),
                           settings_.file_of(setting_name(found)));
    if (!read.wrong.empty()) {
        throw std::runtime_error(read.wrong.front());
    }
    return over(std::move(read.values), found);
}

nlohmann::json main_engine::get_last_setting(const std::string& gateway,
                                             std::vector<std::string>& problems) const {
    const auto& found = get_gateway(gateway);
    saved_settings read{found.default_setting()};
    try {
        read = read_saved(read.values, settings_.load(setting_name(found)),
                          settings_.file_of(setting_name(found)));
    } catch (const std::runtime_error& unreadable) {
        read.wrong.emplace_back(unreadable.what());
    }
    for (auto* each : {&read.wrong, &read.unknown}) {
        problems.insert(problems.end(), each->begin(), each->end());
    }
    return over(std::move(read.values), found);
}

nlohmann::json main_engine::over(nlohmann::json setting, const base_gateway& gateway) const {
    const std::lock_guard lock(mutex_);
    if (const auto last = connected_with_.find(gateway.gateway_name());
        last != connected_with_.end()) {
        setting.update(last->second);
    }
    return setting;
}

void main_engine::connect(const nlohmann::json& setting, const std::string& gateway) {
    auto& found = get_gateway(gateway);
    const auto used = as_settings(setting);
    found.connect(used);
    const std::lock_guard lock(mutex_);
    connected_with_[found.gateway_name()] = used;
}

void main_engine::connect_as_saved(const nlohmann::json& instead, const std::string& gateway) {
    const auto& found = get_gateway(gateway);
    const auto name = setting_name(found);
    const auto file = settings_.file_of(name);
    const auto saved = settings_.load(name);
    for (const auto& each : read_saved(found.default_setting(), saved, file).unknown) {
        write_log(each + "; it is left as it is", found.gateway_name(), log_data::warning);
    }
    auto setting = get_last_setting(gateway);
    setting.update(as_settings(instead));
    try {
        connect(setting, gateway);
    } catch (const std::exception& failure) {
        const std::string why = failure.what();
        for (const auto& [member, value] : saved.items()) {
            if (!instead.contains(member) && why.starts_with("setting '" + member + "'")) {
                throw std::runtime_error(file.string() + ": " + why);
            }
        }
        throw;
    }
}

void main_engine::save_setting(const nlohmann::json& setting, const std::string& gateway) {
    const auto& found = get_gateway(gateway);
    settings_.save(setting_name(found), as_settings(setting));
}

void main_engine::subscribe(const subscribe_request& request, const std::string& gateway) {
    get_gateway(gateway).subscribe(request, gateway);
    const std::lock_guard lock(mutex_);
    ++subscriptions_[{gateway, request.vt_symbol()}];
}

void main_engine::unsubscribe(const subscribe_request& request, const std::string& gateway) {
    auto& found = get_gateway(gateway);
    {
        const std::lock_guard lock(mutex_);
        const auto known = subscriptions_.find({gateway, request.vt_symbol()});
        if (known != subscriptions_.end() && --known->second > 0) {
            return;
        }
        if (known != subscriptions_.end()) {
            subscriptions_.erase(known);
        }
    }
    found.unsubscribe(request, gateway);
}

std::string main_engine::send_order(const order_request& request, const std::string& gateway) {
    return get_gateway(gateway).send_order(request, gateway);
}

std::vector<std::string> main_engine::send_orders(const std::vector<order_request>& requests,
                                                  const std::string& gateway) {
    auto& found = get_gateway(gateway);
    std::vector<std::string> ids;
    for (const auto& each : requests) {
        ids.push_back(found.send_order(each, gateway));
    }
    return ids;
}

void main_engine::cancel_order(const cancel_request& request, const std::string& gateway) {
    get_gateway(gateway).cancel_order(request, gateway);
}

void main_engine::cancel_orders(const std::vector<cancel_request>& requests,
                                const std::string& gateway) {
    auto& found = get_gateway(gateway);
    for (const auto& each : requests) {
        found.cancel_order(each, gateway);
    }
}

std::string main_engine::send_quote(const quote_request& request, const std::string& gateway) {
    return get_gateway(gateway).send_quote(request, gateway);
}

void main_engine::cancel_quote(const cancel_request& request, const std::string& gateway) {
    get_gateway(gateway).cancel_quote(request, gateway);
}

void main_engine::query_account(const std::string& gateway) {
    get_gateway(gateway).query_account();
}

void main_engine::query_position(const std::string& gateway) {
    get_gateway(gateway).query_position();
}

void main_engine::query_history(const history_request& request, const std::string& gateway,
                                history_handler handler) {
    get_gateway(gateway).query_history(request, gateway, std::move(handler));
}

std::future<std::vector<bar_data>> main_engine::query_history(const history_request& request,
                                                              const std::string& gateway) {
    const auto promise = std::make_shared<std::promise<std::vector<bar_data>>>();
    query_history(
        request, gateway, [promise](std::vector<bar_data> bars, const std::string& error) {
            if (error.empty()) {
                promise->set_value(std::move(bars));
            } else {
                promise->set_exception(std::make_exception_ptr(std::runtime_error(error)));
            }
        });
    return promise->get_future();
}

void main_engine::write_log(std::string msg, std::string source, int level) {
    events_.put_data(log_data{
        .gateway_name = std::move(source), .msg = std::move(msg), .level = level, .time = now()});
}

void main_engine::close() {
    for (const auto& each : engines_) {
        each->close();
    }
    for (const auto& each : gateways_) {
        each->close();
    }
    events_.stop();
    // What is left refers to one another no longer.
    engines_.clear();
    gateways_.clear();
}

}  // namespace trader
