// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_STRATEGY_ENGINE_HPP
#define TRADER_STRATEGY_ENGINE_HPP

#include "../trader/main_engine.hpp"
#include "cta_template.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace trader {

/// What is said of a strategy when it is added, as in `cta_strategy_setting.json`.
struct strategy_setting {
    std::string class_name = "MaCross";
    std::string gateway_name = "RPC.SIM";
    std::string vt_symbol = "SPX.CBOE";
    double position_limit = 6;  ///< Long or short, open orders counted.
    int orders_per_minute = 60;
    nlohmann::json setting = nlohmann::json::object();  ///< The parameters of its class.

    static constexpr std::tuple fields{
        field{"class_name", &strategy_setting::class_name},
        field{"gateway_name", &strategy_setting::gateway_name},
        field{"vt_symbol", &strategy_setting::vt_symbol},
        field{"position_limit", &strategy_setting::position_limit},
        field{"orders_per_minute", &strategy_setting::orders_per_minute},
        field{"setting", &strategy_setting::setting}};
};

/// What the engine knows of a class of strategies.
struct strategy_class {
    std::string name;
    nlohmann::json parameters;  ///< With their defaults.
    std::function<std::unique_ptr<cta_template>()> make;
    std::function<void(cta_template&, const nlohmann::json&)> set_parameters;
    std::function<nlohmann::json(const cta_template&)> get_variables;
    std::function<void(cta_template&, const nlohmann::json&)> set_variables;
};

/// The engine of the strategy application: holds strategies by name, gives them ticks, orders and
/// trades on the event engine's thread, and sends their orders within their limits.
///
/// Strategies and their settings are kept in `cta_strategy_setting.json`, positions and variables
/// in `cta_strategy_data.json`, within a second of a trade and when one is stopped. Those of a
/// class come back, stopped, when the class is added.
///
/// @par Thread safety
/// All functions may be called from any thread.
class strategy_engine : public base_engine {
public:
    /// Whether a strategy is kept beyond this run.
    enum class scope { kept, this_run };

    /// What a window or a summary shows of a strategy.
    struct strategy_state {
        std::string name;
        strategy_setting setting;  ///< With all parameters of the class.
        nlohmann::json variables;
        bool is_trading = false;
        std::string text;  ///< What it does or waits for.
        double position = 0;
        std::size_t orders = 0;
        std::size_t trades = 0;
        std::size_t rejected = 0;
    };

    strategy_engine(main_engine& main, event_engine& events);
    ~strategy_engine() override;

    /// Adds a class; its strategies that were kept are there again, stopped. What of them cannot be
    /// used is logged, and stays in the file.
    template <cta_strategy Strategy>
    void add_class() {
        keep(strategy_class{
            .name = std::string(Strategy::class_name),
            .parameters = get_fields(Strategy(), Strategy::parameters),
            .make = [] { return std::make_unique<Strategy>(); },
            .set_parameters =
                [](cta_template& of, const nlohmann::json& given) {
                    set_fields(static_cast<Strategy&>(of), Strategy::parameters, given);
                },
            .get_variables =
                [](const cta_template& of) {
                    return get_fields(static_cast<const Strategy&>(of), Strategy::variables);
                },
            .set_variables =
                [](cta_template& of, const nlohmann::json& given) {
                    set_fields(static_cast<Strategy&>(of), Strategy::variables, given);
                }});
    }

    std::vector<std::string> get_all_class_names() const;
    /// The parameters of a class with their defaults.
    nlohmann::json get_class_parameters(const std::string& class_name) const;

    /// Adds a strategy, stopped.
    /// @param setting  What differs from the defaults of `strategy_setting`.
    /// @throws std::invalid_argument  If the name is in use or a setting cannot be used.
    void add_strategy(const std::string& name, const nlohmann::json& setting,
                      scope lasts = scope::kept);
    /// Changes a strategy that is stopped; it keeps its position.
    /// @param setting  What differs from what it has; its class stays.
    /// @throws std::invalid_argument  As above, or if it trades.
    void edit_strategy(const std::string& name, const nlohmann::json& setting,
                       scope lasts = scope::kept);
    bool has_strategy(const std::string& name) const;
    /// Subscribes, loads bars if it wants them, and trades from then on. If that has to wait for
    /// its gateway, its text says so.
    /// @throws std::invalid_argument  If there is no such strategy or gateway.
    void start_strategy(const std::string& name);
    /// Cancels its orders and trades no more; it keeps its position.
    void stop_strategy(const std::string& name);
    void remove_strategy(const std::string& name);
    std::vector<strategy_state> get_all_strategies() const;

    /// Stops all strategies, and saves.
    void close() override;

private:
    struct running;

    /// What two files say of a strategy.
    struct saved_strategy {
        nlohmann::json setting;
        nlohmann::json data;
    };

    void keep(strategy_class added);
    void restore(const strategy_class& of);
    void restore(const strategy_class& of, const std::string& name, const saved_strategy& saved);
    const strategy_class& find_class(const std::string& name) const;
    running& find(const std::string& name) const;
    std::unique_ptr<running> make(const std::string& name, const strategy_setting& setting);

    std::string why_it_waits(const running& each) const;
    void begin(running& each);
    void load_history(running& each);
    void take_history(running& each, const std::vector<bar_data>& bars, const std::string& error);
    void begin_to_trade(running& each);
    void stop(running& each);
    void end(running& each, std::string text);
    bool call(running& each, std::string_view function,
              const std::function<void(cta_template&)>& work);

    void on_tick(const tick_data& tick);
    void on_order(const order_data& order);
    void on_trade(const trade_data& trade);
    void on_contract(const contract_data& contract);
    void on_gateway(const gateway_data& state);
    void on_reset(const reset_data& reset);

    void save_setting(const running& each);
    void save_data();
    void log(std::string msg, int level) const;

    mutable std::mutex mutex_;  // Guards what follows, and strategies while they are called.
    std::map<std::string, strategy_class> classes_;
    std::map<std::string, std::unique_ptr<running>> strategies_;
    std::vector<event_engine::handler_id> handlers_;
};

/// For `main_engine::add_app`.
struct strategy_app {
    static constexpr std::string_view app_name = "CtaStrategy";
    static constexpr std::string_view display_name = "CTA strategy";
    using engine_type = strategy_engine;
};

}  // namespace trader

#endif  // TRADER_STRATEGY_ENGINE_HPP
