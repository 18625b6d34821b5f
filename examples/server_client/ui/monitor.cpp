// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "monitor.hpp"

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QMenu>
#include <QMessageBox>
#include <QSaveFile>
#include <QStringList>

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

QString monitor::save_csv(const QString& path) const {
    const auto quoted = [](QString text) {
        return '"' + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + '"';
    };
    QStringList lines;
    for (int row = -1; row < sorted_.rowCount(); ++row) {
        QStringList cells;
        for (int section = 0; section < sorted_.columnCount(); ++section) {
            cells.append(quoted(row < 0 ? sorted_.headerData(section, Qt::Horizontal).toString()
                                        : sorted_.index(row, section).data().toString()));
        }
        lines.append(cells.join(','));
    }
    QSaveFile file(path);
    const QByteArray bytes = (lines.join("\r\n") + "\r\n").toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        return path + ": " + file.errorString();
    }
    return {};
}

void monitor::ask_and_save() {
    auto* dialog = new QFileDialog(this, "Save as CSV", {}, "CSV (*.csv)");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("csv");
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        if (const QString problem = save_csv(path); !problem.isEmpty()) {
            QMessageBox::warning(this, "Not saved", problem);
        }
    });
    dialog->open();
}

void monitor::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction("Fit columns", this, [this] { resizeColumnsToContents(); });
    menu->addAction("Save as CSV...", this, [this] { ask_and_save(); });
    menu->addActions(actions());
    menu->popup(event->globalPos());
}

}  // namespace trader::ui
