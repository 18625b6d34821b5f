// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "file_line.hpp"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace trader::ui {

QWidget* with_file_button(QLineEdit& line) {
    auto* both = new QWidget(line.parentWidget());
    auto* layout = new QHBoxLayout(both);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(&line, 1);
    auto* button = new QPushButton("...", both);
    button->setObjectName(line.objectName() + "_button");
    button->setToolTip("Choose a file");
    button->setMaximumWidth(36);
    layout->addWidget(button);
    QObject::connect(button, &QPushButton::clicked, &line, [&line] {
        auto* dialog = new QFileDialog(&line, "Choose a file", line.text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        QObject::connect(dialog, &QFileDialog::fileSelected, &line, &QLineEdit::setText);
        dialog->open();
    });
    return both;
}

}  // namespace trader::ui
