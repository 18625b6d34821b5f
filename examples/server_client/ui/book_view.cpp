// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "book_view.hpp"

#include "text.hpp"
#include "theme.hpp"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

namespace trader::ui {

namespace {

constexpr int row_height = 23;

using price_field = double tick_data::*;

constexpr std::array<price_field, 5> bid_prices{&tick_data::bid_price_1, &tick_data::bid_price_2,
                                                &tick_data::bid_price_3, &tick_data::bid_price_4,
                                                &tick_data::bid_price_5};
constexpr std::array<price_field, 5> bid_volumes{&tick_data::bid_volume_1, &tick_data::bid_volume_2,
                                                 &tick_data::bid_volume_3, &tick_data::bid_volume_4,
                                                 &tick_data::bid_volume_5};
constexpr std::array<price_field, 5> ask_prices{&tick_data::ask_price_1, &tick_data::ask_price_2,
                                                &tick_data::ask_price_3, &tick_data::ask_price_4,
                                                &tick_data::ask_price_5};
constexpr std::array<price_field, 5> ask_volumes{&tick_data::ask_volume_1, &tick_data::ask_volume_2,
                                                 &tick_data::ask_volume_3, &tick_data::ask_volume_4,
                                                 &tick_data::ask_volume_5};

}  // namespace

book_view::book_view(QWidget* parent) : QWidget(parent) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    for (std::size_t index = 0; index < level_count; ++index) {
        const int depth = static_cast<int>(index);
        add_level(*grid, asks_[index], 4 - depth, QString("ask_%1").arg(depth + 1), theme::down);
        add_level(*grid, bids_[index], 6 + depth, QString("bid_%1").arg(depth + 1), theme::up);
    }
    add_level(*grid, last_, 5, "last", theme::text);
    last_.price->setStyleSheet("font-weight: bold;");
    clear();
}

void book_view::add_level(QGridLayout& grid, level& made, int row, const QString& name,
                          const QColor& colour) {
    auto* title = new QLabel(QString(name).replace('_', ' '), this);
    title->setStyleSheet("color: " + theme::muted.name());
    made.price = new QPushButton(this);
    made.price->setObjectName(name + "_button");
    made.price->setProperty("level", true);
    made.price->setStyleSheet("color: " + colour.name());
    made.price->setFocusPolicy(Qt::NoFocus);
    made.price->setMinimumHeight(row_height);
    made.volume = new QLabel(this);
    made.volume->setObjectName(name + "_volume");
    made.volume->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    grid.addWidget(title, row, 0);
    grid.addWidget(made.price, row, 1);
    grid.addWidget(made.volume, row, 2);
    connect(made.price, &QPushButton::clicked, this, [this, &made] {
        if (on_price && made.value > 0) {
            on_price(made.value);
        }
    });
}

void book_view::show_level(level& shown, double price, double volume, int decimals) {
    shown.value = price;
    const bool is_there = price > 0;
    shown.price->setText(is_there ? QLocale(QLocale::English).toString(price, 'f', decimals)
                                  : QString("-"));
    shown.volume->setText(is_there ? volume_text(volume) : QString());
}

void book_view::show_tick(const tick_data& tick, int decimals) {
    for (std::size_t index = 0; index < level_count; ++index) {
        show_level(bids_[index], tick.*bid_prices[index], tick.*bid_volumes[index], decimals);
        show_level(asks_[index], tick.*ask_prices[index], tick.*ask_volumes[index], decimals);
    }
    show_level(last_, tick.last_price, tick.last_volume, decimals);
    if (tick.pre_close > 0) {
        last_.volume->setText(
            QString::asprintf("%+.2f %%", (tick.last_price / tick.pre_close - 1) * 100));
    }
}

void book_view::clear() {
    show_tick({}, 2);
}

}  // namespace trader::ui
