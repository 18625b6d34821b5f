// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_CONTRACT_WINDOW_HPP
#define TRADER_CONTRACT_WINDOW_HPP

#include "../trader/main_engine.hpp"
#include "event_bridge.hpp"
#include "table_model.hpp"

#include <QWidget>

#include <functional>

class QLineEdit;

namespace trader::ui {

class monitor;

/// All contracts that can be traded; what is typed must stand in the symbol, the name or the
/// gateway. A double click picks one.
class contract_window : public QWidget {
public:
    contract_window(main_engine& main, event_bridge& bridge, QWidget* parent = nullptr);

    std::function<void(const contract_data&)> on_pick;

private:
    void refresh();

    main_engine& main_;
    QLineEdit* wanted_;
    monitor* table_;
    table_model<contract_data>* rows_;
};

}  // namespace trader::ui

#endif  // TRADER_CONTRACT_WINDOW_HPP
