// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_RPC_SERVICE_WINDOW_HPP
#define TRADER_RPC_SERVICE_WINDOW_HPP

#include "../rpc_service/rpc_engine.hpp"
#include "event_bridge.hpp"
#include "table_model.hpp"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace trader::ui {

/// Starts and stops the RPC service, and shows its clients and its log. Follows the engine, so that
/// it is right whoever started it.
class rpc_service_window : public QWidget {
public:
    rpc_service_window(main_engine& main, event_bridge& bridge, QWidget* parent = nullptr);

private:
    QWidget* make_settings();
    QWidget* make_clients();
    void start();
    void stop();
    void refresh();
    void show_line(const log_data& line);

    rpc_service::rpc_engine& engine_;
    QTimer timer_;
    QLineEdit* addresses_;
    QCheckBox* autostart_;
    QCheckBox* cancel_;
    QPushButton* start_;
    QPushButton* stop_;
    QLabel* state_;
    QLabel* error_;
    QPlainTextEdit* log_;
    table_model<rpc::session_stats>* clients_ = nullptr;
};

}  // namespace trader::ui

#endif  // TRADER_RPC_SERVICE_WINDOW_HPP
