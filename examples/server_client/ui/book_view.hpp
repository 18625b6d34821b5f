// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_BOOK_VIEW_HPP
#define TRADER_BOOK_VIEW_HPP

#include "../trader/object.hpp"

#include <QWidget>

#include <array>
#include <functional>

class QGridLayout;
class QLabel;
class QPushButton;

namespace trader::ui {

/// Five levels of a book, the asks above the bids, with the last price between them. A click on a
/// price takes it.
class book_view : public QWidget {
public:
    explicit book_view(QWidget* parent = nullptr);

    void show_tick(const tick_data& tick, int decimals);
    void clear();

    std::function<void(double price)> on_price;

private:
    static constexpr std::size_t level_count = 5;

    struct level {
        QPushButton* price = nullptr;
        QLabel* volume = nullptr;
        double value = 0;
    };
    using levels = std::array<level, level_count>;

    void add_level(QGridLayout& grid, level& made, int row, const QString& name,
                   const QColor& colour);
    static void show_level(level& shown, double price, double volume, int decimals);

    levels bids_;
    levels asks_;
    level last_;
};

}  // namespace trader::ui

#endif  // TRADER_BOOK_VIEW_HPP
