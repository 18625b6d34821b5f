// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "theme.hpp"

#include <QApplication>
#include <QFont>
#include <QPalette>
#include <QStyleFactory>
#include <QWidget>

namespace trader::ui::theme {

namespace {

constexpr auto style_sheet = R"(
QMenuBar { background: #ffffff; border-bottom: 1px solid #d5dbe3; padding: 2px; }
QMenuBar::item { padding: 4px 10px; background: transparent; }
QMenuBar::item:selected { background: #dfe9f4; border-radius: 3px; }
QMenu { background: #ffffff; border: 1px solid #c3ccd6; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 16px; }
QMenu::item:selected { background: #dfe9f4; color: #1f2933; }
QMenu::separator { height: 1px; background: #d5dbe3; margin: 4px 8px; }
QStatusBar { background: #ffffff; border-top: 1px solid #d5dbe3; }
QStatusBar::item { border: none; }
QDockWidget { font-weight: bold; color: #3b4754; }
QDockWidget::title { background: #e3e9f0; padding: 4px 8px; border: 1px solid #d5dbe3; }
QMainWindow::separator { width: 5px; height: 5px; }
QTableView { border: 1px solid #d5dbe3; gridline-color: #edf0f4;
    selection-background-color: #dfe9f4; alternate-background-color: #f8fafc; }
QHeaderView::section { background: #f3f5f8; color: #4a5663; border: none; padding: 3px 6px;
    border-right: 1px solid #e3e7ed; border-bottom: 1px solid #d5dbe3; }
QPushButton { background: #ffffff; border: 1px solid #c3ccd6; border-radius: 4px;
    padding: 5px 12px; }
QPushButton:hover { background: #eef4fa; border-color: #2b6cb0; }
QPushButton:pressed { background: #dfe9f4; }
QPushButton:disabled { color: #a3acb6; background: #f3f5f8; border-color: #dde2e8; }
QPushButton[primary="true"] { background: #2b6cb0; color: #ffffff; border-color: #245a94; }
QPushButton[primary="true"]:hover { background: #245a94; }
QPushButton[primary="true"]:disabled { background: #b9cbde; border-color: #b9cbde; }
QPushButton[level="true"] { border: none; border-radius: 2px; padding: 2px 6px; text-align: left;
    background: transparent; }
QPushButton[level="true"]:hover { background: #dfe9f4; }
QLineEdit { padding: 1px 4px; }
QPlainTextEdit { background: #ffffff; border: 1px solid #d5dbe3; }
QGroupBox { border: 1px solid #d5dbe3; border-radius: 4px; margin-top: 9px; padding-top: 6px;
    font-weight: bold; color: #3b4754; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; }
QLabel[error="true"] { color: #c2372e; }
)";

}  // namespace

void apply(QApplication& program) {
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    QPalette colours;
    colours.setColor(QPalette::Window, window);
    colours.setColor(QPalette::WindowText, text);
    colours.setColor(QPalette::Base, base);
    colours.setColor(QPalette::AlternateBase, QColor(0xf8, 0xfa, 0xfc));
    colours.setColor(QPalette::Text, text);
    colours.setColor(QPalette::Button, window);
    colours.setColor(QPalette::ButtonText, text);
    colours.setColor(QPalette::Highlight, accent);
    colours.setColor(QPalette::HighlightedText, base);
    colours.setColor(QPalette::PlaceholderText, QColor(0x9a, 0xa3, 0xad));
    for (const auto role : {QPalette::Text, QPalette::ButtonText, QPalette::WindowText}) {
        colours.setColor(QPalette::Disabled, role, QColor(0xa3, 0xac, 0xb6));
    }
    QApplication::setPalette(colours);
    QFont font = QApplication::font();
    font.setPointSizeF(8.5);
    QApplication::setFont(font);
    program.setStyleSheet(style_sheet);
}

QColor colour_of(gateway_state state) {
    switch (state) {
        case gateway_state::CONNECTED: return up;
        case gateway_state::CONNECTING:
        case gateway_state::INITIALISING: return warning;
        case gateway_state::LOST: return down;
        case gateway_state::DISCONNECTED: break;
    }
    return muted;
}

void show_as_error(QWidget& label) {
    label.setProperty("error", true);
}

}  // namespace trader::ui::theme
