// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "monitor.hpp"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>

namespace trader::ui {

monitor::monitor(const QString& name, QWidget* parent) : QTableView(parent) {
    setObjectName(name);
    sorted_.setSortRole(Qt::UserRole);
    setModel(&sorted_);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    // Text keeps its colour where it is selected: it says long or short.
    auto colours = palette();
    colours.setColor(QPalette::HighlightedText, colours.color(QPalette::Text));
    setPalette(colours);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(21);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    horizontalHeader()->setStretchLastSection(true);
    setSortingEnabled(true);
}

std::vector<int> monitor::selected_rows() const {
    std::vector<int> found;
    for (const auto& index : selectionModel()->selectedRows()) {
        found.push_back(source_row(index));
    }
    return found;
}

void monitor::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction("Fit columns", this, [this] { resizeColumnsToContents(); });
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

}  // namespace trader::ui
