// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "strategy_engine.hpp"

#include "../trader/order_throttle.hpp"

#include <chrono>
#include <set>
#include <stdexcept>
#include <utility>

namespace trader {

struct strategy_engine::running {
    explicit running(const ma_cross_setting& setting)
        : rule(setting), throttle(setting.orders_per_minute, std::chrono::minutes(1)) {}

    bool is_of(const std::string& gateway, const std::string& vt_symbol) const {
        return rule.setting().gateway_name == gateway && rule.setting().vt_symbol() == vt_symbol;
    }

    /// The position that there will be if all open orders are filled.
    double expected() const {
        double sum = state.position;
        for (const auto& [id, order] : active) {
            const double rest = order.volume - order.traded;
            sum += order.direction == direction::SHORT ? -rest : rest;
        }
        return sum;
    }

    ma_cross_strategy rule;
    order_throttle throttle;
    strategy_state state;
    bool has_history = false;
    std::set<std::string> own;                 // Ids of all orders.
    std::map<std::string, order_data> active;  // Those that are open.
};

strategy_engine::strategy_engine(main_engine& main, event_engine& events)
    : base_engine(main, events, std::string(strategy_app::app_name)) {
    handlers_ = {events.on<tick_data>([this](const auto& data) { on_tick(data); }),
                 events.on<order_data>([this](const auto& data) { on_order(data); }),
                 events.on<trade_data>([this](const auto& data) { on_trade(data); }),
                 events.on<gateway_data>([this](const auto& data) { on_gateway(data); }),
                 events.on<reset_data>([this](const auto& data) { on_reset(data); })};
}

strategy_engine::~strategy_engine() {
    close();
}

void strategy_engine::close() {
    for (const auto id : std::exchange(handlers_, {})) {
        events().unregister(id);
    }
}

void strategy_engine::add_strategy(const std::string& name, const ma_cross_setting& setting) {
    auto made = std::make_unique<running>(setting);
    made->state = {.name = name, .setting = setting, .text = "stopped"};
    const std::lock_guard lock(mutex_);
    if (name.empty() || !strategies_.try_emplace(name, std::move(made)).second) {
        throw std::invalid_argument("a strategy needs a name of its own, not '" + name + "'");
    }
}

strategy_engine::running& strategy_engine::find(const std::string& name) const {
    const auto found = strategies_.find(name);
    if (found == strategies_.end()) {
        throw std::invalid_argument("there is no strategy '" + name + "'");
    }
    return *found->second;
}

void strategy_engine::start_strategy(const std::string& name) {
    ma_cross_setting setting;
    {
        const std::lock_guard lock(mutex_);
        auto& started = find(name);
        started.state.is_trading = true;
        setting = started.rule.setting();
        const std::string id = setting.gateway_name + "." + setting.vt_symbol();
        started.state.text = main().get_contract(id) ? "waits for prices"
                                                     : "waits: " + setting.gateway_name +
                                                           " has no " + setting.vt_symbol();
    }
    main().subscribe({setting.symbol, setting.exchange}, setting.gateway_name);
    load_history(name);
}

void strategy_engine::stop_strategy(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto& stopped = find(name);
    stopped.state.is_trading = false;
    stopped.state.text = "stopped";
    cancel_all(stopped);
}

void strategy_engine::remove_strategy(const std::string& name) {
    stop_strategy(name);
    const std::lock_guard lock(mutex_);
    strategies_.erase(name);
}

std::vector<strategy_engine::strategy_state> strategy_engine::get_all_strategies() const {
    const std::lock_guard lock(mutex_);
    std::vector<strategy_state> all;
    for (const auto& [name, each] : strategies_) {
        all.push_back(each->state);
    }
    return all;
}

void strategy_engine::load_history(const std::string& name) {
    ma_cross_setting setting;
    {
        const std::lock_guard lock(mutex_);
        setting = find(name).rule.setting();
    }
    main().query_history(
        {.symbol = setting.symbol, .exchange = setting.exchange, .interval = interval::DAILY},
        setting.gateway_name,
        // Carried to the events' thread: there it can find that this engine is gone.
        [this, name, &source = events()](std::vector<bar_data> bars, const std::string& error) {
            source.post([this, name, bars = std::move(bars), error] {
                const std::lock_guard lock(mutex_);
                const auto found = strategies_.find(name);
                if (handlers_.empty() || found == strategies_.end()) {
                    return;
                }
                auto& loaded = *found->second;
                if (!error.empty()) {
                    loaded.state.text = "no history: " + error;
                    return;
                }
                loaded.rule.clear();
                for (const auto& bar : bars) {
                    loaded.rule.on_bar(bar);
                }
                loaded.has_history = true;
            });
        });
}

void strategy_engine::on_gateway(const gateway_data& state) {
    std::vector<std::string> waiting;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, each] : strategies_) {
            if (!reset_data{state.gateway_name}.covers(each->rule.setting().gateway_name)) {
                continue;
            }
            if (state.state == gateway_state::CONNECTED && each->state.is_trading) {
                waiting.push_back(name);
            } else if (each->state.is_trading) {
                each->state.text = "waits: " + std::string(name_of(state.state));
                each->has_history = false;
            }
        }
    }
    for (const auto& name : waiting) {
        load_history(name);
    }
}

void strategy_engine::on_reset(const reset_data& reset) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (reset.covers(each->rule.setting().gateway_name)) {
            // The exchange knows nothing of what was: neither do we.
            each->own.clear();
            each->active.clear();
            each->rule.clear();
            each->state.position = 0;
        }
    }
}

void strategy_engine::on_order(const order_data& order) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (!each->own.contains(order.id())) {
            continue;
        }
        if (order.is_active()) {
            each->active[order.id()] = order;
        } else {
            each->active.erase(order.id());
        }
        if (order.status == status::REJECTED) {
            ++each->state.rejected;
            each->state.text = "rejected: " + order.reason;
        }
    }
}

void strategy_engine::on_trade(const trade_data& trade) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (each->own.contains(trade.vt_orderid())) {
            each->state.position += trade.signed_volume();
            ++each->state.trades;
        }
    }
}

void strategy_engine::on_tick(const tick_data& tick) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (each->is_of(tick.gateway_name, tick.vt_symbol())) {
            each->rule.on_tick(tick);
            if (each->state.is_trading && each->has_history) {
                trade(*each, tick);
            }
        }
    }
}

void strategy_engine::trade(running& each, const tick_data& tick) {
    if (!each.active.empty()) {
        // The market has moved since: what is open is asked for again at the new price.
        cancel_all(each);
        return;
    }
    const auto wanted = each.rule.next_order(each.expected(), tick);
    if (!wanted || wanted->price <= 0) {
        each.state.text = wanted ? "waits for a price" : "holds";
        return;
    }
    if (!each.throttle.admit(1, std::chrono::steady_clock::now())) {
        each.state.text = "waits: " + std::to_string(each.rule.setting().orders_per_minute) +
                          " orders in a minute";
        return;
    }
    auto request = *wanted;
    request.reference = each.state.name;
    const auto id = main().send_order(request, each.rule.setting().gateway_name);
    each.own.insert(id);
    each.active[id] =
        request.create_order_data(id.substr(id.rfind('.') + 1), each.rule.setting().gateway_name);
    ++each.state.orders;
    each.state.text = "trades";
}

void strategy_engine::cancel_all(running& each) {
    for (const auto& [id, order] : each.active) {
        main().cancel_order(order.create_cancel_request(), order.gateway_name);
    }
}

}  // namespace trader
