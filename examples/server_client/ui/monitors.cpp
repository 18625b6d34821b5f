// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "monitors.hpp"

#include <QAction>

#include <algorithm>
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
    auto& tick_rows = follow(*ticks_, tick_columns(main_), main_.get_all_ticks());
    auto& order_rows = follow(*orders_, order_columns(main_), main_.get_all_orders());
    follow(*trades_, trade_columns(main_), main_.get_all_trades());
    auto& position_rows = follow(*positions_, position_columns(), main_.get_all_positions());
    follow(*accounts_, account_columns(), main_.get_all_accounts());
    follow_active_orders();
    follow_quotes();
    follow_logs();
    bridge_.on<gateway_data>(ticks_, [this](const gateway_data&) { ticks_->viewport()->update(); });
    on_double_click(*ticks_, tick_rows, "A double click picks the symbol",
                    [this](const tick_data& tick) {
                        if (on_pick) {
                            on_pick(tick.vt_symbol(), tick.gateway_name);
                        }
                    });
    on_double_click(*positions_, position_rows, "A double click prepares the order that closes it",
                    [this](const position_data& position) {
                        if (on_close) {
                            on_close(position);
                        }
                    });
    on_double_click(*orders_, order_rows, "A double click cancels an active order",
                    [this](const order_data& order) { cancel(order); });
}

template <class Data>
void monitors::on_double_click(monitor& shown, table_model<Data>& rows, const QString& meaning,
                               std::type_identity_t<std::function<void(const Data&)>> work) {
    shown.setToolTip(meaning);
    connect(&shown, &QTableView::doubleClicked, this,
            [&shown, &rows, work = std::move(work)](const QModelIndex& index) {
                // A copy: what is done may change the row.
                const Data data = rows.at(shown.source_row(index));
                work(data);
            });
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
    auto& rows = add_model(*active_orders_, order_columns(main_));
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
    on_double_click(*active_orders_, rows, "A double click cancels an order",
                    [this](const order_data& order) { cancel(order); });
    auto* all = new QAction("Cancel all", active_orders_);
    bridge_.on<gateway_data>(all, [this, all](const gateway_data&) {
        all->setVisible(
            std::ranges::any_of(main_.get_trading_gateway_names(),
                                [this](const std::string& each) { return main_.may_trade(each); }));
    });
    connect(all, &QAction::triggered, this, [this] { cancel_all(); });
    active_orders_->addAction(all);
}

void monitors::follow_quotes() {
    auto& rows = follow(*quotes_, quote_columns(main_), main_.get_all_quotes());
    on_double_click(*quotes_, rows, "A double click cancels a quote",
                    [this](const quote_data& quote) { cancel(quote); });
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
    if (order.is_active() && main_.may_trade(order.gateway_name)) {
        attempt([&] { main_.cancel_order(order.create_cancel_request(), order.gateway_name); });
    }
}

void monitors::cancel(const quote_data& quote) {
    if (quote.is_active() && main_.may_trade(quote.gateway_name)) {
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
