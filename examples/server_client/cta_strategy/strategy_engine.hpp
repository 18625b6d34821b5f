// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_STRATEGY_ENGINE_HPP
#define TRADER_STRATEGY_ENGINE_HPP

#include "../trader/main_engine.hpp"
#include "ma_cross_strategy.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace trader {

/// The engine of the strategy application: holds strategies by name, gives them ticks, orders and
/// trades on the event engine's thread, and sends their orders.
///
/// @par Thread safety
/// All functions may be called from any thread.
class strategy_engine : public base_engine {
public:
    /// What a window or a summary shows of a strategy.
    struct strategy_state {
        std::string name;
        ma_cross_setting setting;
        bool is_trading = false;
        std::string text;  ///< What it does or waits for.
        double position = 0;
        std::size_t orders = 0;
        std::size_t trades = 0;
        std::size_t rejected = 0;
    };

    strategy_engine(main_engine& main, event_engine& events);
    ~strategy_engine() override;

    /// Adds a strategy, stopped.
    /// @throws std::invalid_argument  If the name is in use or a setting cannot be used.
    void add_strategy(const std::string& name, const ma_cross_setting& setting);
    /// Subscribes, loads history and trades from then on.
    void start_strategy(const std::string& name);
    /// Cancels its orders and trades no more; it keeps its position.
    void stop_strategy(const std::string& name);
    void remove_strategy(const std::string& name);
    std::vector<strategy_state> get_all_strategies() const;

    void close() override;

private:
    struct running;

    running& find(const std::string& name) const;
    void load_history(const std::string& name);
    void on_tick(const tick_data& tick);
    void on_order(const order_data& order);
    void on_trade(const trade_data& trade);
    void on_gateway(const gateway_data& state);
    void on_reset(const reset_data& reset);
    void trade(running& each, const tick_data& tick);
    void cancel_all(running& each);

    mutable std::mutex mutex_;  // Guards strategies_ and what they hold.
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
