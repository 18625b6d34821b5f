// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MONITOR_HPP
#define TRADER_MONITOR_HPP

#include "table_model.hpp"

#include <QSortFilterProxyModel>
#include <QTableView>

#include <vector>

namespace trader::ui {

/// A table as all of them look: rows that are selected as a whole, sorted by a click on a title;
/// a third click on it brings back the order in which rows came.
class monitor : public QTableView {
public:
    explicit monitor(const QString& name, QWidget* parent = nullptr);

    /// Shows a model; called once, when the model has its columns.
    template <class Data>
    void show_model(table_model<Data>& model) {
        sorted_.setSourceModel(&model);
        int section = 0;
        for (const auto& each : model.columns()) {
            setColumnWidth(section++, each.width);
        }
    }

    /// The row of the model that a place in the table shows.
    int source_row(const QModelIndex& index) const { return sorted_.mapToSource(index).row(); }

    /// The rows of the model that are selected.
    std::vector<int> selected_rows() const;

    /// Writes titles and rows as they are shown, in CSV (RFC 4180) with UTF-8.
    /// @return Why it could not; empty if it could.
    QString save_csv(const QString& path) const;

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void ask_and_save();

    QSortFilterProxyModel sorted_;
};

}  // namespace trader::ui

#endif  // TRADER_MONITOR_HPP
