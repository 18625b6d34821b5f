// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "contract_window.hpp"

#include "data_columns.hpp"
#include "monitor.hpp"
#include "text.hpp"

#include <QLineEdit>
#include <QVBoxLayout>

namespace trader::ui {

namespace {

constexpr std::size_t most_contracts = 100'000;

bool is_wanted(const contract_data& contract, const QString& text) {
    return to_text(contract.vt_symbol()).contains(text, Qt::CaseInsensitive) ||
           to_text(contract.name).contains(text, Qt::CaseInsensitive) ||
           to_text(contract.gateway_name).contains(text, Qt::CaseInsensitive);
}

}  // namespace

contract_window::contract_window(main_engine& main, event_bridge& bridge, QWidget* parent)
    : QWidget(parent, Qt::Window),
      main_(main),
      wanted_(new QLineEdit(this)),
      table_(new monitor("contracts", this)),
      rows_(new table_model<contract_data>(
          contract_columns(), [](const contract_data& contract) { return contract.id(); },
          most_contracts, table_)) {
    setObjectName("contract_window");
    setWindowTitle("Contracts");
    resize(760, 420);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->addWidget(wanted_);
    layout->addWidget(table_, 1);
    wanted_->setObjectName("contract_search");
    wanted_->setPlaceholderText("part of a symbol, a name or a gateway");
    wanted_->setClearButtonEnabled(true);
    table_->show_model(*rows_);
    table_->setToolTip("A double click picks the symbol");
    connect(wanted_, &QLineEdit::textChanged, this, [this] { refresh(); });
    connect(table_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (on_pick) {
            on_pick(rows_->at(table_->source_row(index)));
        }
    });
    bridge.on<contract_data>(this, [this](const contract_data& contract) {
        if (is_wanted(contract, wanted_->text().trimmed())) {
            rows_->update(contract);
        }
    });
    bridge.on<reset_data>(this, [this](const reset_data&) { refresh(); });
    refresh();
}

void contract_window::refresh() {
    std::vector<contract_data> found;
    for (const auto& each : main_.get_all_contracts()) {
        if (is_wanted(each, wanted_->text().trimmed())) {
            found.push_back(each);
        }
    }
    rows_->replace(found);
}

}  // namespace trader::ui
