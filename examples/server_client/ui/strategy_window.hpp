// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_STRATEGY_WINDOW_HPP
#define TRADER_STRATEGY_WINDOW_HPP

#include "../cta_strategy/strategy_engine.hpp"
#include "event_bridge.hpp"
#include "setting_form.hpp"
#include "table_model.hpp"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace trader::ui {

class monitor;

/// Adds, starts, stops and removes strategies, and shows how they do: all in one table, the
/// parameters and variables of the selected one in another. The form begins with what can trade.
class strategy_window : public QWidget {
public:
    strategy_window(main_engine& main, event_bridge& bridge, QWidget* parent = nullptr);

private:
    using strategy_state = strategy_engine::strategy_state;
    /// A parameter or a variable of the selected strategy.
    struct named_value {
        QString name;
        QString value;
        bool is_variable;
    };

    QWidget* make_form();
    void add_lines(QFormLayout& form);
    QWidget* make_tables();
    QWidget* make_buttons();
    void list_classes();
    void show_parameters();
    void list_gateways();
    void list_symbols();
    void add_strategy();
    void with_selected(const std::function<void(const std::string&)>& work);
    void attempt(const std::function<void()>& work);
    void refresh();
    std::vector<named_value> values_of_selected() const;

    main_engine& main_;
    strategy_engine& engine_;
    QTimer timer_;
    QLineEdit* name_;
    QComboBox* class_;
    QComboBox* gateway_;
    QComboBox* symbol_;
    QLabel* error_;
    monitor* table_;
    monitor* values_table_;
    std::optional<setting_form> common_;
    std::optional<setting_form> parameters_;
    table_model<strategy_state>* rows_ = nullptr;
    table_model<named_value>* values_ = nullptr;
};

}  // namespace trader::ui

#endif  // TRADER_STRATEGY_WINDOW_HPP
