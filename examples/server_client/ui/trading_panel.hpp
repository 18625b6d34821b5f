// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_TRADING_PANEL_HPP
#define TRADER_TRADING_PANEL_HPP

#include "../trader/main_engine.hpp"
#include "event_bridge.hpp"

#include <QWidget>

#include <functional>
#include <map>
#include <optional>
#include <string>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;

namespace trader::ui {

class book_view;

/// Where orders and quotes are typed and sent, with the book of the symbol.
class trading_panel : public QWidget {
public:
    trading_panel(main_engine& main, event_bridge& bridge, QWidget* parent = nullptr);

    /// Shows a symbol, and subscribes to it.
    void pick(const std::string& vt_symbol, const std::string& gateway);

    /// Fills in the order that closes a position, at the best price of the other side.
    void prepare_close(const position_data& position);

    /// Called when another symbol is shown.
    std::function<void(const contract_data&)> on_symbol;
    std::function<void()> on_cancel_all;

private:
    QWidget* make_order_tab();
    QWidget* make_quote_tab();
    QDoubleSpinBox* add_number(QFormLayout& form, const QString& title, const QString& name);
    QLabel* add_error(QWidget& parent, const QString& name);
    QComboBox* add_list(QFormLayout& form, const QString& title, const QString& name);
    void add_symbol_lines(QFormLayout& form);

    void take_contract(const contract_data& contract);
    void take_tick(const tick_data& tick);
    void take_order(const order_data& order);
    void take_quote(const quote_data& quote);
    void list_contracts_anew();
    void list_exchanges();
    void list_gateways();
    void propose_symbol();

    void apply_symbol();
    void show_contract(const contract_data& contract);
    std::optional<contract_data> find_contract(const std::string& symbol) const;
    void follow_market(const tick_data& tick);
    /// Greys the book while its gateway is not connected, and says since when.
    void show_age();
    /// Hides what trades where one may only look.
    void show_rights();
    void subscribe();
    void send_order();
    void send_quote();
    void clear_order();
    /// Does what may be refused, and shows why.
    void attempt(QLabel& error, const std::function<void()>& work);
    exchange chosen_exchange() const;
    std::string chosen_symbol() const;
    std::string chosen_gateway() const;

    main_engine& main_;
    std::map<std::string, contract_data> contracts_;
    std::string shown_;  // The id of the contract that is shown.
    std::string last_order_;
    std::string last_quote_;

    QTabWidget* tabs_;
    QComboBox* exchange_;
    QComboBox* symbol_;
    QLabel* name_;
    QComboBox* gateway_;
    QComboBox* direction_ = nullptr;
    QComboBox* offset_ = nullptr;
    QComboBox* type_ = nullptr;
    QDoubleSpinBox* volume_ = nullptr;
    QDoubleSpinBox* price_ = nullptr;
    QCheckBox* follows_ = nullptr;
    QPushButton* send_order_ = nullptr;
    QPushButton* cancel_all_ = nullptr;
    QPushButton* send_quote_ = nullptr;
    QLabel* order_error_ = nullptr;
    QComboBox* bid_offset_ = nullptr;
    QDoubleSpinBox* bid_price_ = nullptr;
    QDoubleSpinBox* bid_volume_ = nullptr;
    QComboBox* ask_offset_ = nullptr;
    QDoubleSpinBox* ask_price_ = nullptr;
    QDoubleSpinBox* ask_volume_ = nullptr;
    QLabel* quote_error_ = nullptr;
    book_view* book_;
    QLabel* age_;
    QLabel* rights_;
};

}  // namespace trader::ui

#endif  // TRADER_TRADING_PANEL_HPP
