// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "connect_dialog.hpp"

#include "text.hpp"
#include "theme.hpp"

#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

#include <exception>
#include <stdexcept>

namespace trader::ui {

connect_dialog::connect_dialog(main_engine& main, std::string gateway, QWidget* parent)
    : QDialog(parent), main_(main), gateway_(std::move(gateway)), error_(new QLabel(this)) {
    setObjectName("connect_" + to_text(gateway_) + "_dialog");
    setWindowTitle("Connect " + to_text(gateway_));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(420);
    error_->setObjectName("connect_error");
    error_->setWordWrap(true);
    error_->hide();
    theme::show_as_error(*error_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    auto* lines = new QFormLayout;
    lines->setHorizontalSpacing(14);
    layout->addLayout(lines);
    shown_ = last_setting();
    form_.emplace(*lines, "setting_").show(main_.get_default_setting(gateway_), shown_);
    layout->addWidget(error_);
    auto* button = new QPushButton("Connect", this);
    button->setObjectName("connect_button");
    button->setProperty("primary", true);
    button->setDefault(true);
    layout->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this] { connect_gateway(); });
}

nlohmann::json connect_dialog::last_setting() {
    std::vector<std::string> problems;
    auto last = main_.get_last_setting(gateway_, problems);
    QStringList lines;
    for (const auto& each : problems) {
        lines.append(to_text(each));
    }
    if (!lines.empty()) {
        show_error(lines.join('\n'));
    }
    return last;
}

void connect_dialog::connect_gateway() {
    try {
        const auto setting = form_->read();
        main_.connect(setting, gateway_);
        save_changes(setting);
        accept();
    } catch (const std::exception& failure) {
        show_error(failure.what());
    }
}

void connect_dialog::save_changes(const nlohmann::json& setting) {
    try {
        main_.save_setting(changes(shown_, setting), gateway_);
    } catch (const std::exception& failure) {
        throw std::runtime_error(gateway_ +
                                 " connects, but its settings are not saved: " + failure.what());
    }
}

void connect_dialog::show_error(const QString& text) {
    error_->setText(text);
    error_->show();
    adjustSize();
}

}  // namespace trader::ui
