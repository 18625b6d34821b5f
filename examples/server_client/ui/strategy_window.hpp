// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_STRATEGY_WINDOW_HPP
#define TRADER_STRATEGY_WINDOW_HPP

#include "../cta_strategy/strategy_engine.hpp"
#include "event_bridge.hpp"
#include "table_model.hpp"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <string>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace trader::ui {

class monitor;

/// Adds, starts, stops and removes strategies, and shows how they do.
class strategy_window : public QWidget {
public:
    strategy_window(main_engine& main, strategy_engine& engine, event_bridge& bridge,
                    QWidget* parent = nullptr);

private:
    using strategy_state = strategy_engine::strategy_state;

    QWidget* make_form();
    void add_lines(QFormLayout& form);
    QWidget* make_table();
    QWidget* make_buttons();
    void list_gateways();
    void add_strategy();
    void with_selected(const std::function<void(const std::string&)>& work);
    void attempt(const std::function<void()>& work);
    void refresh();

    main_engine& main_;
    strategy_engine& engine_;
    QTimer timer_;
    QLineEdit* name_;
    QComboBox* gateway_;
    QLineEdit* symbol_;
    QSpinBox* fast_;
    QSpinBox* slow_;
    QDoubleSpinBox* volume_;
    QDoubleSpinBox* limit_;
    QSpinBox* orders_;
    QLabel* error_;
    monitor* table_;
    table_model<strategy_state>* rows_ = nullptr;
};

}  // namespace trader::ui

#endif  // TRADER_STRATEGY_WINDOW_HPP
