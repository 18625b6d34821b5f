// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "strategy_engine.hpp"

#include "../trader/order_throttle.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <exception>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

namespace trader {

namespace {

constexpr auto setting_file = "cta_strategy_setting";
constexpr auto data_file = "cta_strategy_data";
constexpr auto position_name = "pos";

/// `SPX.CBOE` in its two parts.
std::pair<std::string, exchange> split_symbol(const std::string& vt_symbol) {
    const auto dot = vt_symbol.rfind('.');
    for (const auto& [value, name] : exchange_names) {
        if (dot != std::string::npos && dot > 0 && name == vt_symbol.substr(dot + 1)) {
            return {vt_symbol.substr(0, dot), value};
        }
    }
    throw std::invalid_argument("'" + vt_symbol + "' is not a symbol like SPX.CBOE");
}

/// The nearest price that a contract has.
double rounded(double price, const contract_data& contract) {
    if (!(contract.pricetick > 0) || !std::isfinite(price)) {
        return price;
    }
    const double steps = std::round(price / contract.pricetick);
    // 271306 / 100 is 2713.06, which 271306 * 0.01 need not be.
    const double per_point = std::round(1 / contract.pricetick);
    return std::abs(per_point * contract.pricetick - 1) < 1e-9 ? steps / per_point
                                                               : steps * contract.pricetick;
}

std::string amount_text(double amount) {
    return nlohmann::json(amount).dump();
}

}  // namespace

struct strategy_engine::running final : strategy_host {
    // How far it is. Lost connections lead back to `waiting`.
    enum class stage { stopped, waiting, loading, trading };
    struct bars_wanted {
        std::size_t count;
        interval length;
    };

    running(strategy_engine& its_engine, const strategy_class& its_class, std::string name,
            const strategy_setting& setting)
        : engine(its_engine),
          kind(its_class),
          throttle(setting.orders_per_minute, std::chrono::minutes(1)) {
        std::tie(symbol, where) = split_symbol(setting.vt_symbol);
        state.name = std::move(name);
        state.setting = setting;
        state.setting.setting = with_defaults(kind.parameters, setting.setting);
        state.text = "stopped";
    }

    std::string send_order(order_request request) override {
        const auto& limits = state.setting;
        if (reached != stage::trading) {
            return {};
        }
        if (!(request.price > 0)) {
            state.text = "waits for a price";
            return {};
        }
        if (room(request.direction) < request.volume) {
            state.text = "waits: position limit of " + amount_text(limits.position_limit);
            return {};
        }
        if (!throttle.admit(1, std::chrono::steady_clock::now())) {
            state.text =
                "waits: " + std::to_string(limits.orders_per_minute) + " orders in a minute";
            return {};
        }
        if (const auto contract = engine.main().get_contract(contract_id())) {
            request.price = rounded(request.price, *contract);
        }
        request.symbol = symbol;
        request.exchange = where;
        request.reference = state.name;
        const auto id = engine.main().send_order(request, limits.gateway_name);
        own.insert(id);
        active[id] = request.create_order_data(id.substr(id.rfind('.') + 1), limits.gateway_name);
        ++state.orders;
        state.text = "trades";
        return id;
    }

    void cancel_order(const std::string& vt_orderid) override {
        if (const auto found = active.find(vt_orderid); found != active.end()) {
            const auto& order = found->second;
            engine.main().cancel_order(order.create_cancel_request(), order.gateway_name);
        }
    }
    void cancel_all() override {
        for (const auto& [id, order] : active) {
            engine.main().cancel_order(order.create_cancel_request(), order.gateway_name);
        }
    }
    bool has_open_orders() const override { return !active.empty(); }
    double position() const override { return state.position; }
    double position_limit() const override { return state.setting.position_limit; }
    void load_bar(std::size_t count, interval length) override { wanted = {count, length}; }
    void write_log(std::string msg) override {
        engine.main().write_log(state.name + ": " + msg, std::string(strategy_app::app_name));
    }

