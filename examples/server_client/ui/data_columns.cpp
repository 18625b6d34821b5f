// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "data_columns.hpp"

#include "text.hpp"
#include "theme.hpp"

namespace trader::ui {

namespace {

QColor sign_colour(double amount) {
    return amount > 0 ? theme::up : amount < 0 ? theme::down : QColor();
}

QColor status_colour(status value) {
    switch (value) {
        case status::REJECTED: return theme::down;
        case status::CANCELLED: return theme::muted;
        case status::ALLTRADED: return theme::up;
        default: return theme::accent;
    }
}

template <class Data>
column<Data> text_column(QString title, int width, std::string Data::* field) {
    return {std::move(title), width, false,
            [field](const Data& data) { return text_cell(to_text(data.*field)); }};
}

/// As many as the contract's prices have.
template <class Data>
int decimals_for(const main_engine& main, const Data& data) {
    const auto contract = main.get_contract(data.gateway_name + "." + data.vt_symbol());
    return contract ? decimals_of(contract->pricetick) : 2;
}

template <class Data>
column<Data> price_column(const main_engine& main, QString title, int width, double Data::* field) {
    return {std::move(title), width, true, [&main, field](const Data& data) {
                return price_cell(data.*field, decimals_for(main, data));
            }};
}

/// The same, grey while the gateway is not connected.
template <class Data>
column<Data> live(const main_engine& main, column<Data> shown) {
    return {std::move(shown.title), shown.width, shown.is_number,
            [&main, show = std::move(shown.show)](const Data& data) {
                cell made = show(data);
                if (!main.is_live(data.gateway_name)) {
                    made.colour = theme::muted;
                }
                return made;
            }};
}

template <class Data>
column<Data> money_column(QString title, int width, double Data::* field) {
    return {std::move(title), width, true,
            [field](const Data& data) { return money_cell(data.*field); }};
}

template <class Data>
column<Data> volume_column(QString title, int width, double Data::* field) {
    return {std::move(title), width, true,
            [field](const Data& data) { return volume_cell(data.*field); }};
}

template <class Data>
column<Data> symbol_column() {
    return {"Symbol", 78, false,
            [](const Data& data) { return text_cell(to_text(data.vt_symbol())); }};
}

template <class Data>
column<Data> direction_column() {
    return {"Direction", 65, false,
            [](const Data& data) { return direction_cell(data.direction); }};
}

template <class Data>
column<Data> offset_column(QString title, offset Data::* field) {
    return {std::move(title), 62, false, [field](const Data& data) {
                return text_cell(data.*field == offset::NONE ? QString() : name_text(data.*field));
            }};
}

template <class Data>
column<Data> status_column() {
    return {"Status", 92, false, [](const Data& data) {
                return text_cell(name_text(data.status), status_colour(data.status));
            }};
}

template <class Data>
column<Data> moment_column() {
    return {"Time (UTC)", 126, false, [](const Data& data) { return moment_cell(data.datetime); }};
}

}  // namespace

cell text_cell(QString text, QColor colour) {
    return {.text = std::move(text), .colour = colour};
}

cell price_cell(double price, int decimals, QColor colour) {
    return {price_text(price, decimals), price, colour};
}

cell money_cell(double amount, QColor colour) {
    return {money_text(amount), amount, colour};
}

cell volume_cell(double volume, QColor colour) {
    return {volume_text(volume), volume, colour};
}

cell moment_cell(const std::optional<time_point>& moment) {
    const auto order = moment ? moment->time_since_epoch().count() : 0;
    return {moment_text(moment), static_cast<qlonglong>(order)};
}

cell direction_cell(std::optional<direction> value) {
    if (!value) {
        return {};
    }
    const auto colour = *value == direction::LONG    ? theme::up
                        : *value == direction::SHORT ? theme::down
                                                     : QColor();
    return text_cell(name_text(*value), colour);
}

std::vector<column<tick_data>> tick_columns(const main_engine& main) {
    using tick = tick_data;
    std::vector<column<tick>> shown{
        symbol_column<tick>(),
        text_column("Name", 136, &tick::name),
        {"Last", 70, true,
         [&main](const tick& data) {
             return price_cell(data.last_price, decimals_for(main, data),
                               sign_colour(data.last_price - data.pre_close));
         }},
        {"Change", 64, true,
         [](const tick& data) {
             const double change =
                 data.pre_close > 0 ? (data.last_price / data.pre_close - 1) * 100 : 0;
             return cell{QString::asprintf("%+.2f %%", change), change, sign_colour(change)};
         }},
        volume_column("Volume", 94, &tick::volume),
        price_column(main, "Open", 66, &tick::open_price),
        price_column(main, "High", 66, &tick::high_price),
        price_column(main, "Low", 66, &tick::low_price),
        price_column(main, "Bid", 66, &tick::bid_price_1),
        volume_column("Bid vol.", 58, &tick::bid_volume_1),
        price_column(main, "Ask", 66, &tick::ask_price_1),
        volume_column("Ask vol.", 58, &tick::ask_volume_1),
        moment_column<tick>(),
        text_column("Gateway", 64, &tick::gateway_name),
    };
    for (auto& each : shown) {
        each = live(main, std::move(each));
    }
    return shown;
}

std::vector<column<order_data>> order_columns(const main_engine& main) {
    using order = order_data;
    return {
        text_column("Order", 112, &order::orderid),
        symbol_column<order>(),
        {"Type", 58, false, [](const order& data) { return text_cell(name_text(data.type)); }},
        direction_column<order>(),
        offset_column("Offset", &order::offset),
        price_column(main, "Price", 68, &order::price),
        volume_column("Volume", 54, &order::volume),
        volume_column("Traded", 54, &order::traded),
        status_column<order>(),
        text_column("Reason", 120, &order::reason),
        moment_column<order>(),
        text_column("Reference", 90, &order::reference),
        text_column("Gateway", 64, &order::gateway_name),
    };
}

std::vector<column<trade_data>> trade_columns(const main_engine& main) {
    using trade = trade_data;
    return {
        symbol_column<trade>(),
        direction_column<trade>(),
        offset_column("Offset", &trade::offset),
        price_column(main, "Price", 66, &trade::price),
        volume_column("Volume", 58, &trade::volume),
        moment_column<trade>(),
        text_column("Trade", 98, &trade::tradeid),
        text_column("Order", 112, &trade::orderid),
        text_column("Gateway", 64, &trade::gateway_name),
    };
}

std::vector<column<position_data>> position_columns() {
    using position = position_data;
    return {
        symbol_column<position>(),
        {"Direction", 65, false,
         [](const position& data) { return direction_cell(data.direction); }},
        {"Volume", 58, true,
         [](const position& data) {
             const bool is_short = data.direction == direction::SHORT;
             return volume_cell(data.volume, sign_colour(is_short ? -data.volume : data.volume));
         }},
        volume_column("Frozen", 52, &position::frozen),
        volume_column("Yest.", 44, &position::yd_volume),
        money_column("Price", 72, &position::price),
        {"P/L", 84, true,
         [](const position& data) { return money_cell(data.pnl, sign_colour(data.pnl)); }},
        text_column("Gateway", 64, &position::gateway_name),
    };
}

std::vector<column<account_data>> account_columns() {
    using account = account_data;
    return {
        text_column("Account", 82, &account::accountid),
        money_column("Balance", 104, &account::balance),
        money_column("Frozen", 80, &account::frozen),
        {"Available", 104, true, [](const account& data) { return money_cell(data.available()); }},
        text_column("Gateway", 64, &account::gateway_name),
    };
}

std::vector<column<quote_data>> quote_columns(const main_engine& main) {
    using quote = quote_data;
    return {
        text_column("Quote", 112, &quote::quoteid),
        symbol_column<quote>(),
        offset_column("Bid offset", &quote::bid_offset),
        volume_column("Bid vol.", 58, &quote::bid_volume),
        price_column(main, "Bid", 72, &quote::bid_price),
        price_column(main, "Ask", 72, &quote::ask_price),
        volume_column("Ask vol.", 58, &quote::ask_volume),
        offset_column("Ask offset", &quote::ask_offset),
        status_column<quote>(),
        text_column("Reason", 120, &quote::reason),
        moment_column<quote>(),
        text_column("Gateway", 64, &quote::gateway_name),
    };
}

std::vector<column<contract_data>> contract_columns() {
    using contract = contract_data;
    return {
        symbol_column<contract>(),
        text_column("Name", 220, &contract::name),
        {"Product", 72, false,
         [](const contract& data) { return text_cell(name_text(data.product)); }},
        volume_column("Size", 52, &contract::size),
        {"Price tick", 70, true,
         [](const contract& data) {
             return price_cell(data.pricetick, decimals_of(data.pricetick));
         }},
        volume_column("Least vol.", 66, &contract::min_volume),
        {"Position", 90, false,
         [](const contract& data) {
             return text_cell(data.net_position ? "net" : "long and short");
         }},
        text_column("Gateway", 64, &contract::gateway_name),
    };
}

std::vector<column<log_line>> log_columns() {
    const auto colour = [](const log_line& line) {
        return line.data.level >= log_data::error     ? theme::down
               : line.data.level >= log_data::warning ? theme::warning
                                                      : QColor();
    };
    return {
        {"Time (UTC)", 88, false,
         [](const log_line& line) { return text_cell(clock_text(line.data.time), theme::muted); }},
        {"Source", 82, false,
         [](const log_line& line) { return text_cell(to_text(line.data.gateway_name)); }},
        {"Message", 400, false,
         [colour](const log_line& line) {
             return text_cell(to_text(line.data.msg), colour(line));
         }},
    };
}

}  // namespace trader::ui
