// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "setting_form.hpp"

#include "../trader/setting.hpp"
#include "file_line.hpp"
#include "text.hpp"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

#include <algorithm>
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

void setting_form::show(const nlohmann::json& defaults, const nlohmann::json& shown) {
    lines_.clear();
    while (layout_.rowCount() > 0) {
        layout_.removeRow(0);
    }
    for (const auto& [name, value] : defaults.items()) {
        const auto label = to_text(name) + " <" + type_name(value) + ">";
        lines_.emplace_back(name, add_line(label, name, shown.value(name, value)));
    }
}

nlohmann::json setting_form::read() const {
    auto setting = nlohmann::json::object();
    for (const auto& [name, read_one] : lines_) {
        setting[name] = read_one();
    }
    return setting;
}

setting_form::reader setting_form::add_line(const QString& label, const std::string& name,
                                            const nlohmann::json& value) {
    auto* title = new QLabel(label);
    title->setTextFormat(Qt::PlainText);
    if (value.is_boolean()) {
        auto* box = new QCheckBox;
        box->setObjectName(prefix_ + to_text(name));
        box->setChecked(value.get<bool>());
        layout_.addRow(title, box);
        return [box] { return nlohmann::json(box->isChecked()); };
    }
    auto* line = new QLineEdit(line_text(value));
    line->setObjectName(prefix_ + to_text(name));
    line->setEchoMode(is_secret(name) ? QLineEdit::Password : QLineEdit::Normal);
    line->setCursorPosition(0);
    layout_.addRow(title, is_file(name) ? with_file_button(*line) : line);
    return [name, line, value] { return read_line(name, line->text(), value); };
}

}  // namespace trader::ui
