// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_MAIN_WINDOW_HPP
#define TRADER_MAIN_WINDOW_HPP

#include "../station.hpp"
#include "../trader/main_engine.hpp"
#include "event_bridge.hpp"

#include <QMainWindow>
#include <QPointer>

#include <memory>
#include <vector>

class QDockWidget;
class QMenu;

namespace trader::ui {

class monitors;
class price_chart;
class trading_panel;

/// The window that everything is done from: trading at the left, prices and tables around the
/// chart, a menu for gateways and applications, the state of gateways at the bottom.
class main_window : public QMainWindow {
public:
    main_window(main_engine& main, event_bridge& bridge, const QString& title);

    /// Makes menus, tables and the rest, when gateways and applications have been added.
    /// @param apps  Some of which have windows.
    void fill(const std::vector<choice>& apps);

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void make_menus(const std::vector<choice>& apps);
    void add_app_windows(QMenu& menu, const std::vector<choice>& apps);
    void make_view_menu();
    void make_help_menu();
    void show_about();
    bool may_close();
    /// Where the windows were and how wide columns are, from and to the folder of the settings.
    void restore_places();
    void save_places() const;
    void connect_parts();
    void make_docks();
    void arrange();
    QDockWidget* add_dock(const QString& title, const QString& name, QWidget& shown,
                          Qt::DockWidgetArea area);

    main_engine& main_;
    event_bridge& bridge_;
    // Owned by this window, as its parent.
    monitors* monitors_ = nullptr;
    trading_panel* panel_ = nullptr;
    price_chart* chart_ = nullptr;
    QDockWidget* trading_dock_ = nullptr;
    QDockWidget* ticks_dock_ = nullptr;
    QDockWidget* orders_dock_ = nullptr;
    QDockWidget* trades_dock_ = nullptr;
    QDockWidget* positions_dock_ = nullptr;
    QDockWidget* accounts_dock_ = nullptr;
    QDockWidget* log_dock_ = nullptr;
};

}  // namespace trader::ui

#endif  // TRADER_MAIN_WINDOW_HPP
