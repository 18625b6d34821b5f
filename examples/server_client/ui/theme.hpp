// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_THEME_HPP
#define TRADER_THEME_HPP

#include "../trader/constant.hpp"

#include <QColor>

class QApplication;
class QWidget;

// How everything looks: few colours, each with one meaning, dark on light or light on dark.
namespace trader::ui::theme {

inline QColor text;
inline QColor muted;
inline QColor window;
inline QColor base;
inline QColor line;
inline QColor grid;
inline QColor accent;
inline QColor up;    ///< Long, bought, risen.
inline QColor down;  ///< Short, sold, fallen.
inline QColor warning;

/// Style, palette, font and style sheet of the whole program, before its first window: the colours
/// above are those of the theme from then on.
void apply(QApplication& program, bool is_dark);

/// The colour of a state in the status bar.
QColor colour_of(gateway_state state);

/// Marks a label as one that tells errors.
void show_as_error(QWidget& label);

}  // namespace trader::ui::theme

#endif  // TRADER_THEME_HPP
