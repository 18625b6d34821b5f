// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_THEME_HPP
#define TRADER_THEME_HPP

#include "../trader/constant.hpp"

#include <QColor>

class QApplication;
class QWidget;

// How everything looks: dark on light, few colours, each with one meaning.
namespace trader::ui::theme {

inline const QColor text{0x1f, 0x29, 0x33};
inline const QColor muted{0x6b, 0x74, 0x80};
inline const QColor window{0xf3, 0xf5, 0xf8};
inline const QColor base{0xff, 0xff, 0xff};
inline const QColor line{0xd5, 0xdb, 0xe3};
inline const QColor accent{0x2b, 0x6c, 0xb0};
inline const QColor up{0x13, 0x7d, 0x55};    ///< Long, bought, risen.
inline const QColor down{0xc2, 0x37, 0x2e};  ///< Short, sold, fallen.
inline const QColor warning{0xb4, 0x6a, 0x0c};

/// Style, palette, font and style sheet of the whole program.
void apply(QApplication& program);

/// The colour of a state in the status bar.
QColor colour_of(gateway_state state);

/// Marks a label as one that tells errors.
void show_as_error(QWidget& label);

}  // namespace trader::ui::theme

#endif  // TRADER_THEME_HPP
