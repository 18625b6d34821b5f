// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "monitors.hpp"

#include <QAction>

#include <exception>

namespace trader::ui {

namespace {

constexpr std::size_t most_rows = 5000;
constexpr std::size_t most_lines = 1000;

template <class Data>
std::string id_text(const Data& data) {
    return data.id();
}

}  // namespace

monitors::monitors(main_engine& main, event_bridge& bridge, QWidget& window)
    : QObject(&window),
      main_(main),
      bridge_(bridge),
      ticks_(new monitor("monitor_ticks", &window)),
      active_orders_(new monitor("monitor_active_orders", &window)),
      orders_(new monitor("monitor_orders", &window)),
      trades_(new monitor("monitor_trades", &window)),
      positions_(new monitor("monitor_positions", &window)),
      accounts_(new monitor("monitor_accounts", &window)),
      quotes_(new monitor("monitor_quotes", &window)),
      logs_(new monitor("monitor_log", &window)) {
    auto& tick_rows = follow(*ticks_, tick_columns(), main_.get_all_ticks());
    follow(*orders_, order_columns(), main_.get_all_orders());
    follow(*trades_, trade_columns(), main_.get_all_trades());
    auto& position_rows = follow(*positions_, position_columns(), main_.get_all_positions());
    follow(*accounts_, account_columns(), main_.get_all_accounts());
    follow_active_orders();
    follow_quotes();
    follow_logs();
    const auto picking = [this](monitor& shown, auto& rows) {
        connect(&shown, &QTableView::doubleClicked, this, [this, &shown, &rows](auto& index) {
            const auto& row = rows.at(shown.source_row(index));
            if (on_pick) {
                on_pick(row.vt_symbol(), row.gateway_name);
            }
        });
    };
    picking(*ticks_, tick_rows);
    picking(*positions_, position_rows);
}

template <class Data>
table_model<Data>& monitors::add_model(monitor& shown, std::vector<column<Data>> columns) {
    auto* rows = new table_model<Data>(std::move(columns), id_text<Data>, most_rows, &shown);
    shown.show_model(*rows);
    bridge_.on<reset_data>(&shown, [rows](const reset_data& reset) {
        rows->remove_if([&](const Data& data) { return reset.covers(data.gateway_name); });
    });
    return *rows;
}

template <class Data>
table_model<Data>& monitors::follow(monitor& shown, std::vector<column<Data>> columns,
                                    const std::vector<Data>& known) {
    auto& rows = add_model(shown, std::move(columns));
    for (const Data& each : known) {
        rows.update(each);
    }
    bridge_.on<Data>(&shown, [&rows](const Data& data) { rows.update(data); });
    return rows;
}

void monitors::follow_active_orders() {
    auto& rows = add_model(*active_orders_, order_columns());
    for (const auto& each : main_.get_all_active_orders()) {
        rows.update(each);
    }
    bridge_.on<order_data>(active_orders_, [&rows](const order_data& order) {
        if (order.is_active()) {
            rows.update(order);
        } else {
            rows.remove(order.id());
        }
    });
    connect(active_orders_, &QTableView::doubleClicked, this,
            [this, &rows](auto& index) { cancel(rows.at(active_orders_->source_row(index))); });
    active_orders_->setToolTip("A double click cancels an order");
    auto* all = new QAction("Cancel all", active_orders_);
    connect(all, &QAction::triggered, this, [this] { cancel_all(); });
    active_orders_->addAction(all);
}

void monitors::follow_quotes() {
    auto& rows = follow(*quotes_, quote_columns(), main_.get_all_quotes());
    quotes_->setToolTip("A double click cancels a quote");
    connect(quotes_, &QTableView::doubleClicked, this,
            [this, &rows](auto& index) { cancel(rows.at(quotes_->source_row(index))); });
}

void monitors::follow_logs() {
    auto* rows = new table_model<log_line>(
        log_columns(), [](const log_line& line) { return std::to_string(line.number); }, most_lines,
        logs_);
    logs_->show_model(*rows);
    bridge_.on<log_data>(
        logs_, [this, rows](const log_data& data) { rows->update({++last_line_, data}); });
}

void monitors::cancel_all() {
    for (const auto& each : main_.get_all_active_orders()) {
        cancel(each);
    }
    for (const auto& each : main_.get_all_active_quotes()) {
        cancel(each);
    }
}

void monitors::cancel(const order_data& order) {
    attempt([&] { main_.cancel_order(order.create_cancel_request(), order.gateway_name); });
}

void monitors::cancel(const quote_data& quote) {
    if (quote.is_active()) {
        attempt([&] { main_.cancel_quote(quote.create_cancel_request(), quote.gateway_name); });
    }
}

void monitors::attempt(const std::function<void()>& request) {
    try {
        request();
    } catch (const std::exception& failure) {
        main_.write_log(failure.what(), {}, log_data::error);
    }
}

}  // namespace trader::ui
