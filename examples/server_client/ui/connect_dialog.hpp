// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_CONNECT_DIALOG_HPP
#define TRADER_CONNECT_DIALOG_HPP

#include "../trader/main_engine.hpp"
#include "setting_form.hpp"

#include <QDialog>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>

class QLabel;

namespace trader::ui {

/// Asks for the settings of a gateway, one line for each, and connects it. Lines begin with what
/// it was last connected with; what is changed is saved. What goes wrong is told in the dialog,
/// which then stays.
class connect_dialog : public QDialog {
public:
    connect_dialog(main_engine& main, std::string gateway, QWidget* parent);

private:
    nlohmann::json last_setting();
    void save_changes(const nlohmann::json& setting);
    void connect_gateway();
    void show_error(const QString& text);

    main_engine& main_;
    const std::string gateway_;
    nlohmann::json shown_;  // What the lines began with.
    std::optional<setting_form> form_;
    QLabel* error_;
};

}  // namespace trader::ui

#endif  // TRADER_CONNECT_DIALOG_HPP
