// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "connect_dialog.hpp"

#include "text.hpp"
#include "theme.hpp"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace trader::ui {

namespace {

QString type_name(const nlohmann::json& value) {
    switch (value.type()) {
        case nlohmann::json::value_t::string: return "str";
        case nlohmann::json::value_t::boolean: return "bool";
        case nlohmann::json::value_t::number_integer:
        case nlohmann::json::value_t::number_unsigned: return "int";
        case nlohmann::json::value_t::number_float: return "float";
        case nlohmann::json::value_t::array: return "list";
        default: return "json";
    }
}

bool is_list_of_words(const nlohmann::json& value) {
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), [](auto& each) { return each.is_string(); });
}

QString line_text(const nlohmann::json& value) {
    if (value.is_string()) {
        return to_text(value.get<std::string>());
    }
    if (!is_list_of_words(value)) {
        return to_text(value.dump());
    }
    QStringList words;
    for (const auto& each : value) {
        words.append(to_text(each.get<std::string>()));
    }
    return words.join(", ");
}

/// What a line means, as a value of the kind that `like` is.
nlohmann::json read_line(const std::string& name, const QString& line, const nlohmann::json& like) {
    std::string text = line.trimmed().toStdString();
    if (like.is_string()) {
        return text;
    }
    if (is_list_of_words(like)) {
        auto words = nlohmann::json::array();
        for (const QString& each : line.split(',', Qt::SkipEmptyParts)) {
            words.push_back(each.trimmed().toStdString());
        }
        return words;
    }
    auto value = nlohmann::json::parse(text, nullptr, false);
    // Whether 0.5 will do as well as 1 is for the gateway to say.
    const bool is_right = like.is_number() ? value.is_number() : value.type() == like.type();
    if (!is_right) {
        throw std::invalid_argument(name + ": '" + text + "' is no " +
                                    type_name(like).toStdString());
    }
    return like.is_number_float() ? nlohmann::json(value.get<double>()) : value;
}

}  // namespace

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
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(14);
    layout->addLayout(form);
    add_lines(*form);
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

void connect_dialog::add_lines(QFormLayout& form) {
    shown_ = last_setting();
    const auto defaults = main_.get_default_setting(gateway_);
    for (const auto& [name, value] : defaults.items()) {
        auto* label = new QLabel(to_text(name) + " <" + type_name(value) + ">", this);
        label->setTextFormat(Qt::PlainText);
        form.addRow(label, static_cast<QWidget*>(nullptr));
        lines_.emplace_back(name, add_line(form, name, shown_.value(name, value)));
    }
}

connect_dialog::reader connect_dialog::add_line(QFormLayout& form, const std::string& name,
                                                const nlohmann::json& value) {
    const int row = form.rowCount() - 1;
    if (value.is_boolean()) {
        auto* box = new QCheckBox(this);
        box->setObjectName("setting_" + to_text(name));
        box->setChecked(value.get<bool>());
        form.setWidget(row, QFormLayout::FieldRole, box);
        return [box] { return nlohmann::json(box->isChecked()); };
    }
    auto* line = new QLineEdit(line_text(value), this);
    line->setObjectName("setting_" + to_text(name));
    line->setEchoMode(is_secret(name) ? QLineEdit::Password : QLineEdit::Normal);
    line->setCursorPosition(0);
    form.setWidget(row, QFormLayout::FieldRole, line);
    return [name, line, value] { return read_line(name, line->text(), value); };
}

void connect_dialog::connect_gateway() {
    try {
        auto setting = nlohmann::json::object();
        for (const auto& [name, read] : lines_) {
            setting[name] = read();
        }
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
