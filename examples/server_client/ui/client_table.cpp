// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "client_table.hpp"

#include "../trader/random_text.hpp"
#include "text.hpp"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <set>
#include <stdexcept>

namespace trader::ui {

namespace {

constexpr std::size_t token_size = 32;

enum client_column { name_column, token_column, trade_column, all_column, limit_column };

QTableWidgetItem* text_item(const std::string& text) {
    return new QTableWidgetItem(to_text(text));
}

QTableWidgetItem* box_item(bool is_checked) {
    auto* item = new QTableWidgetItem;
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(is_checked ? Qt::Checked : Qt::Unchecked);
    return item;
}

}  // namespace

client_table::client_table(QWidget* parent) : QWidget(parent), table_(new QTableWidget(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    table_->setObjectName("rpc_access");
    table_->setColumnCount(limit_column + 1);
    table_->setHorizontalHeaderLabels({"Name", "Token", "May trade", "Sees all", "Orders / s"});
    table_->setColumnWidth(name_column, 150);
    table_->setColumnWidth(token_column, 300);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAlternatingRowColors(true);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(23);
    table_->horizontalHeader()->setStretchLastSection(true);
    layout->addWidget(table_);
    auto* row = new QHBoxLayout;
    layout->addLayout(row);
    auto* add = new QPushButton("Add", this);
    add->setObjectName("rpc_add_client_button");
    auto* remove = new QPushButton("Remove", this);
    remove->setObjectName("rpc_remove_client_button");
    row->addWidget(add);
    row->addWidget(remove);
    auto* hint = new QLabel(
        "While nobody is listed, everybody on this machine may do everything. A client without a "
        "token shows a certificate with its name. Who does not see all sees its own orders and "
        "trades.",
        this);
    hint->setWordWrap(true);
    row->addWidget(hint, 1);
    connect(add, &QPushButton::clicked, this, [this] { add_client(); });
    connect(remove, &QPushButton::clicked, this, [this] { remove_clients(); });
}

void client_table::show_clients(const std::vector<rpc_service::client_access>& clients) {
    table_->setRowCount(0);
    for (const auto& each : clients) {
        add_row(each);
    }
}

void client_table::add_row(const rpc_service::client_access& client) {
    const int row = table_->rowCount();
    table_->insertRow(row);
    table_->setItem(row, name_column, text_item(client.name));
    table_->setItem(row, token_column, text_item(client.token));
    table_->setItem(row, trade_column, box_item(client.may_trade));
    table_->setItem(row, all_column, box_item(client.sees_all));
    table_->setItem(
        row, limit_column,
        text_item(client.orders_per_second == 0 ? std::string()
                                                : std::to_string(client.orders_per_second)));
    table_->item(row, limit_column)
        ->setToolTip("Empty: as many as the service lets everybody send");
}

void client_table::add_client() {
    std::set<QString> taken;
    for (int row = 0; row < table_->rowCount(); ++row) {
        taken.insert(cell(row, name_column));
    }
    int number = 1;
    while (taken.contains(QString("client%1").arg(number))) {
        ++number;
    }
    add_row({"client" + std::to_string(number), random_text(token_size)});
    table_->setCurrentCell(table_->rowCount() - 1, name_column);
}

void client_table::remove_clients() {
    for (int row = table_->rowCount() - 1; row >= 0; --row) {
        if (table_->selectionModel()->isRowSelected(row)) {
            table_->removeRow(row);
        }
    }
}

QString client_table::cell(int row, int column) const {
    return table_->item(row, column)->text().trimmed();
}

std::vector<rpc_service::client_access> client_table::clients() const {
    std::vector<rpc_service::client_access> read;
    for (int row = 0; row < table_->rowCount(); ++row) {
        const QString limit = cell(row, limit_column);
        bool is_number = limit.isEmpty();
        const int orders = is_number ? 0 : limit.toInt(&is_number);
        if (!is_number || orders < 0) {
            throw std::invalid_argument(
                "orders in a second of '" + cell(row, name_column).toStdString() +
                "' are a whole number or empty, not '" + limit.toStdString() + "'");
        }
        read.push_back({.name = cell(row, name_column).toStdString(),
                        .token = cell(row, token_column).toStdString(),
                        .may_trade = table_->item(row, trade_column)->checkState() == Qt::Checked,
                        .sees_all = table_->item(row, all_column)->checkState() == Qt::Checked,
                        .orders_per_second = orders});
    }
    return read;
}

}  // namespace trader::ui