    /// How much more may be bought or sold: within the limit, should all that is open be filled.
    double room(direction side) const {
        double taken = side == direction::LONG ? state.position : -state.position;
        for (const auto& [id, order] : active) {
            taken += order.direction == side ? order.volume - order.traded : 0;
        }
        return state.setting.position_limit - taken;
    }

    bool is_of(const std::string& gateway, const std::string& vt_symbol) const {
        return state.setting.gateway_name == gateway && state.setting.vt_symbol == vt_symbol;
    }
    std::string contract_id() const {
        return state.setting.gateway_name + "." + state.setting.vt_symbol;
    }
    subscribe_request subscription() const { return {symbol, where}; }

    /// Makes the strategy anew, with variables that it had.
    void renew(const nlohmann::json& variables) {
        ++number;
        is_begun = false;
        wanted.reset();
        auto made = kind.make();
        made->attach(*this);
        kind.set_parameters(*made, state.setting.setting);
        made->on_init();
        kind.set_variables(*made, variables);
        strategy = std::move(made);
    }

    /// Nothing of what was holds any more.
    void forget() {
        own.clear();
        active.clear();
        state.position = 0;
        is_changed = true;
        renew(nlohmann::json::object());
    }

    nlohmann::json data() const {
        auto all = kind.get_variables(*strategy);
        all[position_name] = state.position;
        return all;
    }

    strategy_engine& engine;
    const strategy_class& kind;
    order_throttle throttle;
    strategy_state state;
    std::string symbol;
    exchange where = exchange::LOCAL;
    std::unique_ptr<cta_template> strategy;
    std::size_t number = 0;  // Of the object: history that was asked for by another is not for it.
    std::optional<bars_wanted> wanted;
    stage reached = stage::stopped;
    bool is_begun = false;  // The object has had its on_start.
    bool has_tick = false;
    bool is_kept = true;
    bool is_changed = false;                   // And not saved yet.
    std::set<std::string> own;                 // Ids of all orders.
    std::map<std::string, order_data> active;  // Those that are open.
};

strategy_engine::strategy_engine(main_engine& main, event_engine& events)
    : base_engine(main, events, std::string(strategy_app::app_name)) {
    handlers_ = {events.on<tick_data>([this](const auto& data) { on_tick(data); }),
                 events.on<order_data>([this](const auto& data) { on_order(data); }),
                 events.on<trade_data>([this](const auto& data) { on_trade(data); }),
                 events.on<contract_data>([this](const auto& data) { on_contract(data); }),
                 events.on<gateway_data>([this](const auto& data) { on_gateway(data); }),
                 events.on<reset_data>([this](const auto& data) { on_reset(data); }),
                 events.register_handler(std::string(EVENT_TIMER), [this](const event&) {
                     const std::lock_guard lock(mutex_);
                     save_data();
                 })};
}

strategy_engine::~strategy_engine() {
    close();
}

void strategy_engine::close() {
    std::vector<event_engine::handler_id> handlers;
    {
        const std::lock_guard lock(mutex_);
        handlers = std::exchange(handlers_, {});
        for (const auto& [name, each] : strategies_) {
            stop(*each);
        }
    }
    // Waits for a handler that runs, which may want the mutex.
    for (const auto id : handlers) {
        events().unregister(id);
    }
    const std::lock_guard lock(mutex_);
    save_data();
}

// --- classes and strategies ----------------------------------------------------------------------

void strategy_engine::keep(strategy_class added) {
    const std::lock_guard lock(mutex_);
    const auto name = added.name;
    if (const auto [place, is_new] = classes_.try_emplace(name, std::move(added)); is_new) {
        restore(place->second);
    }
}

void strategy_engine::restore(const strategy_class& of) {
    try {
        const auto data = main().settings().load(data_file);
        const auto all = main().settings().load(setting_file);
        for (const auto& [name, saved] : all.items()) {
            if (saved.is_object() && saved.value("class_name", nlohmann::json()) == of.name) {
                restore(of, name, {saved, data.value(name, nlohmann::json::object())});
            }
        }
    } catch (const std::exception& failure) {
        log(failure.what(), log_data::error);
    }
}

void strategy_engine::restore(const strategy_class& of, const std::string& name,
                              const saved_strategy& saved) {
    const auto file = main().settings().file_of(setting_file);
    const auto use = [&](const nlohmann::json& defaults, const nlohmann::json& values) {
        auto read = read_saved(defaults, values, file);
        for (const auto* sentences : {&read.wrong, &read.unknown}) {
            for (const auto& each : *sentences) {
                log("strategy '" + name + "': " + each, log_data::warning);
            }
        }
        return std::move(read.values);
    };
    try {
        strategy_setting setting;
        set_fields(setting, strategy_setting::fields,
                   use(get_fields(setting, strategy_setting::fields), saved.setting));
        setting.setting = use(of.parameters, setting.setting);
        auto made = make(name, setting);
        auto variables = of.get_variables(*made->strategy);
        auto known = saved.data;
        made->state.position = known.value(position_name, 0.0);
        known.erase(position_name);
        of.set_variables(*made->strategy, read_saved(variables, known, file).values);
        strategies_.try_emplace(name, std::move(made));
    } catch (const std::exception& failure) {
        log(file.string() + ": strategy '" + name + "': " + failure.what(), log_data::error);
    }
}

std::vector<std::string> strategy_engine::get_all_class_names() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, each] : classes_) {
        names.push_back(name);
    }
    return names;
}

