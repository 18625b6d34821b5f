// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_DATA_COLUMNS_HPP
#define TRADER_DATA_COLUMNS_HPP

#include "../trader/main_engine.hpp"
#include "table_model.hpp"

#include <cstdint>
#include <vector>

// The columns of the tables that show the platform's objects.
namespace trader::ui {

/// A line of the log with its number, as two lines may have the same text.
struct log_line {
    std::uint64_t number = 0;
    log_data data{};
};

/// Text, coloured or not.
cell text_cell(QString text, QColor colour = {});
cell price_cell(double price, int decimals, QColor colour = {});
/// With two decimals.
cell money_cell(double amount, QColor colour = {});
cell volume_cell(double volume, QColor colour = {});
/// A moment, or nothing.
cell moment_cell(const std::optional<time_point>& moment);
/// Long and short in their colours.
cell direction_cell(std::optional<direction> value);

// Prices have the decimals of the contract's price tick, which `main` knows; it must live as long
// as the table. Ticks of a gateway that is not connected are grey.
std::vector<column<tick_data>> tick_columns(const main_engine& main);
std::vector<column<order_data>> order_columns(const main_engine& main);
std::vector<column<trade_data>> trade_columns(const main_engine& main);
std::vector<column<position_data>> position_columns();
std::vector<column<account_data>> account_columns();
std::vector<column<quote_data>> quote_columns(const main_engine& main);
std::vector<column<contract_data>> contract_columns();
std::vector<column<log_line>> log_columns();

}  // namespace trader::ui

#endif  // TRADER_DATA_COLUMNS_HPP
