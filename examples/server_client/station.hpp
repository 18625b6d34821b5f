// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_STATION_HPP
#define TRADER_STATION_HPP

#include "cta_strategy/strategy_engine.hpp"
#include "trader/main_engine.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

class QWidget;

namespace trader {

namespace ui {

class event_bridge;
class no_window;

}  // namespace ui

/// Makes the window of an application, for a program that has windows.
using window_maker = std::function<QWidget*(main_engine&, ui::event_bridge&, QWidget* parent)>;

/// A gateway or an application that a program offers. With windows it can be ticked at the start;
/// without, what is ticked here is used.
struct choice {
    std::string name;
    std::string description;
    bool is_ticked = true;
    std::function<void(main_engine&)> add{};  ///< Called if it is ticked; may throw.
    std::string app_name{};                   ///< Of an application.
    window_maker make_window{};               ///< Of an application that has one.
};

/// What a program consists of: a line for each gateway, application and strategy, in `main`.
class station {
public:
    /// @param folder  Of the settings; empty for the default.
    explicit station(std::string title, std::filesystem::path folder = {})
        : title_(std::move(title)), folder_(std::move(folder)) {}

    template <class Gateway>
    void add_gateway(const std::string& name, std::string description, bool is_ticked = true) {
        gateways_.push_back(
            {.name = name,
             .description = std::move(description),
             .is_ticked = is_ticked,
             .add = [name](main_engine& main) { main.add_gateway<Gateway>(name); }});
    }

    /// Adds an application.
    /// @tparam Window  A widget of Qt that is made with `(main_engine&, event_bridge&, QWidget*)`.
    ///                 It may be a class that is only declared, as where Qt is missing: then there
    ///                 is no window.
    template <app App, class Window = ui::no_window>
    void add_app(std::string description, bool is_ticked = true) {
        choice made{.name = std::string(App::display_name),
                    .description = std::move(description),
                    .is_ticked = is_ticked,
                    .add = [](main_engine& main) { main.add_app<App>(); },
                    .app_name = std::string(App::app_name)};
        if constexpr (requires { sizeof(Window); }) {
            made.make_window = [](main_engine& main, ui::event_bridge& bridge, QWidget* parent) {
                return new Window(main, bridge, parent);
            };
        }
        apps_.push_back(std::move(made));
    }

    /// Adds a class of strategies to the strategy application, where that is used.
    template <cta_strategy Strategy>
    void add_strategy() {
        strategies_.push_back([](strategy_engine& engine) { engine.add_class<Strategy>(); });
    }

    const std::string& title() const { return title_; }
    const std::filesystem::path& folder() const { return folder_; }
    const std::vector<choice>& gateways() const { return gateways_; }
    const std::vector<choice>& apps() const { return apps_; }

    /// Adds to a platform what is ticked.
    void fill(main_engine& main) const {
        for (const auto* choices : {&gateways_, &apps_}) {
            for (const auto& each : *choices) {
                if (each.is_ticked) {
                    each.add(main);
                }
            }
        }
        add_strategies(main);
    }

    /// Adds the classes of strategies, if the strategy application is there.
    void add_strategies(main_engine& main) const {
        if (main.get_engine(strategy_app::app_name) == nullptr) {
            return;
        }
        for (const auto& each : strategies_) {
            each(main.add_app<strategy_app>());
        }
    }

private:
    std::string title_;
    std::filesystem::path folder_;
    std::vector<choice> gateways_;
    std::vector<choice> apps_;
    std::vector<std::function<void(strategy_engine&)>> strategies_;
};

}  // namespace trader

#endif  // TRADER_STATION_HPP
