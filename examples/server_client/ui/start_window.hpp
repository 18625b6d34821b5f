// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_START_WINDOW_HPP
#define TRADER_START_WINDOW_HPP

#include "../station.hpp"

#include <QWidget>

#include <filesystem>
#include <functional>
#include <vector>

class QBoxLayout;
class QCheckBox;
class QLabel;
class QLineEdit;

namespace trader::ui {

/// Asks which gateways and applications are wanted, and where settings are kept.
class start_window : public QWidget {
public:
    struct selection {
        std::filesystem::path folder;
        std::vector<std::function<void(main_engine&)>> added;
    };

    explicit start_window(const station& setup);

    /// Called when the user starts; if it throws, the window says why and stays.
    std::function<void(const selection&)> on_start;

private:
    struct line {
        QCheckBox* box;
        std::function<void(main_engine&)> add;
    };

    void add_group(QBoxLayout& layout, const QString& title, const std::vector<choice>& choices);
    void add_folder(QBoxLayout& layout, const std::filesystem::path& folder);
    void start();

    std::vector<line> lines_;
    QLineEdit* folder_;
    QLabel* error_;
};

}  // namespace trader::ui

#endif  // TRADER_START_WINDOW_HPP
