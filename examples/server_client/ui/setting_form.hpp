// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SETTING_FORM_HPP
#define TRADER_SETTING_FORM_HPP

#include <QString>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

class QFormLayout;

namespace trader::ui {

/// Lines for settings, each of the kind that its value has.
class setting_form {
public:
    /// @param layout  Where the lines stand, and nothing else.
    /// @param prefix  Of the lines' names as Qt objects.
    setting_form(QFormLayout& layout, QString prefix)
        : layout_(layout), prefix_(std::move(prefix)) {}

    /// Shows other settings: one line for each.
    /// @param defaults  The kind of each.
    /// @param shown     What the lines begin with, where it has it.
    void show(const nlohmann::json& defaults, const nlohmann::json& shown);

    /// What the lines say.
    /// @throws std::invalid_argument  If one is of another kind; the text names it.
    nlohmann::json read() const;

private:
    using reader = std::function<nlohmann::json()>;

    reader add_line(const QString& label, const std::string& name, const nlohmann::json& value);

    QFormLayout& layout_;
    const QString prefix_;
    std::vector<std::pair<std::string, reader>> lines_;
};

/// A value as it stands in a line: texts without quotes, lists of texts with commas.
QString line_text(const nlohmann::json& value);

}  // namespace trader::ui

#endif  // TRADER_SETTING_FORM_HPP
