// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_RPC_SERVICE_WINDOW_HPP
#define TRADER_RPC_SERVICE_WINDOW_HPP

#include "../rpc_service/rpc_engine.hpp"
#include "event_bridge.hpp"
#include "table_model.hpp"

#include <QTimer>
#include <QWidget>

#include <vector>

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace trader::ui {

class client_table;

/// Starts and stops the RPC service, lets one say who may connect, and shows its clients and its
/// log. Follows the engine, so that
/// it is right whoever started it.
class rpc_service_window : public QWidget {
public:
    rpc_service_window(main_engine& main, event_bridge& bridge, QWidget* parent = nullptr);

private:
    QWidget* make_settings();
    void add_lines(QFormLayout& form);
    QWidget* make_clients();
    void make_certificates();
    void take_certificates();
    void start();
    void stop();
    rpc_service::service_setting wanted() const;
    void refresh();
    void show_error(const QString& text);
    void show_line(const log_data& line);

    rpc_service::rpc_engine& engine_;
    QTimer timer_;
    QLineEdit* addresses_;
    QLineEdit* certificate_;
    QLineEdit* key_;
    QLineEdit* client_authority_;
    QPushButton* make_;
    QCheckBox* autostart_;
    QCheckBox* cancel_;
    QPushButton* start_;
    QPushButton* stop_;
    QLabel* state_;
    QLabel* error_;
    QLabel* hint_;
    client_table* access_;
    std::vector<QWidget*> editors_;  // Of what is taken by the next start.
    QPlainTextEdit* log_;
    table_model<rpc::session_stats>* clients_ = nullptr;
};

}  // namespace trader::ui

#endif  // TRADER_RPC_SERVICE_WINDOW_HPP
