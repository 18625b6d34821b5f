// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "start_window.hpp"

#include "text.hpp"
#include "theme.hpp"

#include <QCheckBox>
#include <QFileDialog>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <exception>

namespace trader::ui {

start_window::start_window(const station& setup)
    : folder_(new QLineEdit(this)), error_(new QLabel(this)) {
    setObjectName("start_window");
    setWindowTitle(to_text(setup.title()));
    setMinimumWidth(560);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(22, 20, 22, 20);
    layout->setSpacing(14);
    auto* title = new QLabel(to_text(setup.title()), this);
    title->setStyleSheet("font-size: 15pt; font-weight: bold;");
    layout->addWidget(title);
    auto* hint = new QLabel("Choose the gateways and applications to load.", this);
    hint->setStyleSheet("color: " + theme::muted.name());
    layout->addWidget(hint);
    add_group(*layout, "Gateways", setup.gateways());
    add_group(*layout, "Applications", setup.apps());
    add_folder(*layout, setup.folder());
    error_->setObjectName("start_error");
    error_->setWordWrap(true);
    error_->hide();
    theme::show_as_error(*error_);
    layout->addWidget(error_);
    auto* button = new QPushButton("Start", this);
    button->setObjectName("start_button");
    button->setProperty("primary", true);
    button->setMinimumHeight(38);
    layout->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this] { start(); });
}

void start_window::add_group(QBoxLayout& layout, const QString& title,
                             const std::vector<choice>& choices) {
    if (choices.empty()) {
        return;
    }
    auto* group = new QGroupBox(title, this);
    auto* grid = new QGridLayout(group);
    grid->setContentsMargins(14, 10, 14, 12);
    grid->setHorizontalSpacing(18);
    grid->setColumnMinimumWidth(0, 120);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const auto& each : choices) {
        auto* box = new QCheckBox(to_text(each.name), group);
        box->setObjectName("choose_" + to_text(each.app_name.empty() ? each.name : each.app_name));
        box->setChecked(each.is_ticked);
        auto* description = new QLabel(to_text(each.description), group);
        description->setStyleSheet("color: " + theme::muted.name() + "; font-weight: normal;");
        description->setWordWrap(true);
        grid->addWidget(box, row, 0);
        grid->addWidget(description, row++, 1);
        lines_.push_back({box, each.add});
    }
    layout.addWidget(group);
}

void start_window::add_folder(QBoxLayout& layout, const std::filesystem::path& folder) {
    auto* row = new QHBoxLayout;
    row->addWidget(new QLabel("Settings", this));
    folder_->setObjectName("folder_line");
    folder_->setText(to_text(setting_folder(folder).path().string()));
    folder_->setCursorPosition(0);
    row->addWidget(folder_, 1);
    auto* browse = new QPushButton("Browse", this);
    row->addWidget(browse);
    layout.addLayout(row);
    connect(browse, &QPushButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(this, "Folder of the settings", folder_->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        connect(dialog, &QFileDialog::fileSelected, folder_, &QLineEdit::setText);
        dialog->open();
    });
}

void start_window::start() {
    error_->hide();
    selection chosen{folder_->text().trimmed().toStdString(), {}};
    for (const line& each : lines_) {
        if (each.box->isChecked()) {
            chosen.added.push_back(each.add);
        }
    }
    try {
        on_start(chosen);
        close();
    } catch (const std::exception& failure) {
        error_->setText(failure.what());
        error_->show();
    }
}

}  // namespace trader::ui