nlohmann::json strategy_engine::get_class_parameters(const std::string& class_name) const {
    const std::lock_guard lock(mutex_);
    return find_class(class_name).parameters;
}

const strategy_class& strategy_engine::find_class(const std::string& name) const {
    if (const auto found = classes_.find(name); found != classes_.end()) {
        return found->second;
    }
    std::string known;
    for (const auto& [each, ignored] : classes_) {
        known += (known.empty() ? "" : ", ") + each;
    }
    throw std::invalid_argument("there is no class '" + name + "', only: " + known);
}

strategy_engine::running& strategy_engine::find(const std::string& name) const {
    const auto found = strategies_.find(name);
    if (found == strategies_.end()) {
        throw std::invalid_argument("there is no strategy '" + name + "'");
    }
    return *found->second;
}

std::unique_ptr<strategy_engine::running> strategy_engine::make(const std::string& name,
                                                                const strategy_setting& setting) {
    const auto& kind = find_class(setting.class_name);
    if (!(setting.position_limit > 0)) {
        throw std::invalid_argument("position_limit must be positive");
    }
    auto made = std::make_unique<running>(*this, kind, name, setting);
    made->renew(nlohmann::json::object());
    return made;
}

void strategy_engine::add_strategy(const std::string& name, const nlohmann::json& setting,
                                   scope lasts) {
    const std::lock_guard lock(mutex_);
    if (name.empty() || strategies_.contains(name)) {
        throw std::invalid_argument("a strategy needs a name of its own, not '" + name + "'");
    }
    strategy_setting wanted;
    set_fields(wanted, strategy_setting::fields, setting);
    auto made = make(name, wanted);
    made->is_kept = lasts == scope::kept;
    made->is_changed = true;
    save_setting(*made);
    strategies_[name] = std::move(made);
    save_data();
}

void strategy_engine::edit_strategy(const std::string& name, const nlohmann::json& setting,
                                    scope lasts) {
    const std::lock_guard lock(mutex_);
    auto& old = find(name);
    if (old.reached != running::stage::stopped) {
        throw std::invalid_argument("'" + name + "' trades; stop it first");
    }
    auto wanted = old.state.setting;
    set_fields(wanted, strategy_setting::fields, setting);
    if (wanted.class_name != old.state.setting.class_name) {
        throw std::invalid_argument("'" + name + "' is of the class " +
                                    old.state.setting.class_name);
    }
    auto parameters = old.state.setting.setting;
    parameters.update(wanted.setting);
    wanted.setting = parameters;
    auto made = make(name, wanted);
    made->kind.set_variables(*made->strategy, old.kind.get_variables(*old.strategy));
    made->state.position = old.state.position;
    made->own = std::move(old.own);
    made->active = std::move(old.active);
    made->is_kept = lasts == scope::kept;
    made->is_changed = true;
    save_setting(*made);
    strategies_[name] = std::move(made);
}

