// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MONITORS_HPP
#define TRADER_MONITORS_HPP

#include "../trader/main_engine.hpp"
#include "data_columns.hpp"
#include "event_bridge.hpp"
#include "monitor.hpp"

#include <QObject>
#include <QWidget>

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>

namespace trader::ui {

/// The live tables of the main window. Each shows what is known when it is made, and what events
/// tell from then on; after a reset, rows of the gateways that it is about go away.
class monitors : public QObject {
public:
    monitors(main_engine& main, event_bridge& bridge, QWidget& window);

    monitor& ticks() { return *ticks_; }
    monitor& active_orders() { return *active_orders_; }
    monitor& orders() { return *orders_; }
    monitor& trades() { return *trades_; }
    monitor& positions() { return *positions_; }
    monitor& accounts() { return *accounts_; }
    monitor& quotes() { return *quotes_; }
    monitor& logs() { return *logs_; }

    /// Cancels all active orders and quotes.
    void cancel_all();

    /// Called with a symbol and its gateway when somebody picks it in the table of ticks.
    std::function<void(const std::string& vt_symbol, const std::string& gateway)> on_pick;
    /// Called with a position when somebody picks it to close it.
    std::function<void(const position_data& position)> on_close;

private:
    template <class Data>
    table_model<Data>& add_model(monitor& shown, std::vector<column<Data>> columns);
    template <class Data>
    table_model<Data>& follow(monitor& shown, std::vector<column<Data>> columns,
                              const std::vector<Data>& known);
    template <class Data>
    void on_double_click(monitor& shown, table_model<Data>& rows, const QString& meaning,
                         std::type_identity_t<std::function<void(const Data&)>> work);
    void follow_active_orders();
    void follow_quotes();
    void follow_logs();
    void cancel(const order_data& order);
    void cancel(const quote_data& quote);
    void attempt(const std::function<void()>& request);

    main_engine& main_;
    event_bridge& bridge_;
    std::uint64_t last_line_ = 0;
    // Owned by the window.
    monitor* ticks_;
    monitor* active_orders_;
    monitor* orders_;
    monitor* trades_;
    monitor* positions_;
    monitor* accounts_;
    monitor* quotes_;
    monitor* logs_;
};

}  // namespace trader::ui

#endif  // TRADER_MONITORS_HPP
