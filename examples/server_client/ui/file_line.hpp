// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FILE_LINE_HPP
#define TRADER_FILE_LINE_HPP

class QLineEdit;
class QWidget;

namespace trader::ui {

/// A line for the name of a file, beside a button that lets one choose it.
/// @return A widget of both.
QWidget* with_file_button(QLineEdit& line);

}  // namespace trader::ui

#endif  // TRADER_FILE_LINE_HPP