bool strategy_engine::has_strategy(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    return strategies_.contains(name);
}

void strategy_engine::start_strategy(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto& started = find(name);
    if (started.reached != running::stage::stopped) {
        return;
    }
    main().subscribe(started.subscription(), started.state.setting.gateway_name);
    started.reached = running::stage::waiting;
    started.is_begun = false;
    begin(started);
}

void strategy_engine::stop_strategy(const std::string& name) {
    const std::lock_guard lock(mutex_);
    stop(find(name));
    save_data();
}

void strategy_engine::remove_strategy(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto& removed = find(name);
    stop(removed);
    if (removed.is_kept) {
        main().settings().save(setting_file, {{name, nullptr}});
        main().settings().save(data_file, {{name, nullptr}});
    }
    strategies_.erase(name);
}

std::vector<strategy_engine::strategy_state> strategy_engine::get_all_strategies() const {
    const std::lock_guard lock(mutex_);
    std::vector<strategy_state> all;
    for (const auto& [name, each] : strategies_) {
        all.push_back(each->state);
        all.back().is_trading = each->reached != running::stage::stopped;
        all.back().variables = each->kind.get_variables(*each->strategy);
    }
    return all;
}

// --- from start to stop --------------------------------------------------------------------------

std::string strategy_engine::why_it_waits(const running& each) const {
    const auto& gateway = each.state.setting.gateway_name;
    const auto own_name = gateway.substr(0, gateway.find('.'));
    const auto state = main().get_gateway_state(own_name);
    if (state && state->state != gateway_state::CONNECTED) {
        return "waits: " + own_name + " is " + std::string(name_of(state->state));
    }
    if (main().get_contract(each.contract_id())) {
        return {};
    }
    return "waits: " + (state ? gateway + " has no " + each.state.setting.vt_symbol
                              : own_name + " is not connected");
}

void strategy_engine::begin(running& each) {
    if (each.reached != running::stage::waiting) {
        return;
    }
    if (auto why = why_it_waits(each); !why.empty()) {
        if (why != each.state.text) {
            log("strategy '" + each.state.name + "' " + why, log_data::info);
        }
        each.state.text = std::move(why);
        return;
    }
    const bool goes_on = each.is_begun && !each.wanted;
    if (!goes_on && !call(each, "on_init",
                          [&](cta_template& was) { each.renew(each.kind.get_variables(was)); })) {
        return;
    }
    if (each.wanted) {
        load_history(each);
    } else {
        begin_to_trade(each);
    }
}

void strategy_engine::begin_to_trade(running& each) {
    each.reached = running::stage::trading;
    each.has_tick = false;
    each.state.text = "waits for prices";
    if (!std::exchange(each.is_begun, true)) {
        call(each, "on_start", [](cta_template& of) { of.on_start(); });
    }
}

void strategy_engine::load_history(running& each) {
    each.reached = running::stage::loading;
    each.state.text = "loads history";
    main().query_history(
        {.symbol = each.symbol, .exchange = each.where, .interval = each.wanted->length},
        each.state.setting.gateway_name,
        // Carried to the events' thread: there it can find that this engine is gone.
        [this, name = each.state.name, number = each.number, &source = events()](
            std::vector<bar_data> bars, const std::string& error) {
            source.post([this, name, number, bars = std::move(bars), error] {
                const std::lock_guard lock(mutex_);
                const auto found = strategies_.find(name);
                if (!handlers_.empty() && found != strategies_.end() &&
                    found->second->number == number) {
                    take_history(*found->second, bars, error);
                }
            });
        });
}

