// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "theme.hpp"

#include <QApplication>
#include <QFont>
#include <QPalette>
#include <QString>
#include <QStyleFactory>
#include <QWidget>

#include <vector>

namespace trader::ui::theme {

namespace {

constexpr auto style_sheet = R"(
QMenuBar { background: @base; border-bottom: 1px solid @line; padding: 2px; }
QMenuBar::item { padding: 4px 10px; background: transparent; }
QMenuBar::item:selected { background: @selected; border-radius: 3px; }
QMenu { background: @base; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 16px; }
QMenu::item:selected { background: @selected; color: @text; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QStatusBar { background: @base; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QDockWidget { font-weight: bold; color: @title; }
QDockWidget::title { background: @dock; padding: 4px 8px; border: 1px solid @line; }
QMainWindow::separator { width: 5px; height: 5px; }
QTableView { border: 1px solid @line; gridline-color: @grid;
    selection-background-color: @selected; alternate-background-color: @stripe; }
QHeaderView::section { background: @window; color: @head; border: none; padding: 3px 6px;
    border-right: 1px solid @line; border-bottom: 1px solid @line; }
QPushButton { background: @base; border: 1px solid @border; border-radius: 4px;
    padding: 5px 12px; }
QPushButton:hover { background: @hover; border-color: @accent; }
QPushButton:pressed { background: @selected; }
QPushButton:disabled { color: @off; background: @window; border-color: @line; }
QPushButton[primary="true"] { background: @primary; color: white; border-color: @pressed; }
QPushButton[primary="true"]:hover { background: @pressed; }
QPushButton[primary="true"]:disabled { background: @faint; border-color: @faint; }
QPushButton[level="true"] { border: none; border-radius: 2px; padding: 2px 6px; text-align: left;
    background: transparent; }
QPushButton[level="true"]:hover { background: @selected; }
QLineEdit { padding: 1px 4px; }
QPlainTextEdit { background: @base; border: 1px solid @line; }
QGroupBox { border: 1px solid @line; border-radius: 4px; margin-top: 9px; padding-top: 6px;
    font-weight: bold; color: @title; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; }
QLabel[error="true"] { color: @down; }
)";

struct look {
    const char* name;
    QColor light;
    QColor dark;
    QColor* shown = nullptr;  // The colour of theme.hpp that it is.
};

const std::vector<look>& looks() {
    static const std::vector<look> all{
        {"text", 0x1f2933, 0xdde3ea, &text},     {"muted", 0x6b7480, 0x8f9baa, &muted},
        {"window", 0xf3f5f8, 0x1f252d, &window}, {"base", 0xffffff, 0x171c22, &base},
        {"line", 0xd5dbe3, 0x333c47, &line},     {"grid", 0xedf0f4, 0x262d36, &grid},
        {"accent", 0x2b6cb0, 0x5b9bd8, &accent}, {"up", 0x137d55, 0x3fb984, &up},
        {"down", 0xc2372e, 0xef6a5f, &down},     {"warning", 0xb46a0c, 0xe0a145, &warning},
        {"selected", 0xdfe9f4, 0x2c4054},        {"border", 0xc3ccd6, 0x46515e},
        {"title", 0x3b4754, 0xc5ced8},           {"dock", 0xe3e9f0, 0x2a323c},
        {"stripe", 0xf8fafc, 0x1b2128},          {"head", 0x4a5663, 0xa9b5c2},
        {"hover", 0xeef4fa, 0x27313c},           {"off", 0xa3acb6, 0x5c6774},
        {"primary", 0x2b6cb0, 0x2b6cb0},         {"pressed", 0x245a94, 0x245a94},
        {"faint", 0xb9cbde, 0x34495e},           {"hint", 0x9aa3ad, 0x66717e},
    };
    return all;
}

QColor colour_of(const look& one, bool is_dark) {
    return is_dark ? one.dark : one.light;
}

QColor find(const QString& name, bool is_dark) {
    for (const look& each : looks()) {
        if (each.name == name) {
            return colour_of(each, is_dark);
        }
    }
    return {};
}

}  // namespace

void apply(QApplication& program, bool is_dark) {
    QString sheet = style_sheet;
    for (const look& each : looks()) {
        const QColor colour = colour_of(each, is_dark);
        sheet.replace('@' + QString(each.name), colour.name());
        if (each.shown != nullptr) {
            *each.shown = colour;
        }
    }
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    QPalette colours;
    colours.setColor(QPalette::Window, window);
    colours.setColor(QPalette::WindowText, text);
    colours.setColor(QPalette::Base, base);
    colours.setColor(QPalette::AlternateBase, find("stripe", is_dark));
    colours.setColor(QPalette::Text, text);
    colours.setColor(QPalette::Button, window);
    colours.setColor(QPalette::ButtonText, text);
    colours.setColor(QPalette::Highlight, accent);
    colours.setColor(QPalette::HighlightedText, base);
    colours.setColor(QPalette::PlaceholderText, find("hint", is_dark));
    for (const auto role : {QPalette::Text, QPalette::ButtonText, QPalette::WindowText}) {
        colours.setColor(QPalette::Disabled, role, find("off", is_dark));
    }
    QApplication::setPalette(colours);
    QFont font = QApplication::font();
    font.setPointSizeF(8.5);
    QApplication::setFont(font);
    program.setStyleSheet(sheet);
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
