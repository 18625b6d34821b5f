// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_CLIENT_TABLE_HPP
#define TRADER_CLIENT_TABLE_HPP

#include "../rpc_service/service_setting.hpp"

#include <QWidget>

#include <vector>

class QPushButton;
class QTableWidget;

namespace trader::ui {

/// Who may connect to the RPC service, to be edited: one row for each.
class client_table : public QWidget {
public:
    explicit client_table(QWidget* parent = nullptr);

    void show_clients(const std::vector<rpc_service::client_access>& clients);

    /// What stands in the table.
    /// @throws std::invalid_argument  If a number is none.
    std::vector<rpc_service::client_access> clients() const;

private:
    void add_row(const rpc_service::client_access& client);
    void add_client();
    void remove_clients();
    QString cell(int row, int column) const;

    QTableWidget* table_;
};

}  // namespace trader::ui

#endif  // TRADER_CLIENT_TABLE_HPP