void strategy_engine::take_history(running& each, const std::vector<bar_data>& bars,
                                   const std::string& error) {
    if (each.reached != running::stage::loading) {
        return;
    }
    if (!error.empty()) {
        log("strategy '" + each.state.name + "' starts without history: " + error,
            log_data::warning);
    }
    const auto unwanted = bars.size() - (std::min)(bars.size(), each.wanted->count);
    const bool is_taken = call(each, "on_bar", [&](cta_template& of) {
        for (auto bar = bars.begin() + static_cast<std::ptrdiff_t>(unwanted); bar != bars.end();
             ++bar) {
            of.on_bar(*bar);
        }
    });
    if (is_taken) {
        begin_to_trade(each);
    }
}

void strategy_engine::stop(running& each) {
    if (each.is_begun && each.reached != running::stage::stopped) {
        call(each, "on_stop", [](cta_template& of) { of.on_stop(); });
    }
    end(each, "stopped");
}

void strategy_engine::end(running& each, std::string text) {
    if (each.reached == running::stage::stopped) {
        return;
    }
    each.reached = running::stage::stopped;
    each.is_changed = true;
    each.state.text = std::move(text);
    each.cancel_all();
    main().unsubscribe(each.subscription(), each.state.setting.gateway_name);
}

bool strategy_engine::call(running& each, std::string_view function,
                           const std::function<void(cta_template&)>& work) {
    std::string text = "failed in " + std::string(function) + ": ";
    try {
        work(*each.strategy);
        return true;
    } catch (const std::exception& failure) {
        text += failure.what();
    } catch (...) {
        text += "something that is no std::exception";
    }
    log("strategy '" + each.state.name + "' " + text, log_data::error);
    end(each, text);
    return false;
}

// --- events --------------------------------------------------------------------------------------

void strategy_engine::on_tick(const tick_data& tick) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (each->reached == running::stage::trading &&
            each->is_of(tick.gateway_name, tick.vt_symbol())) {
            if (!std::exchange(each->has_tick, true)) {
                each->state.text = "watches";
            }
            call(*each, "on_tick", [&](cta_template& of) { of.on_tick(tick); });
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
        call(*each, "on_order", [&](cta_template& of) { of.on_order(order); });
    }
}

void strategy_engine::on_trade(const trade_data& trade) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (each->own.contains(trade.vt_orderid())) {
            each->state.position += trade.signed_volume();
            ++each->state.trades;
            each->is_changed = true;
            call(*each, "on_trade", [&](cta_template& of) { of.on_trade(trade); });
        }
    }
}

void strategy_engine::on_contract(const contract_data& contract) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (each->is_of(contract.gateway_name, contract.vt_symbol())) {
            begin(*each);
        }
    }
}

void strategy_engine::on_gateway(const gateway_data& state) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (each->reached == running::stage::stopped ||
            !reset_data{state.gateway_name}.covers(each->state.setting.gateway_name)) {
            continue;
        }
        if (state.state != gateway_state::CONNECTED) {
            each->reached = running::stage::waiting;
        }
        begin(*each);
    }
}

void strategy_engine::on_reset(const reset_data& reset) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, each] : strategies_) {
        if (!reset.covers(each->state.setting.gateway_name)) {
            continue;
        }
        // The exchange knows nothing of what was: neither do we.
        if (each->reached != running::stage::stopped) {
            each->reached = running::stage::waiting;
        }
        call(*each, "on_init", [&](cta_template&) { each->forget(); });
    }
}

// --- files ---------------------------------------------------------------------------------------

void strategy_engine::save_setting(const running& each) {
    if (each.is_kept) {
        main().settings().save(
            setting_file,
            {{each.state.name, get_fields(each.state.setting, strategy_setting::fields)}});
    }
}

void strategy_engine::save_data() {
    auto changed = nlohmann::json::object();
    for (const auto& [name, each] : strategies_) {
        if (std::exchange(each->is_changed, false) && each->is_kept) {
            changed[name] = each->data();
        }
    }
    try {
        if (!changed.empty()) {
            main().settings().save(data_file, changed);
        }
    } catch (const std::exception& failure) {
        log(failure.what(), log_data::error);
    }
}

void strategy_engine::log(std::string msg, int level) const {
    main().write_log(std::move(msg), std::string(strategy_app::app_name), level);
}

}  // namespace trader
